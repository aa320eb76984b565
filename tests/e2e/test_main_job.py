"""MAIN_JOB in Chromium: each step as the role that does it; figures on the screens are the golden ones."""

import pytest

from crm.services import leads
from tests.e2e import selling
from tests.e2e.theatre import Theatre

pytestmark = [pytest.mark.slow]


def test_from_the_request_to_the_first_quote(theatre: Theatre):
    play = theatre
    given = play.inputs["lead"]
    play.at(given["received_at"])
    leads.receive_lead(
        payload=given["payload"], received_at=__import__("datetime").datetime.fromisoformat(given["received_at"]),
        utm={"campaign": "SPRING26"}, submission_key="e2e", title=given["payload"]["message"], name="Nora Field",
        company="Bluehaven Group", email="nora.field@bluehaven.example", phone="+442071838750",
        by=play.world.users["seller"],
    )  # fmt: skip
    deal = selling.answer_and_qualify(play)
    selling.ask_production(play, deal)
    from datetime import datetime
    from decimal import Decimal

    from production.services import estimates
    from sales.models import EstimateRequest

    given = play.inputs["answer_estimate"]
    estimates.answer_request(
        request_id=EstimateRequest.objects.get().pk,
        at=datetime.fromisoformat(given["at"]),
        by=play.world.users["production_lead"],
        extra=[(play.world.items[p["item"]].pk, p["kind"], Decimal(p["amount"])) for p in given["extra"]],
    )
    selling.first_quote(play, deal)
