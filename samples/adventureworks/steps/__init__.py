"""What becomes of the staged rows, subject by subject, in the order in which they lean on each other."""

from samples.adventureworks.steps.company import company, currencies, employees
from samples.adventureworks.steps.contacts import contact_points, people, roles
from samples.adventureworks.steps.items import catalogue, items, prices, suppliers
from samples.adventureworks.steps.parties import clients, legal_entities, prospects
from samples.adventureworks.steps.purchases import purchase_orders
from samples.adventureworks.steps.recipes import recipes, routings, work_centers
from samples.adventureworks.steps.sales import order_lines, quotas, sales_orders
from samples.adventureworks.steps.stock import opening_stock, places
from samples.adventureworks.steps.work import operations, work_orders
from samples.loading.runner import Step

STEPS = (
    Step("currencies and rates", currencies),
    Step("company", company),
    Step("employees as users", employees),
    Step("clients", clients),
    Step("legal entities", legal_entities),
    Step("people", people),
    Step("e-mails and phones", contact_points),
    Step("people's places at clients", roles),
    Step("prospects as leads", prospects),
    Step("units and categories", catalogue),
    Step("items", items),
    Step("price and cost history", prices),
    Step("suppliers' terms", suppliers),
    Step("places", places),
    Step("opening stock", opening_stock),
    Step("work centres", work_centers),
    Step("recipes", recipes),
    Step("sales orders", sales_orders),
    Step("sales order lines", order_lines),
    Step("quotas", quotas),
    Step("purchase orders", purchase_orders),
    Step("work orders", work_orders),
    Step("operations of work orders", operations),
    Step("routings", routings),
)

__all__ = ["STEPS"]
