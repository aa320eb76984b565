"""Opportunities become deals with their way through the stages."""

from io import StringIO

import pytest
from django.core.management import call_command

from core import ledgers
from core.models import Team
from reports.selectors.deals import deal_sums, idle_members, never_worked, price_realisation_pct
from sales.models import Deal
from sales.selectors.funnel import funnel
from samples.story.fingerprint import fingerprint

pytestmark = pytest.mark.django_db

FILES = {
    "products": "product,series,sales_price\nGTX Pro,GTX,4821\nMG,MG,50\n",
    "sales_teams": "sales_agent,manager,regional_office\n"
    "Ann Lee,Max Ort,East\nBob Day,Max Ort,East\nIda Off,Eva Ruf,West\n",
    "accounts": "account,sector,year_established,revenue,employees,office_location,subsidiary_of\n"
    "Acme,technolgy,1996,1100.04,2822,United States,\n",
    "sales_pipeline": "opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value\n"
    "A1,Ann Lee,GTXPro,Acme,Won,2017-01-01,2017-01-31,4821\n"
    "A2,Ann Lee,MG,Acme,Lost,2017-02-01,2017-02-11,0\n"
    "B1,Bob Day,MG,,Engaging,2017-03-01,,\n"
    "B2,Bob Day,MG,Acme,Prospecting,,,\n",
}


@pytest.fixture
def load(tmp_path):
    def run(**changed: str) -> str:
        for name, text in {**FILES, **changed}.items():
            (tmp_path / f"{name}.csv").write_text(text.replace("\n", "\r\n"), encoding="utf-8")
        out = StringIO()
        call_command("load_opportunities", str(tmp_path), stdout=out)
        return out.getvalue()

    return run


def test_deals_walk_through_their_stages(load):
    load()
    deal = Deal.objects.get(external_key="opp.deal:A1")
    assert (deal.status, deal.amount, deal.owner.get_full_name(), deal.branch.name) == ("won", 4821, "Ann Lee", "East")
    assert list(deal.stage_changes.order_by("seq").values_list("to_stage__code", flat=True)) == [
        "prospecting", "engaging", "won",
    ]  # fmt: skip
    assert [row.reached for row in funnel(deal.pipeline_id)] == [4, 3, 1]
    assert ledgers.run_all() == []


def test_figures_by_every_side(load):
    load()
    deals = Deal.objects.all()
    total = deal_sums(deals)[0]
    assert (total.deals, total.won, total.lost, total.won_days, total.lost_days) == (4, 1, 1, 30, 10)
    assert [(row.deals, row.won) for row in deal_sums(deals, "team")] == [(4, 1)]
    assert [row.key for row in deal_sums(deals, "client__industry")] == ["technolgy"]
    assert [f"{row.key:%Y-%m}" for row in deal_sums(deals, "close_month")] == ["2017-01", "2017-02"]
    assert never_worked(deals).get().external_key == "opp.deal:B2"
    assert idle_members(Team.objects.all()) == 1
    assert price_realisation_pct(deals) == 100


def test_dirt_is_told_by_line(load):
    said = load()
    for told in (
        "sales_pipeline: product is not in products as it is written; kept so: 1 (line 2)",
        "sales_pipeline: has no account: the deal has no client: 1 (line 4)",
        "sales_pipeline: has no engage date: opened on the last day of the file: 1 (line 5)",
        "sales_teams: agent without an opportunity: 1 (line 4)",
        "accounts: sector is spelt technolgy; kept as written: 1 (line 2)",
    ):
        assert told in said


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("C1,Nobody,MG,Acme,Won,2017-01-01,2017-01-31,1", "sales_agent is not in sales_teams"),
        ("C1,Ann Lee,MG,Acme,Maybe,2017-01-01,,", "deal_stage is unknown"),
        ("C1,Ann Lee,MG,Acme,Won,2017-01-01,,1", "is closed without an engage date and a close date"),
        ("C1,Ann Lee,MG,Acme,Won,2017-03-01,2017-01-31,1", "was closed before it was engaged"),
        ("C1,Ann Lee,MG,Acme,Won,2017-01-01,2017-01-31,-5", "close_value is negative"),
        ("A1,Ann Lee,MG,Acme,Won,2017-01-01,2017-01-31,5", "has the opportunity_id of an earlier line"),
    ],
)
def test_what_cannot_be_is_left_out(load, row, told):
    said = load(sales_pipeline=FILES["sales_pipeline"] + row + "\n")
    assert f"sales_pipeline: {told}: 1 (line 6)" in said
    assert Deal.objects.count() == 4


def test_twice_changes_nothing(load):
    load()
    before = fingerprint()
    assert "0 rows new, 0 changed." in load()
    assert fingerprint() == before


def test_a_deal_that_went_on_keeps_its_way(load):
    load()
    said = load(
        sales_pipeline=FILES["sales_pipeline"].replace("MG,,Engaging,2017-03-01,,", "MG,,Lost,2017-03-01,2017-04-01,0")
    )
    assert "differs from the deal loaded before, which keeps its way: 1 (line 4)" in said
    assert Deal.objects.get(external_key="opp.deal:B1").status == "open"
