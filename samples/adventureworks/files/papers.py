"""Documents: sales orders, purchase orders and work orders with their lines."""

from samples.loading.files import Refers, Rule, SourceFile

ADDS_UP = Rule(
    "s.subtotal + s.taxamt + s.freight = s.totaldue", "SubTotal, TaxAmt and Freight do not add up to TotalDue"
)
AMOUNTS = "SubTotal:numeric(18,4)! TaxAmt:numeric(18,4)! Freight:numeric(18,4)! TotalDue:numeric(18,4)!"

PAPERS = (
    SourceFile("SpecialOffer", "SpecialOfferID:int! Description:varchar(80)! Type:text!", key="SpecialOfferID"),
    SourceFile("ShipMethod", "ShipMethodID:int! Name:text!", key="ShipMethodID"),
    SourceFile(
        "SalesOrderHeader",
        "SalesOrderID:int! SalesOrderNumber:varchar(40)! OrderDate:date! DueDate:date! ShipDate:date"
        " OnlineOrderFlag:boolean!"
        " PurchaseOrderNumber:varchar(60) CustomerID:int! SalesPersonID:int TerritoryID:int ShipMethodID:int"
        f" CurrencyCode:text {AMOUNTS}",
        key="SalesOrderID",
        unique="SalesOrderNumber",
        refers=(
            Refers("CustomerID", "Customer"),
            Refers("SalesPersonID>BusinessEntityID", "SalesPerson"),
            Refers("TerritoryID", "SalesTerritory"),
            Refers("ShipMethodID", "ShipMethod"),
        ),
        rules=(ADDS_UP,),
    ),
    SourceFile(
        "SalesOrderDetail",
        "SalesOrderID:int! LineNumber:int! ProductID:int! SpecialOfferID:int OrderQty:numeric(18,4)!"
        " UnitPrice:numeric(18,6)!"
        " UnitPriceDiscount:numeric(7,6)! LineTotal:numeric(18,6)!",
        key="SalesOrderID LineNumber",
        refers=(
            Refers("SalesOrderID", "SalesOrderHeader"),
            Refers("ProductID", "Product"),
            Refers("SpecialOfferID", "SpecialOffer"),
        ),
        rules=(
            Rule("s.orderqty > 0", "OrderQty is not positive"),
            Rule(
                "s.unitprice >= 0 AND s.unitpricediscount BETWEEN 0 AND 1",
                "UnitPrice or UnitPriceDiscount makes no sense",
            ),
            Rule(
                "abs(s.orderqty * s.unitprice * (1 - s.unitpricediscount) - s.linetotal) <= 0.0001",
                "LineTotal is not OrderQty x UnitPrice x (1 - UnitPriceDiscount)",
                soft=True,
            ),
        ),
    ),
    SourceFile(
        "PurchaseOrderHeader",
        f"PurchaseOrderID:int! Status:int! EmployeeID:int VendorID:int! OrderDate:date! {AMOUNTS}",
        key="PurchaseOrderID",
        refers=(Refers("VendorID>BusinessEntityID", "Vendor"), Refers("EmployeeID>BusinessEntityID", "Employee")),
        rules=(ADDS_UP, Rule("s.status BETWEEN 1 AND 4", "Status is none of 1, 2, 3, 4")),
    ),
    SourceFile(
        "PurchaseOrderDetail",
        "PurchaseOrderID:int! PurchaseOrderDetailID:int! DueDate:date OrderQty:numeric(18,4)! ProductID:int!"
        " UnitPrice:numeric(18,6)! LineTotal:numeric(18,4)! ReceivedQty:numeric(18,4)! RejectedQty:numeric(18,4)!"
        " StockedQty:numeric(18,4)!",
        key="PurchaseOrderDetailID",
        refers=(Refers("PurchaseOrderID", "PurchaseOrderHeader"), Refers("ProductID", "Product")),
        rules=(
            Rule(
                "s.orderqty > 0 AND s.unitprice >= 0 AND s.receivedqty >= 0 AND s.rejectedqty >= 0",
                "OrderQty is not positive, or a price or quantity is negative",
            ),
            Rule(
                "s.receivedqty - s.rejectedqty = s.stockedqty",
                "StockedQty is not ReceivedQty less RejectedQty",
                soft=True,
            ),
        ),
    ),
    SourceFile("ScrapReason", "ScrapReasonID:int! Name:varchar(80)!", key="ScrapReasonID"),
    SourceFile(
        "WorkOrder",
        "WorkOrderID:int! ProductID:int! OrderQty:numeric(18,4)! StockedQty:numeric(18,4)! ScrappedQty:numeric(18,4)!"
        " StartDate:date! EndDate:date DueDate:date! ScrapReasonID:int",
        key="WorkOrderID",
        refers=(Refers("ProductID", "Product"), Refers("ScrapReasonID", "ScrapReason")),
        rules=(
            Rule("s.orderqty > 0", "OrderQty is not positive"),
            Rule(
                "s.stockedqty >= 0 AND s.scrappedqty >= 0 AND s.stockedqty + s.scrappedqty = s.orderqty",
                "StockedQty and ScrappedQty do not add up to OrderQty",
            ),
            Rule("s.enddate IS NULL OR s.enddate >= s.startdate", "EndDate is before StartDate"),
        ),
    ),
    SourceFile(
        "WorkOrderRouting",
        "WorkOrderID:int! ProductID:int! OperationSequence:smallint! LocationID:int! ScheduledStartDate:date!"
        " ScheduledEndDate:date! ActualStartDate:date ActualEndDate:date ActualResourceHrs:numeric(12,4)"
        " PlannedCost:numeric(18,4)! ActualCost:numeric(18,4)",
        key="WorkOrderID OperationSequence",
        refers=(Refers("WorkOrderID", "WorkOrder"), Refers("LocationID", "Location")),
        rules=(
            Rule("s.scheduledenddate >= s.scheduledstartdate", "ScheduledEndDate is before ScheduledStartDate"),
            Rule("coalesce(s.actualresourcehrs, 0) >= 0", "ActualResourceHrs is negative"),
        ),
    ),
)
