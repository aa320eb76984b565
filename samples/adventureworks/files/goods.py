"""Products with their history of prices and costs, suppliers' terms, recipes and stock."""

from samples.loading.files import Refers, Rule, SourceFile

ENDS_AFTER_START = Rule("s.enddate IS NULL OR s.enddate >= s.startdate", "EndDate is before StartDate")


def _no_overlap(table: str) -> Rule:
    return Rule(
        f"NOT EXISTS (SELECT 1 FROM {table} o WHERE o.productid = s.productid AND o.startdate < s.startdate"
        " AND (o.enddate IS NULL OR o.enddate >= s.startdate))",
        "begins before an earlier period of the product has ended",
    )


GOODS = (
    SourceFile("UnitMeasure", "UnitMeasureCode:varchar(12)! Name:varchar(60)!", key="UnitMeasureCode"),
    SourceFile(
        "Location",
        "LocationID:int! Name:varchar(80)! CostRate:numeric(18,4)! Availability:numeric(18,2)!",
        key="LocationID",
    ),
    SourceFile("ProductCategory", "ProductCategoryID:int! Name:varchar(120)!", key="ProductCategoryID"),
    SourceFile(
        "ProductSubcategory",
        "ProductSubcategoryID:int! ProductCategoryID:int! Name:varchar(120)!",
        key="ProductSubcategoryID",
        refers=(Refers("ProductCategoryID", "ProductCategory"),),
    ),
    SourceFile(
        "Product",
        "ProductID:int! Name:varchar(200)! ProductNumber:varchar(40)! MakeFlag:boolean! FinishedGoodsFlag:boolean!"
        " SafetyStockLevel:numeric(18,4)! ReorderPoint:numeric(18,4)! StandardCost:numeric(18,6)!"
        " ListPrice:numeric(18,6)!"
        " WeightUnitMeasureCode:text Weight:numeric(18,4) DaysToManufacture:smallint! ProductSubcategoryID:int"
        " SellStartDate:date SellEndDate:date DiscontinuedDate:date",
        key="ProductID",
        unique="ProductNumber",
        refers=(Refers("ProductSubcategoryID", "ProductSubcategory"),),
        rules=(
            Rule(
                "s.safetystocklevel >= 0 AND s.reorderpoint >= 0 AND s.standardcost >= 0 AND s.listprice >= 0"
                " AND s.daystomanufacture >= 0",
                "a stock level, cost, price or number of days is negative",
            ),
        ),
    ),
    SourceFile(
        "ProductListPriceHistory",
        "ProductID:int! StartDate:date! EndDate:date ListPrice:numeric(18,6)!",
        key="ProductID StartDate",
        refers=(Refers("ProductID", "Product"),),
        rules=(
            ENDS_AFTER_START,
            _no_overlap("src_productlistpricehistory"),
            Rule("s.listprice >= 0", "ListPrice is negative"),
        ),
    ),
    SourceFile(
        "ProductCostHistory",
        "ProductID:int! StartDate:date! EndDate:date StandardCost:numeric(18,6)!",
        key="ProductID StartDate",
        refers=(Refers("ProductID", "Product"),),
        rules=(
            ENDS_AFTER_START,
            _no_overlap("src_productcosthistory"),
            Rule("s.standardcost >= 0", "StandardCost is negative"),
        ),
    ),
    SourceFile(
        "ProductVendor",
        "ProductID:int! BusinessEntityID:int! AverageLeadTime:smallint! StandardPrice:numeric(18,6)!"
        " MinOrderQty:numeric(18,4)!"
        " UnitMeasureCode:varchar(12)!",
        key="ProductID BusinessEntityID",
        refers=(
            Refers("ProductID", "Product"),
            Refers("BusinessEntityID", "Vendor"),
            Refers("UnitMeasureCode", "UnitMeasure"),
        ),
        rules=(
            Rule(
                "s.standardprice >= 0 AND s.minorderqty >= 0 AND s.averageleadtime >= 0",
                "a price, quantity or lead time is negative",
            ),
        ),
    ),
    SourceFile(
        "BillOfMaterials",
        "BillOfMaterialsID:int! ProductAssemblyID:int ComponentID:int! StartDate:date! EndDate:date"
        " UnitMeasureCode:varchar(12)!"
        " PerAssemblyQty:numeric(18,4)!",
        key="BillOfMaterialsID",
        refers=(
            Refers("ProductAssemblyID>ProductID", "Product"),
            Refers("ComponentID>ProductID", "Product"),
            Refers("UnitMeasureCode", "UnitMeasure"),
        ),
        rules=(
            ENDS_AFTER_START,
            Rule("s.perassemblyqty > 0", "PerAssemblyQty is not positive"),
            Rule("s.productassemblyid IS DISTINCT FROM s.componentid", "contains itself"),
        ),
    ),
    SourceFile(
        "ProductInventory",
        "ProductID:int! LocationID:int! Quantity:numeric(18,4)! ModifiedDate:date!",
        key="ProductID LocationID",
        refers=(Refers("ProductID", "Product"), Refers("LocationID", "Location")),
        rules=(
            Rule("s.quantity >= 0", "Quantity is negative"),
            Rule("s.quantity <> 0", "Quantity is zero: the place is remembered, nothing is moved", soft=True),
        ),
    ),
)
