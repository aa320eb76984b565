"""Indicators: figures with a name, as far as their reader may see what is behind them."""

from datetime import date
from typing import Annotated

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import AfterValidator, Field

from core import policy
from core.api import reading
from core.api.auth import require_scope, user_of
from core.api.fields import AMOUNT, DAY
from core.api.filters import Key, Words, within_our_time
from core.api.problems import Refusal
from core.api.resources import add_router
from core.ui import switches
from reports.errors import UnknownIndicator
from reports.indicators import Params, indicator, indicators

READ = "indicators:read"
JSON = "application/json"
DayParameter = Annotated[date, AfterValidator(within_our_time)]


class IndicatorRow(Schema):
    code: str
    label: str
    unit: str = Field(description="count, money or percent")


class IndicatorPage(Schema):
    data: list[IndicatorRow]
    next: str | None


class Figure(IndicatorRow):
    first: DAY  # type: ignore[valid-type]
    last: DAY  # type: ignore[valid-type]
    value: AMOUNT  # type: ignore[valid-type]


class FigureParameters(Schema):
    first: DayParameter = Field(description="The first day of the period.")
    last: DayParameter = Field(description="The last day of the period.")
    pipeline_id: Key | None = None
    stage: Words = ""
    campaign_id: Key | None = None


router = Router(tags=["indicators"])


def _enter(request: HttpRequest) -> None:
    if not switches.app_is_on("reports"):
        raise Http404
    require_scope(request, READ)
    policy.require(user_of(request), "reports.view_indicators")


@router.get(
    "/",
    response={200: IndicatorPage},
    operation_id="indicators_list",
    summary="List indicators",
    description=f"The figures this user may ask for. Needs the scope `{READ}`.",
)
def list_indicators(request: HttpRequest) -> HttpResponse:
    _enter(request)
    if request.GET:
        raise Refusal.of_field(sorted(request.GET)[0][:80], "there is no such parameter")
    user = user_of(request)
    rows = [
        {"code": each.code, "label": str(each.label), "unit": each.unit}
        for each in indicators().values()
        if policy.allows(user, each.action)
    ]
    return HttpResponse(reading.as_json({"data": rows, "next": None}), content_type=JSON)


@router.get(
    "/{code}/",
    response={200: Figure},
    operation_id="indicators_read",
    summary="Read an indicator",
    description=f"The figure of a period, computed from the rows this user may see. Needs the scope `{READ}`.",
)
def read_indicator(request: HttpRequest, code: str, parameters: FigureParameters = Query(...)) -> HttpResponse:  # noqa: B008
    _enter(request)
    if parameters.last < parameters.first:
        raise Refusal.of_field("last", "the last day lies before the first")
    try:
        found = indicator(code)
    except UnknownIndicator:
        raise Http404 from None
    asked = Params(
        first=parameters.first, last=parameters.last, reader=user_of(request), pipeline_id=parameters.pipeline_id,
        stage=parameters.stage, campaign_id=parameters.campaign_id,
    )  # fmt: skip
    figure = {
        "code": found.code, "label": str(found.label), "unit": found.unit, "first": parameters.first,
        "last": parameters.last, "value": found.value_for(asked),
    }  # fmt: skip
    return HttpResponse(reading.as_json(figure), content_type=JSON)


add_router("indicators", router, switch="reports")
