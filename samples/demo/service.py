"""Crews on their way, and complaints from the first call to the closed ticket."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from PIL import Image, ImageDraw

from core.models import User
from crm.models import LegalEntity
from inventory.models import Item, Warehouse
from sales.models import SalesOrder
from sales.services.confirming import confirm_order
from sales.services.lines import LineDraft
from sales.services.orders import create_order
from sales.services.shipments import ship_order
from samples.demo.company import Company
from samples.demo.timeline import Happening
from support.errors import CrewBusy
from support.models import InstallationVisit
from support.services import tickets, visits

CREWS = ("Nordbau Montage", "Glaswerk Team 2", "Crew Petersen")
REMARKS = (
    "All fitted.",
    "Left panel re-adjusted.",
    "Client shown how to clean the glass.",
    "Two doors set 3 mm higher.",
)
LEFT = "Plinth on the left side, 1.2 m. The wall is 8 mm out."
# Who is where around the end of the story, in hours from it; nobody else plans these hours, or this crew.
AROUND_NOW = (("Nordbau Montage", -1), ("Glaswerk Team 2", 2), ("Montage Ost", 24))
# What happened after this many days before the end of the story is still to come.
STILL_OPEN = timedelta(days=24)
COMPLAINTS = (
    ("Door closes too fast", "normal", "The closer bangs in the evening. The client asks for another setting."),
    ("Cabinet handle loose", "low", "One handle on the second cabinet turns."),
    ("Crack in a glass pane", "high", "A crack from the lower left corner, seen two weeks after installation."),
    ("Table top has a dull spot", "normal", "About 20 cm wide, next to the cable outlet."),
)
DECISIONS = (("repair", "Adjustment", "45.00"), ("replace", "Supplier", "180.00"), ("reject", "Wear", "0.00"))


def install(company: Company, order: SalesOrder) -> Happening:
    """The visit of an order: planned for one of the crews, then reported from a phone."""
    line = company.timeline
    yield line.after(hours=3)
    visit = InstallationVisit.objects.filter(order=order).first()
    if visit is None:
        return
    starts = line.after(days=line.random.choice([1, 2, 3])).replace(minute=0)
    is_open = starts > line.until - STILL_OPEN
    if is_open:
        starts = _upcoming(company, visit.pk)
    _plan(company, visit, starts)
    if is_open:
        if line.chance(40):
            token_days = line.now + timedelta(days=60)
            visits.open_visit_link(visit_id=visit.pk, expires_at=token_days, by=order.owner)
        return
    yield starts + timedelta(hours=4)
    _report(company, visit, order)


def _upcoming(company: Company, number: int) -> datetime:
    """A working hour in the days after the story's end."""
    line = company.timeline
    day = line.calendar.add_working_days(line.calendar.day_of(line.until), 1 + number % 5)
    return line.calendar.opening(day) + timedelta(hours=line.random.choice([0, 1, 4]))


def _plan(company: Company, visit: InstallationVisit, starts: datetime) -> None:
    """Give the visit to the first crew that is free then; when nobody is, it waits without a crew."""
    crews = list(CREWS)
    company.timeline.random.shuffle(crews)
    slot = (starts, starts + timedelta(hours=company.timeline.random.choice([2, 3, 4])))
    contact = str(visit.order.client)
    for crew in crews:
        try:
            visits.plan_visit(
                order_id=visit.order_id, crew=crew, slot=slot, contact=contact, at=company.timeline.now,
                by=visit.order.owner,
            )  # fmt: skip
        except CrewBusy:
            continue
        return


def _report(company: Company, visit: InstallationVisit, order: SalesOrder) -> None:
    line = company.timeline
    token = visits.open_visit_link(visit_id=visit.pk, expires_at=line.now + timedelta(days=7), by=order.owner)
    parts = {company.item_id("SEAL"): Decimal(2)} if line.chance(40) and company.free("SEAL") >= 2 else {}
    visits.submit_visit(
        token=token,
        submission_key=f"demo-visit-{visit.pk}",
        report=visits.VisitReport(
            remark=line.random.choice(REMARKS),
            left=LEFT if line.chance(10) else "",
            hours=Decimal(line.random.choice([5, 6, 9, 12])) + Decimal("0.5"),
            signed_by=str(order.client),
            parts=parts,
            photos=[visits.Upload(f"site-{number}.png", picture_of_site(number)) for number in range(3)],
            signature=visits.Upload("signature.png", picture_of_signature()),
        ),
        at=line.now,
    )


