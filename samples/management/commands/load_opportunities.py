"""Load the sales opportunities: agents, accounts, products and the deals with their stages."""

from samples.loading.command import LoadCommand
from samples.opportunities.files import FILES
from samples.opportunities.steps import STEPS


class Command(LoadCommand):
    help = (
        "Load the opportunities from a folder of CSV files. Rows are checked and put in by external key: running it"
        " again, or after a break, changes only what differs. Rows with problems are reported at the end."
    )
    folder, probe = "crm_opportunities", "sales_pipeline"
    files, steps = FILES, STEPS
