"""A made-up data set of a few rows in the files of AdventureWorks, to be bent by each test."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from samples.adventureworks.files import FILES

Row = dict[str, Any]
DAY = "2012-01-02 00:00:00"
BIKE, WHEEL, RIM, PAINT = 10, 20, 30, 40


def _product(number: int, name: str, *, made: int, sold: int, cost: str, price: str = "0", **rest: Any) -> Row:
    return {
        "ProductID": number, "Name": name, "ProductNumber": f"P-{number}", "MakeFlag": made, "FinishedGoodsFlag": sold,
        "SafetyStockLevel": 5, "ReorderPoint": 4, "StandardCost": cost, "ListPrice": price, "DaysToManufacture": 1,
        "SellStartDate": DAY, **rest,
    }  # fmt: skip


def _order(number: int, customer: int, net: str, **rest: Any) -> Row:
    return {
        "SalesOrderID": number, "SalesOrderNumber": f"SO{number}", "OrderDate": "2013-01-31", "DueDate": "2013-02-10",
        "ShipDate": "2013-02-05", "OnlineOrderFlag": 1, "CustomerID": customer, "TerritoryID": 1, "ShipMethodID": 1,
        "CurrencyCode": "USD", "SubTotal": net, "TaxAmt": "8.0000", "Freight": "2.0000",
        "TotalDue": str(float(net) + 10), **rest,
    }  # fmt: skip


def _bom(number: int, assembly: Any, part: int, qty: Any = 1, unit: str = "EA", end: str = "") -> Row:
    return {
        "BillOfMaterialsID": number, "ProductAssemblyID": assembly, "ComponentID": part, "StartDate": "2010-03-04",
        "EndDate": end, "UnitMeasureCode": unit, "PerAssemblyQty": qty,
    }  # fmt: skip


def rows() -> dict[str, list[Row]]:
    """Three people, one unnamed contact, a store with its buyer, a vendor, four products, papers of each kind."""
    people = {1: ("EM", "Ann", "Smith"), 2: ("IN", "Bob", "Jones"), 3: ("SC", "Cid", "Field")}
    return {
        "Currency": [{"CurrencyCode": "USD", "Name": "US Dollar"}, {"CurrencyCode": "EUR", "Name": "Euro"}],
        "CurrencyRate": [
            {"CurrencyRateDate": DAY, "FromCurrencyCode": "USD", "ToCurrencyCode": "EUR", "EndOfDayRate": "0.75"},
            {"CurrencyRateDate": DAY, "FromCurrencyCode": "USD", "ToCurrencyCode": "USD", "EndOfDayRate": "1"},
        ],
        "CountryRegion": [{"CountryRegionCode": "US", "Name": "United States"}],
        "SalesTerritory": [{"TerritoryID": 1, "Name": "Northwest"}],
        "StateProvince": [
            {"StateProvinceID": 9, "StateProvinceCode": "WA", "CountryRegionCode": "US", "Name": "Washington"},
        ],
        "AddressType": [{"AddressTypeID": 2, "Name": "Home"}],
        "Address": [
            {"AddressID": 1, "AddressLine1": "1 Main", "City": "Bothell", "StateProvinceID": 9, "PostalCode": "98011"},
        ],
        "Person": [
            {"BusinessEntityID": pk, "PersonType": kind, "FirstName": first, "LastName": last, "EmailPromotion": pk - 1}
            for pk, (kind, first, last) in people.items()
        ],
        "EmailAddress": [
            {"BusinessEntityID": pk, "EmailAddressID": pk, "EmailAddress": f"Person{pk}@example.com"}
            for pk in (1, 2, 3, 4)
        ],
        "PhoneNumberType": [{"PhoneNumberTypeID": 1, "Name": "Cell"}],
        "PersonPhone": [{"BusinessEntityID": 2, "PhoneNumber": "206-555-0142", "PhoneNumberTypeID": 1}],
        "Employee": [{"BusinessEntityID": 1, "JobTitle": "Seller", "HireDate": "2009-01-14"}],
        "SalesPerson": [{"BusinessEntityID": 1, "TerritoryID": 1}],
        "SalesPersonQuotaHistory": [{"BusinessEntityID": 1, "QuotaDate": "2013-01-01", "SalesQuota": "400"}],
        "Store": [{"BusinessEntityID": 5, "Name": "Wheel House", "SalesPersonID": 1, "Specialty": "Road"}],
        "Vendor": [
            {"BusinessEntityID": 6, "AccountNumber": "RIMS1", "Name": "Rims Inc", "CreditRating": 1,
             "PreferredVendorStatus": 1, "ActiveFlag": 1},
        ],
        "Customer": [
            {"CustomerID": 100, "PersonID": 2, "TerritoryID": 1, "AccountNumber": "AW100"},
            {"CustomerID": 101, "PersonID": 3, "StoreID": 5, "TerritoryID": 1, "AccountNumber": "AW101"},
            {"CustomerID": 102, "StoreID": 5, "TerritoryID": 1, "AccountNumber": "AW102"},
        ],
        "ContactType": [{"ContactTypeID": 11, "Name": "Owner"}],
        "BusinessEntityContact": [{"BusinessEntityID": 5, "PersonID": 3, "ContactTypeID": 11}],
        "BusinessEntityAddress": [{"BusinessEntityID": 2, "AddressID": 1, "AddressTypeID": 2}],
        "ProspectiveBuyer": [
            {"ProspectiveBuyerKey": 1, "FirstName": "Eve", "LastName": "Marsh", "EmailAddress": "eve@example.com"},
        ],
        "UnitMeasure": [
            {"UnitMeasureCode": code, "Name": code} for code in ("EA ", "OZ ", "GAL", "CS ")
        ],
        "Location": [
            {"LocationID": 7, "Name": "Finished Goods Storage", "CostRate": 0, "Availability": "0"},
            {"LocationID": 50, "Name": "Subassembly", "CostRate": "12.25", "Availability": "120"},
        ],
        "ProductCategory": [{"ProductCategoryID": 1, "Name": "Bikes"}],
        "ProductSubcategory": [{"ProductSubcategoryID": 1, "ProductCategoryID": 1, "Name": "Road Bikes"}],
        "Product": [
            _product(BIKE, "Bike", made=1, sold=1, cost="50", price="200", ProductSubcategoryID=1),
            _product(WHEEL, "Wheel", made=1, sold=0, cost="20"),
            _product(RIM, "Rim", made=0, sold=0, cost="8.50"),
            _product(PAINT, "Paint", made=0, sold=0, cost="0.10"),
        ],
        "ProductListPriceHistory": [
            {"ProductID": BIKE, "StartDate": "2011-05-31", "EndDate": "2012-05-29", "ListPrice": "180"},
            {"ProductID": BIKE, "StartDate": "2012-05-30", "ListPrice": "200"},
        ],
        "ProductCostHistory": [{"ProductID": BIKE, "StartDate": "2011-05-31", "StandardCost": "50"}],
        "ProductVendor": [
            {"ProductID": RIM, "BusinessEntityID": 6, "AverageLeadTime": 5, "StandardPrice": "9", "MinOrderQty": 10,
             "UnitMeasureCode": "CS "},
            {"ProductID": PAINT, "BusinessEntityID": 6, "AverageLeadTime": 9, "StandardPrice": "12.80",
             "MinOrderQty": 2, "UnitMeasureCode": "GAL"},
        ],
        "BillOfMaterials": [
            _bom(1, "", BIKE), _bom(2, BIKE, WHEEL, 2), _bom(3, BIKE, PAINT, 8, unit="OZ"), _bom(4, WHEEL, RIM),
            _bom(5, BIKE, RIM, 3, end="2010-05-03"),
        ],
        "ProductInventory": [
            {"ProductID": RIM, "LocationID": 7, "Quantity": 12, "ModifiedDate": DAY},
            {"ProductID": BIKE, "LocationID": 7, "Quantity": 0, "ModifiedDate": DAY},
        ],
        "SpecialOffer": [
            {"SpecialOfferID": 1, "Description": "No Discount", "Type": "No Discount"},
            {"SpecialOfferID": 2, "Description": "Volume", "Type": "Volume Discount"},
        ],
        "ShipMethod": [{"ShipMethodID": 1, "Name": "TRUCK"}],
        "SalesOrderHeader": [
            _order(500, 100, "200.0000"), _order(501, 101, "540.0000", SalesPersonID=1, OnlineOrderFlag=0),
        ],
        "SalesOrderDetail": [
            {"SalesOrderID": 500, "LineNumber": 1, "ProductID": BIKE, "SpecialOfferID": 1, "OrderQty": 1,
             "UnitPrice": "200", "UnitPriceDiscount": "0.0", "LineTotal": "200.000000"},
            {"SalesOrderID": 501, "LineNumber": 1, "ProductID": BIKE, "SpecialOfferID": 2, "OrderQty": 3,
             "UnitPrice": "200", "UnitPriceDiscount": "0.1", "LineTotal": "540.000000"},
        ],
        "PurchaseOrderHeader": [
            {"PurchaseOrderID": 1, "Status": 4, "EmployeeID": 1, "VendorID": 6, "OrderDate": DAY, "SubTotal": "90",
             "TaxAmt": "7.2", "Freight": "2", "TotalDue": "99.2"},
        ],
        "PurchaseOrderDetail": [
            {"PurchaseOrderID": 1, "PurchaseOrderDetailID": 1, "DueDate": DAY, "OrderQty": 10, "ProductID": RIM,
             "UnitPrice": "9", "LineTotal": "90", "ReceivedQty": "10", "RejectedQty": "1", "StockedQty": "9"},
        ],
        "ScrapReason": [{"ScrapReasonID": 1, "Name": "Bent"}],
        "WorkOrder": [
            {"WorkOrderID": 1, "ProductID": BIKE, "OrderQty": 10, "StockedQty": 9, "ScrappedQty": 1,
             "StartDate": "2013-01-07", "EndDate": "2013-01-18", "DueDate": "2013-01-16", "ScrapReasonID": 1},
        ],
        "WorkOrderRouting": [
            {"WorkOrderID": 1, "ProductID": BIKE, "OperationSequence": 1, "LocationID": 50,
             "ScheduledStartDate": "2013-01-07", "ScheduledEndDate": "2013-01-16", "ActualStartDate": "2013-01-07",
             "ActualEndDate": "2013-01-18", "ActualResourceHrs": "4.0000", "PlannedCost": "49.0000",
             "ActualCost": "49.0000"},
        ],
    }  # fmt: skip


def write(folder: Path, tables: dict[str, list[Row]]) -> Path:
    """Write every file of the set into `folder`; a table that is not named has its header only."""
    for source in FILES:
        names = [column.name for column in source.fields]
        with (folder / f"{source.name}.csv").open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, fieldnames=names, restval="", lineterminator="\n")
            writer.writeheader()
            writer.writerows(tables.get(source.name, []))
    return folder
