"""Load the AdventureWorks files: people, companies, items, recipes, stock, orders, purchases, work orders."""

from samples.adventureworks.files import FILES
from samples.adventureworks.steps import STEPS
from samples.loading.command import LoadCommand


class Command(LoadCommand):
    help = (
        "Load AdventureWorks from a folder of CSV files. Rows are checked and put in by external key: running it"
        " again, or after a break, changes only what differs. Rows with problems are reported at the end."
    )
    folder, probe = "adventureworks", "SalesOrderHeader"
    files, steps = FILES, STEPS
