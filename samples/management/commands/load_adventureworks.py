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
    tables = (
        "crm_client", "crm_legalentity", "crm_person", "crm_contactpoint", "crm_personrole", "crm_lead", "core_user",
        "core_exchangerate", "inventory_item", "inventory_stockmove", "inventory_costlayer", "inventory_stockbalance",
        "inventory_purchaseorder", "inventory_purchaseorderline", "inventory_supplieritem", "sales_salesorder",
        "sales_orderline", "sales_pricerule", "production_bom", "production_bomline", "production_workorder",
        "production_operation", "reports_kpiplan",
    )  # fmt: skip
