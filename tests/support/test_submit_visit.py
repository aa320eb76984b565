import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, InternalError, connection, transaction

from core.actors import SYSTEM
from core.errors import LinkNotUsable, NotAllowed, PeriodClosed
from core.ledgers import run_all
from core.models import Attachment, Event, PublicLink, StatusChange
from core.services.attachments import NotAPicture
from crm.choices import TaskStatus
from crm.models import Task
from inventory.choices import MoveKind
from inventory.errors import InsufficientStock
from inventory.models import CostLayer, StockMove
from sales.choices import OrderCostKind, OrderStatus
from sales.models import OrderCost, SalesOrder
from support.choices import VisitStatus
from support.errors import NotSigned, PartNotKept, TooManyPhotos, VisitClosed
from support.models import InstallationVisit, VisitPart
from support.services import reporting
from support.services.visits import (
    Upload,
    finish_visit,
    open_visit_link,
    revoke_link,
    submit_visit,
    visit_of_link,
)
from tests.factories.core import make_user
from tests.factories.inventory import make_item, make_warehouse, stock_up
from tests.factories.sales import make_deal, make_service
from tests.factories.support import make_installable_order, make_report, make_visit, picture

D = Decimal
AT = datetime(2026, 3, 25, 14, 20, tzinfo=UTC)


def link_to(visit: InstallationVisit, **fields) -> str:
    return open_visit_link(**{"visit_id": visit.pk, "expires_at": AT + timedelta(days=7), "by": SYSTEM, **fields})


def world(*tables) -> list:
    return [list(table.objects.order_by("pk").values()) for table in tables]


EVERYTHING = (
    StockMove,
    CostLayer,
    OrderCost,
    VisitPart,
    Attachment,
    InstallationVisit,
    Task,
    SalesOrder,
    PublicLink,
    Event,
)


def submitted(visit: InstallationVisit, **fields):
    return submit_visit(
        **{"token": link_to(visit), "submission_key": "phone-1", "report": make_report(), "at": AT, **fields}
    )


