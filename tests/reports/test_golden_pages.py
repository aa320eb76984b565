"""The "Dashboard check for March" of the main job, read from the screens to the cent."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from reports.indicators import Params, indicator, indicators, sum_of_records
from tests.reports.story import as_user, figure, told_until_the_dashboard

pytestmark = pytest.mark.django_db


def page(client: Any, name: str, query: str, *args: Any) -> str:
    response = client.get(f"{reverse(name, args=args)}?{query}")
    assert response.status_code == 200
    return figure(response.text)


def tiles(response: Any) -> dict[str, Any]:
    return {tile.code: tile for tile in [*response.context["tiles"], *response.context["as_of"]]}


def test_what_has_no_whole_is_unknown_and_not_zero(client):
    director = as_user(client, told_until_the_dashboard(), "director")
    found = tiles(director.get(reverse("reports:dashboard"), {"period": "2024-03"}))
    assert {
        code: found[code].value for code in ("margin_pct", "lead_conversion", "installed_on_time")
    } == dict.fromkeys(("margin_pct", "lead_conversion", "installed_on_time"), "–")
    assert found["won_amount"].value == "€0.00"


def test_the_dashboard_of_march(client, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    run = told_until_the_dashboard()
    director = as_user(client, run, "director")
    dashboard = director.get(reverse("reports:dashboard"), {"period": "2026-03"})
    html, found = figure(dashboard.text), tiles(dashboard)

    # Leads and conversion, reached stages, win rates, weighted pipeline
    assert found["lead_conversion"].value == "60.0\u00a0%"
    assert found["lead_conversion"].note.endswith("3 of 5")
    funnel = dashboard.context["funnel"]
    assert list(funnel.series[0].values) == [5, 3, 3, 2, 1, 1]
    steps = [note.replace("\u00a0", " ").split(" of ")[0] for note in funnel.notes[2:]]
    assert steps == ["100.0 %", "66.7 %", "50.0 %", "100.0 %"]
    for shown in ("66.7 % of Estimate", "3 became deals, 60.0 %"):
        assert shown in html
    assert found["win_rate_count"].value == "50.0\u00a0%"
    assert "42.86 % by value" in found["win_rate_count"].note.replace("\u00a0", " ")
    assert found["open_weighted"].value == "€500.00"
    assert found["won_amount"].value == "€1,979.84"
    assert found["margin_pct"].exact == "38.13\u00a0%"

    # SPRING26
    line = next(row for row in dashboard.context["campaigns"]["rows"] if row["leads"] == "2")
    assert (line["cost"], line["per_lead"], line["per_client"]) == ("€300.00", "€150.00", "€300.00")
    assert (line["margin"], line["return"]) == ("€754.84", "151.61\u00a0%")
    for shown in ("€150.00", "€300.00", "€754.84", "151.61 %"):
        assert shown in html

    # Receivables and stock as of the ends of days
    for day, owed in (("25", "€0.00"), ("26", "€1,436.86")):
        shown = director.get(reverse("reports:dashboard"), {"since": "2026-03-01", "until": f"2026-03-{day}"})
        assert tiles(shown)["receivables"].value == owed
    april = director.get(reverse("reports:dashboard"), {"since": "2026-04-01", "until": "2026-04-07"})
    assert tiles(april)["receivables"].value == "€0.00"
    for day, worth in (("19", "€443.15"), ("20", "€1,383.45"), ("25", "€430.45")):
        shown = director.get(reverse("reports:dashboard"), {"since": "2026-03-01", "until": f"2026-03-{day}"})
        assert tiles(shown)["stock_value"].value == worth

    # The campaign's own card, and the result of the order with its bridge
    card = page(director, "marketing:campaign_card", "", run.world.campaign.pk)
    for shown in ("150.00", "300.00", "754.84", "151.61 %"):
        assert shown in card
    bridge = page(director, "reports:order_results", f"period=2026-03&order={run.memory['order'].pk}")
    for shown in (
        "€1,181.63",
        "+€43.37",
        "€1,225.00",
        "€754.84",
        "38.13 %",
        "+€4.27",
        "+€3.00",
        "+€5.00",
        "+€4.00",
        "+€12.70",
    ):
        assert shown in bridge

    # Every number opens its records, and they add up to it
    march = Params(*(dashboard.context["days"].first, dashboard.context["days"].last), reader=run.user("director"))
    for code, tile in found.items():
        behind = director.get(tile.url)
        assert behind.context["agrees"], code
        assert indicator(code).value_for(march) == sum_of_records(indicator(code), march), code
    for code in indicators():
        if code.startswith("campaign_"):
            query = f"since=2026-01-01&until=2026-03-31&campaign={run.world.campaign.pk}"
            assert director.get(f"{reverse('reports:indicator', args=[code])}?{query}").context["agrees"], code

    # Costs and margins hide from those without the right
    for role, address in (
        ("head_of_sales", reverse("reports:dashboard") + "?period=2026-03"),
        ("marketer", reverse("marketing:campaign_card", args=[run.world.campaign.pk])),
        ("marketer", reverse("marketing:campaign_list")),
    ):
        hidden = as_user(client, run, role).get(address)
        assert hidden.status_code == 200
        assert not re.search(r"754[.,]84|151[.,]61|38[.,]13|430[.,]45", hidden.text), (role, address)
    for code in ("margin_pct", "stock_value", "campaign_margin", "campaign_return"):
        assert client.get(reverse("reports:indicator", args=[code])).status_code == 403
    assert Decimal("754.84") == indicator("finished_margin").value_for(march)
