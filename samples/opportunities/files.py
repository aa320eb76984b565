"""The four files of the set and what their rows must look like. They are joined by name."""

from samples.loading.files import Refers, Rule, SourceFile

FILES = (
    SourceFile(
        "products", "product:varchar(40)! series:varchar(120)! sales_price:numeric(18,6)!", key="product"
    ),
    SourceFile(
        "sales_teams", "sales_agent:varchar(120)! manager:varchar(80)! regional_office:varchar(20)!", key="sales_agent"
    ),
    SourceFile(
        "accounts",
        "account:varchar(200)! sector:varchar(80) year_established:int revenue:numeric(18,2) employees:int"
        " office_location:text subsidiary_of:text",
        key="account",
        rules=(Rule("s.sector IS DISTINCT FROM 'technolgy'", "sector is spelt technolgy; kept as written", soft=True),),
    ),
    SourceFile(
        "sales_pipeline",
        "opportunity_id:varchar(40)! sales_agent:text! product:varchar(120)! account:text deal_stage:text!"
        " engage_date:date"
        " close_date:date close_value:numeric(18,2)",
        key="opportunity_id",
        refers=(
            Refers("sales_agent", "sales_teams"),
            Refers("account", "accounts"),
            Refers("product", "products", soft=True, reason="product is not in products as it is written; kept so"),
        ),
        rules=(
            Rule("s.deal_stage IN ('Prospecting', 'Engaging', 'Won', 'Lost')", "deal_stage is unknown"),
            Rule(
                "s.deal_stage NOT IN ('Won', 'Lost') OR s.close_date IS NOT NULL AND s.engage_date IS NOT NULL",
                "is closed without an engage date and a close date",
            ),
            Rule("s.close_date IS NULL OR s.close_date >= s.engage_date", "was closed before it was engaged"),
            Rule("coalesce(s.close_value, 0) >= 0", "close_value is negative"),
            Rule("s.account IS NOT NULL", "has no account: the deal has no client", soft=True),
            Rule(
                "s.engage_date IS NOT NULL OR s.deal_stage <> 'Engaging'", "is engaged without a date: left"
                " prospecting",
                soft=True,
            ),
            Rule(
                "s.engage_date IS NOT NULL OR s.deal_stage = 'Engaging'",
                "has no engage date: opened on the last day of the file",
                soft=True,
            ),
        ),
    ),
)  # fmt: skip
