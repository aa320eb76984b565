from sales.models.deals import Deal, DealCompetitor, DealLine, DealRole, StageChange
from sales.models.estimates import EstimateCost, EstimateLine, EstimateRequest
from sales.models.orders import OrderCost, OrderLine, OrderTax, SalesOrder
from sales.models.picks import Pick
from sales.models.pipelines import Pipeline, Stage, StageDuty
from sales.models.prices import DiscountPolicy, PriceList, PriceRule
from sales.models.quotes import Approval, Quote, QuoteLine, QuoteTax
from sales.models.shipments import Shipment, ShipmentLine

__all__ = [
    "Approval", "Deal", "DealCompetitor", "DealLine", "DealRole", "DiscountPolicy", "EstimateCost", "EstimateLine",
    "EstimateRequest", "OrderCost", "OrderLine", "OrderTax", "Pick", "Pipeline", "PriceList", "PriceRule", "Quote",
    "QuoteLine", "QuoteTax", "SalesOrder", "Shipment", "ShipmentLine", "Stage", "StageChange", "StageDuty",
]  # fmt: skip
