"""What the shop floor works by: checks of steps, drawings and pictures, badges, stock work, and what stands still."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import Model
from PIL import Image, ImageDraw

from core.models import User
from core.services.attachments import store_file
from inventory.models import Item, Warehouse
from production.models import BOM, Operation
from production.selectors.checks import checks_of
from production.services import badges, helping, recipes, stock_work, work
from production.services.recipes import CheckDraft, PartDraft, StepDraft

# By item and number of the step.
CHECKS = {
    ("FRM-A", 10): (CheckDraft("Saw blade clean"), CheckDraft("First length against the drawing", "mm")),
    ("TOP-OAK", 10): (
        CheckDraft("Moisture of the board 8 to 10 %", "%"),
        CheckDraft("First piece checked against the drawing"),
        CheckDraft("Edge sample", after_pieces=4),
    ),
    ("GP-200", 10): (CheckDraft("Seals sit all around"), CheckDraft("Diagonals differ by 1 mm at most", "mm")),
}
MEASURED = {"mm": "0.5", "%": "9.2"}
# Width and height of what is drawn, in millimetres.
DRAWN = {
    "FRM-A": (900, 2400), "TOP-OAK": (1600, 800), "GP-200": (1000, 2500), "DSK-160": (1600, 740), "LEG": (60, 710),
    "HNG": (110, 64), "HWK": (320, 240), "SEAL": (24, 9), "GLS-8": (1200, 2000), "EDGE": (240, 22),
}  # fmt: skip
LEFT, TOP = 40, 40
STOCKED = (("FRM-A", 6, 12), ("TOP-OAK", 4, 20))


def write_checks(*, lead: User, since: datetime) -> None:
    """New versions of some recipes, with checks, in force from a day on; and drawings of what is made by them."""
    for sku in dict.fromkeys(sku for sku, _step in CHECKS):
        old = BOM.objects.filter(item__sku=sku, status="active").order_by("-revision").first()
        if old is None:
            continue
        steps = [
            StepDraft(row.center_id, row.run_minutes, row.setup_minutes, row.name, CHECKS.get((sku, row.sequence), ()))
            for row in old.operations.order_by("sequence")
        ]
        parts = [PartDraft(row.item_id, row.qty, row.scrap_pct) for row in old.lines.order_by("position")]
        new = recipes.create_bom(
            item_id=old.item_id, parts=parts, steps=steps, batch_qty=old.batch_qty, valid_from=since.date(), by=lead
        )
        recipes.activate_bom(bom_id=new.pk, by=lead)
        _draw(new, f"{sku} drawing.png", *DRAWN[sku], by=lead)
    for item in Item.objects.filter(sku__in=DRAWN):
        _draw(item, f"{item.sku}.png", *DRAWN[item.sku], by=lead)


def check(step: Operation, *, by: User, at: datetime, leave: int = 0) -> None:
    """Do the checks of a step, all but the last `leave`."""
    found = checks_of([step]).get(step.pk, [])
    for one in found[: max(len(found) - leave, 0)]:
        value = Decimal(MEASURED[one.asked.unit]) if one.asked.unit else None
        work.note_check(operation_id=step.pk, check_id=one.pk, value=value, at=at, by=by, key=f"demo-{one.pk}")


def make_stock(*, warehouse: Warehouse, lead: User, at: datetime) -> None:
    """Parts that are always needed are made ahead: one order is on the shop floor, one is planned."""
    for number, (sku, qty, days) in enumerate(STOCKED):
        made = stock_work.make_for_stock(
            item_id=Item.objects.get(sku=sku).pk, qty=Decimal(qty), warehouse_id=warehouse.pk, at=at, by=lead,
            due_on=at.date() + timedelta(days=days),
        )  # fmt: skip
        if number == 0:
            work.release_work_order(work_order_id=made.pk, at=at, by=lead)


def give_badges(*, people: Sequence[User], lead: User, at: datetime) -> None:
    for person in people:
        badges.make_badge(user_id=person.pk, after=0, at=at, by=lead)


def stand_still(*, blocked: Operation | None, running: Operation | None, operator: User, at: datetime) -> None:
    """One job cannot go on, and somebody calls for help."""
    if blocked is not None:
        work.block_operation(operation_id=blocked.pk, cause="drawing", note="Which side is glazed?", at=at, by=operator)
    if running is not None:
        helping.call_for_help(center_id=running.center_id, operation_id=running.pk, at=at, by=operator)


def _draw(record: Model, name: str, width: int, height: int, *, by: User) -> None:
    """A plain drawing: the outline, and its width and height with their lines."""
    scale = 480 / max(width, height)
    right, bottom = LEFT + width * scale, TOP + height * scale
    picture = Image.new("RGB", (round(right) + 150, round(bottom) + 110), "white")
    pen = ImageDraw.Draw(picture)
    pen.rectangle((LEFT, TOP, right, bottom), outline="#16324a", width=5)
    pen.rectangle(
        (LEFT + 12, TOP + 12, max(right - 12, LEFT + 13), max(bottom - 12, TOP + 13)), outline="#0e6073", width=3
    )
    pen.line((right + 40, TOP, right + 40, bottom), fill="#444444", width=2)
    pen.line((LEFT, bottom + 40, right, bottom + 40), fill="#444444", width=2)
    for x, y in ((right + 40, TOP), (right + 40, bottom)):
        pen.line((x - 12, y, x + 12, y), fill="#444444", width=2)
    for x, y in ((LEFT, bottom + 40), (right, bottom + 40)):
        pen.line((x, y - 12, x, y + 12), fill="#444444", width=2)
    pen.text((right + 54, (TOP + bottom) / 2 - 20), str(height), fill="#222222", font_size=40)
    pen.text(((LEFT + right) / 2 - 40, bottom + 52), str(width), fill="#222222", font_size=40)
    out = io.BytesIO()
    picture.save(out, format="PNG")
    store_file(record=record, name=name, content=out.getvalue(), by=by)
