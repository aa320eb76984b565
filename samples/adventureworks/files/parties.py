"""Countries, currencies, people, companies, employees and prospects."""

from samples.loading.files import Refers, Rule, SourceFile

UNNAMED = "BusinessEntityID is not in Person: kept as a contact without a name"

PARTIES = (
    SourceFile("Currency", "CurrencyCode:varchar(3)! Name:varchar(60)!", key="CurrencyCode"),
    SourceFile(
        "CurrencyRate",
        "CurrencyRateDate:date! FromCurrencyCode:varchar(3)! ToCurrencyCode:varchar(3)! EndOfDayRate:numeric(18,8)!",
        key="FromCurrencyCode ToCurrencyCode CurrencyRateDate",
        refers=(Refers("FromCurrencyCode>CurrencyCode", "Currency"), Refers("ToCurrencyCode>CurrencyCode", "Currency")),
        rules=(
            Rule("s.fromcurrencycode <> s.tocurrencycode", "is a rate of a currency to itself"),
            Rule("s.endofdayrate > 0", "EndOfDayRate is not positive"),
        ),
    ),
    SourceFile("CountryRegion", "CountryRegionCode:varchar(2)! Name:text!", key="CountryRegionCode"),
    SourceFile("SalesTerritory", "TerritoryID:int! Name:varchar(60)!", key="TerritoryID"),
    SourceFile(
        "StateProvince",
        "StateProvinceID:int! StateProvinceCode:text! CountryRegionCode:varchar(2)! Name:text!",
        key="StateProvinceID",
        refers=(Refers("CountryRegionCode", "CountryRegion"),),
    ),
    SourceFile("AddressType", "AddressTypeID:int! Name:text!", key="AddressTypeID"),
    SourceFile(
        "Address",
        "AddressID:int! AddressLine1:text! AddressLine2:text City:text! StateProvinceID:int! PostalCode:text!",
        key="AddressID",
        refers=(Refers("StateProvinceID", "StateProvince"),),
    ),
    SourceFile(
        "Person",
        "BusinessEntityID:int! PersonType:varchar(20)! Title:varchar(20) FirstName:varchar(80)! MiddleName:varchar(80)"
        " LastName:varchar(80)! Suffix:varchar(20) EmailPromotion:int!",
        key="BusinessEntityID",
    ),
    SourceFile(
        "EmailAddress",
        "BusinessEntityID:int! EmailAddressID:int! EmailAddress:varchar(320)!",
        key="BusinessEntityID EmailAddressID",
        refers=(Refers("BusinessEntityID", "Person", soft=True, reason=UNNAMED),),
        rules=(
            Rule(
                "s.emailaddress ~ '^[^@[:space:],;<>]+@[^@[:space:],;<>]+[.][^@[:space:],;<>]+$'",
                "is no e-mail address",
            ),
        ),
    ),
    SourceFile("PhoneNumberType", "PhoneNumberTypeID:int! Name:varchar(40)!", key="PhoneNumberTypeID"),
    SourceFile(
        "PersonPhone",
        "BusinessEntityID:int! PhoneNumber:varchar(320)! PhoneNumberTypeID:int!",
        key="BusinessEntityID PhoneNumber PhoneNumberTypeID",
        refers=(
            Refers("PhoneNumberTypeID", "PhoneNumberType"),
            Refers("BusinessEntityID", "Person", soft=True, reason=UNNAMED),
        ),
    ),
    SourceFile(
        "Employee",
        "BusinessEntityID:int! JobTitle:varchar(120) HireDate:date!",
        key="BusinessEntityID",
        refers=(Refers("BusinessEntityID", "Person"), Refers("BusinessEntityID", "EmailAddress")),
    ),
    SourceFile(
        "SalesPerson",
        "BusinessEntityID:int! TerritoryID:int",
        key="BusinessEntityID",
        refers=(Refers("BusinessEntityID", "Employee"), Refers("TerritoryID", "SalesTerritory")),
    ),
    SourceFile(
        "SalesPersonQuotaHistory",
        "BusinessEntityID:int! QuotaDate:date! SalesQuota:numeric(18,2)!",
        key="BusinessEntityID QuotaDate",
        refers=(Refers("BusinessEntityID", "SalesPerson"),),
    ),
    SourceFile(
        "Store",
        "BusinessEntityID:int! Name:varchar(200)! SalesPersonID:int AnnualSales:numeric(18,2)"
        " AnnualRevenue:numeric(18,2)"
        " BankName:text BusinessType:text YearOpened:text Specialty:varchar(80) SquareFeet:text NumberEmployees:text",
        key="BusinessEntityID",
        refers=(Refers("SalesPersonID>BusinessEntityID", "SalesPerson"),),
    ),
    SourceFile(
        "Vendor",
        "BusinessEntityID:int! AccountNumber:varchar(40)! Name:varchar(200)! CreditRating:int!"
        " PreferredVendorStatus:boolean!"
        " ActiveFlag:boolean! PurchasingWebServiceURL:varchar(320)",
        key="BusinessEntityID",
    ),
    SourceFile(
        "Customer",
        "CustomerID:int! PersonID:int StoreID:int TerritoryID:int AccountNumber:varchar(40)!",
        key="CustomerID",
        refers=(
            Refers("PersonID>BusinessEntityID", "Person"),
            Refers("StoreID>BusinessEntityID", "Store"),
            Refers("TerritoryID", "SalesTerritory"),
        ),
        rules=(Rule("s.personid IS NOT NULL OR s.storeid IS NOT NULL", "names neither a person nor a store"),),
    ),
    SourceFile("ContactType", "ContactTypeID:int! Name:varchar(120)!", key="ContactTypeID"),
    SourceFile(
        "BusinessEntityContact",
        "BusinessEntityID:int! PersonID:int! ContactTypeID:int!",
        key="BusinessEntityID PersonID ContactTypeID",
        refers=(
            Refers("ContactTypeID", "ContactType"),
            Refers(
                "PersonID>BusinessEntityID", "Person", soft=True, reason=UNNAMED.replace("BusinessEntity", "Person")
            ),
        ),
    ),
    SourceFile(
        "BusinessEntityAddress",
        "BusinessEntityID:int! AddressID:int! AddressTypeID:int!",
        key="BusinessEntityID AddressID AddressTypeID",
        refers=(Refers("AddressID", "Address"), Refers("AddressTypeID", "AddressType")),
        rules=(
            Rule(
                "NOT EXISTS (SELECT 1 FROM src_employee e WHERE e.businessentityid = s.businessentityid)",
                "is the private address of an employee, which is not kept",
            ),
        ),
    ),
    SourceFile(
        "ProspectiveBuyer",
        "ProspectiveBuyerKey:int! ProspectAlternateKey:text FirstName:text! MiddleName:text LastName:text!"
        " BirthDate:text"
        " MaritalStatus:text Gender:text EmailAddress:varchar(320) YearlyIncome:text TotalChildren:text"
        " NumberChildrenAtHome:text Education:text Occupation:text HouseOwnerFlag:text NumberCarsOwned:text"
        " AddressLine1:text AddressLine2:text City:text StateProvinceCode:text PostalCode:text Phone:varchar(60)"
        " Salutation:text",
        key="ProspectiveBuyerKey",
        rules=(
            Rule(
                "NOT EXISTS (SELECT 1 FROM src_prospectivebuyer o WHERE o.prospectalternatekey = s.prospectalternatekey"
                " AND o.line_no < s.line_no)",
                "has the ProspectAlternateKey of an earlier line",
                soft=True,
            ),
        ),
    ),
)