@pytest.mark.django_db
class TestMainJob:
    @pytest.fixture
    def seal(self):
        return make_item("SEAL")

    @pytest.fixture
    def visit(self, seal, django_capture_on_commit_callbacks):
        warehouse = make_warehouse()
        stock_up(seal, warehouse, 10, "63.50")
        with django_capture_on_commit_callbacks(execute=True):  # sales makes its tasks
            order = make_installable_order(warehouse, deal_id=make_deal(branch=warehouse.branch).pk)
        return make_visit(order)

    def test_step_14_one_visit_done_however_often_the_phone_sends(self, visit, seal, box):
        token = link_to(visit)
        report = make_report(parts={seal.pk: D(2)})
        first = submit_visit(token=token, submission_key="phone-1", report=report, at=AT)
        after = world(*EVERYTHING)
        again = submit_visit(token=token, submission_key="phone-1", report=report, at=AT)
        other = submit_visit(token=token, submission_key="phone-2", report=replace(report, remark="x"), at=AT)
        assert first == again == other
        assert world(*EVERYTHING) == after
        assert (first.photos, first.parts, first.done_at) == (3, 1, AT)
        visit.refresh_from_db()
        assert (visit.status, visit.signed_by, visit.remark) == ("done", "Nora Field", "Left panel re-adjusted.")
        move = visit.parts.get().move
        assert (move.kind, move.qty, move.value) == (MoveKind.SITE_ISSUE, D(2), D("12.70"))
        assert (CostLayer.objects.get(item=seal).left_qty, CostLayer.objects.get(item=seal).left_value) == (
            8,
            D("50.80"),
        )
        costs = OrderCost.objects.filter(order=visit.order, kind__in=["site_parts", "installation"])
        assert dict(costs.values_list("kind", "amount")) == {
            OrderCostKind.SITE_PARTS: D("12.70"), OrderCostKind.INSTALLATION: D("220.00"),
        }  # fmt: skip
        assert (
            visit.task.status == Task.objects.get(key=f"sales.order:{visit.order_id}:install").status == TaskStatus.DONE
        )
        visit.order.deal.refresh_from_db()
        told = visit.order.deal.field_data["installation"]
        assert (told["remark"], told["parts"], len(told["photos"])) == (visit.remark, {"SEAL": "2"}, 3)
        assert SalesOrder.objects.get(pk=visit.order_id).status == OrderStatus.DONE
        kinds = list(Attachment.objects.values_list("kind", flat=True).order_by("pk"))
        assert kinds == ["photo", "photo", "photo", "signature"]
        assert {str(uuid) for uuid in Attachment.objects.values_list("uuid", flat=True)} == {
            *told["photos"],
            told["signature"],
        }
        assert len([path for path in box.rglob("*") if path.is_file()]) == 4
        assert StatusChange.objects.filter(record_id=visit.pk, to_status="done", by=None).count() == 1
        assert run_all() == []

    def test_after_a_refusal_nothing_is_changed_and_no_file_is_left(self, visit, seal, box, monkeypatch):
        token = link_to(visit)
        before = world(*EVERYTHING)
        enough = make_report()
        refusals = [
            (InsufficientStock, make_report(parts={seal.pk: D(11)})),
            (PartNotKept, make_report(parts={make_service().pk: D(1)})),
            (PartNotKept, make_report(parts={987_654: D(1)})),
            (NotSigned, make_report(signature=None)),
            (NotSigned, make_report(signature=None, signed_by="", signed_on_paper=True)),
            (TooManyPhotos, make_report(photos=[picture()] * 11)),
            (NotAPicture, make_report(photos=[Upload("a.png", b"<svg/>")])),
        ]
        for error, report in refusals:
            with pytest.raises(error):
                submit_visit(token=token, submission_key="k", report=report, at=AT)
        monkeypatch.setattr(reporting, "note_status", lambda *args, **kwargs: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            submit_visit(token=token, submission_key="k", report=enough, at=AT)
        assert world(*EVERYTHING) == before
        assert not [path for path in box.rglob("*") if path.is_file()]

    def test_a_closed_month_keeps_the_report_out(self, visit):
        from finance.services.periods import close_period

        close_period(branch_id=visit.branch_id, month=AT.date(), at=AT, by=SYSTEM)
        with pytest.raises(PeriodClosed):
            submitted(visit)


@pytest.mark.django_db
class TestLinks:
    def test_wrong_expired_and_withdrawn_links_report_nothing(self):
        visit = make_visit()
        expired = link_to(visit, expires_at=AT)
        withdrawn = link_to(visit)
        assert revoke_link(visit_id=visit.pk, at=AT, by=SYSTEM) == 2
        live = link_to(visit)
        for token, at in ((expired, AT), (withdrawn, AT), ("wrong", AT), (live, AT + timedelta(days=8))):
            for door in (
                lambda token=token, at=at: visit_of_link(token=token, at=at),
                lambda token=token, at=at: submit_visit(token=token, submission_key="k", report=make_report(), at=at),
            ):
                with pytest.raises(LinkNotUsable):
                    door()
        assert visit_of_link(token=live, at=AT) == visit
        assert InstallationVisit.objects.get().status == VisitStatus.PLANNED

    def test_a_link_reports_its_own_visit_only_and_counts_its_use(self):
        mine, other = make_visit(), make_visit()
        submitted(mine)
        assert (InstallationVisit.objects.get(pk=other.pk).status, PublicLink.objects.get().uses) == ("planned", 1)
        submitted(other)  # the phone's key is the same: keys are the visit's own
        assert InstallationVisit.objects.filter(status=VisitStatus.DONE).count() == 2

    def test_who_may_hand_links_out(self):
        visit = make_visit()
        with pytest.raises(NotAllowed):
            link_to(visit, by=make_user("storekeeper"))
        with pytest.raises(NotAllowed):
            revoke_link(visit_id=visit.pk, at=AT, by=make_user("storekeeper"))
        submitted(visit)
        with pytest.raises(VisitClosed):
            link_to(visit)


@pytest.mark.django_db
class TestFinishByUser:
    def test_a_user_reports_for_the_crew_once(self):
        visit, lead = make_visit(), make_user("production_lead")
        wish = {"visit_id": visit.pk, "at": AT, "by": lead}
        first = finish_visit(**wish, report=make_report(signature=None, signed_on_paper=True, photos=[]))
        assert finish_visit(**wish, report=make_report()) == first
        assert submitted_after_done(visit) == first
        assert Attachment.objects.count() == 0
        visit.refresh_from_db()
        assert (visit.updated_by, visit.signed_on_paper) == (lead, True)

    def test_a_storekeeper_may_not(self):
        visit = make_visit()
        with pytest.raises(NotAllowed):
            finish_visit(visit_id=visit.pk, report=make_report(), at=AT, by=make_user("storekeeper"))
        assert InstallationVisit.objects.get().status == VisitStatus.PLANNED


def submitted_after_done(visit: InstallationVisit):
    """What a late phone gets whose link was made before somebody else reported."""
    from core.services.public_links import make_link

    token = make_link(record=visit, purpose="support.visit", expires_at=AT + timedelta(days=1), by=SYSTEM)
    return submit_visit(token=token, submission_key="late", report=make_report(), at=AT)


@pytest.mark.django_db
def test_the_database_keeps_a_done_visit_and_its_parts():
    item, warehouse = make_item(), make_warehouse()
    stock_up(item, warehouse, 3, 3)
    visit = make_visit(make_installable_order(warehouse))
    submitted(visit, report=make_report(parts={item.pk: D(1)}))
    for change in (
        lambda: InstallationVisit.objects.update(remark="other"),
        lambda: InstallationVisit.objects.all().delete(),
        lambda: VisitPart.objects.update(qty=9),
        lambda: InstallationVisit.objects.create(
            order=visit.order, branch=visit.branch, warehouse=visit.warehouse, number="X", status="done"
        ),
    ):
        with pytest.raises((InternalError, IntegrityError)), transaction.atomic():
            change()


@pytest.mark.django_db(transaction=True)
def test_two_phones_at_once_report_once(settings):
    settings.EVENTS_DELIVERY = "celery"
    from core import events

    events_wake, events.wake = events.wake, lambda delivery_id: None
    try:
        item, warehouse = make_item(), make_warehouse()
        stock_up(item, warehouse, 5, 5)
        visit = make_visit(make_installable_order(warehouse))
        token, results = link_to(visit), []
        gate = threading.Barrier(4)

        def phone(number: int) -> None:
            try:
                report = make_report(parts={item.pk: D(1)})
                gate.wait()
                results.append(submit_visit(token=token, submission_key=f"phone-{number}", report=report, at=AT))
            finally:
                connection.close()

        phones = [threading.Thread(target=phone, args=(number,)) for number in range(4)]
        for thread in phones:
            thread.start()
        for thread in phones:
            thread.join(timeout=30)
        assert len(results) == 4
        assert len(set(results)) == 1
        assert VisitPart.objects.count() == 1
        assert PublicLink.objects.get().uses == 1
    finally:
        events.wake = events_wake