def complain(company: Company, order: SalesOrder) -> Happening:
    """A complaint some weeks later: taken, perhaps waiting for the client, decided, closed."""
    line = company.timeline
    yield line.after(days=line.random.choice([5, 9, 14]))
    subject, severity, said = line.random.choice(COMPLAINTS)
    ticket = tickets.open_ticket(
        order_id=order.pk, subject=subject, severity=severity, description=said, at=line.now, by=order.owner
    )
    yield line.after(hours=6)
    tickets.take_ticket(ticket_id=ticket.pk, at=line.now, by=order.owner)
    if line.chance(40):
        yield line.after(hours=5)
        note = "Asked for a photo of the place."
        tickets.wait_for_client(ticket_id=ticket.pk, note=note, at=line.now, by=order.owner)
        yield line.after(days=2)
        tickets.take_ticket(ticket_id=ticket.pk, at=line.now, by=order.owner)
    yield line.after(days=line.random.choice([1, 2]))
    decision, cause, cost = line.random.choice(DECISIONS)
    tickets.resolve_ticket(
        ticket_id=ticket.pk, decision=decision, cause=cause, cost=Decimal(cost), at=line.now,
        by=company.users["head_of_sales"],
    )  # fmt: skip
    yield line.after(days=4)
    tickets.close_ticket(ticket_id=ticket.pk, at=line.now, by=order.owner)


def be_on_site(users: Mapping[str, User], warehouse: Warehouse, clients: Sequence[LegalEntity], now: datetime) -> None:
    """Visits around this very hour: a crew at work, one that is expected, one that comes tomorrow."""
    hour = now.replace(minute=0, second=0, microsecond=0)
    goods, crew_work = Item.objects.get(sku="HNG"), Item.objects.get(sku="INST")
    for number, (crew, begins) in enumerate(AROUND_NOW):
        seller = users["seller"]
        order = create_order(
            legal_entity_id=clients[-1 - number].pk, at=now - timedelta(days=3), by=seller, owner_id=seller.pk,
            branch_id=warehouse.branch_id, warehouse_id=warehouse.pk,
            lines=[
                LineDraft(goods.pk, Decimal(1 + number), unit_price=Decimal("48.00")),
                LineDraft(crew_work.pk, Decimal(1), unit_price=Decimal("389.50")),
            ],
        )  # fmt: skip
        confirm_order(order_id=order.pk, at=now - timedelta(days=3), by=seller)
        ship_order(order_id=order.pk, at=now - timedelta(days=1), by=users["storekeeper"], key=f"demo-today-{number}")
        starts = hour + timedelta(hours=begins)
        visit = visits.plan_visit(
            order_id=order.pk, crew=crew, slot=(starts, starts + timedelta(hours=3)), contact=str(order.client),
            at=now - timedelta(hours=20), by=seller,
        )  # fmt: skip
        visits.open_visit_link(visit_id=visit.pk, expires_at=now + timedelta(days=7), by=seller)
        if begins < 0:
            visits.start_visit(visit_id=visit.pk, at=starts, by=seller)


def picture_of_site(number: int) -> bytes:
    """A drawn room: walls, floor and a partition, in another light each time."""
    wall, floor = [("#D9CFC0", "#A98F6E"), ("#C9D3D4", "#7E8C8E"), ("#D3CBD9", "#A98F6E")][number % 3]
    picture = Image.new("RGB", (320, 320), wall)
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 232, 320, 320), fill=floor)
    for left in range(32 + 20 * number, 280, 84):
        pen.rectangle((left, 72, left + 72, 252), fill="#F5F1EA", outline="#6F6657", width=4)
    return _png(picture)


def picture_of_signature() -> bytes:
    picture = Image.new("RGB", (360, 144), "white")
    stroke = [(24, 96), (60, 40), (76, 104), (110, 60), (130, 100), (180, 52), (190, 108), (250, 70), (330, 84)]
    ImageDraw.Draw(picture).line(stroke, fill="#16324a", width=4, joint="curve")
    return _png(picture)


def _png(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, format="PNG")
    return out.getvalue()
