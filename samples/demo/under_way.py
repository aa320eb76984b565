"""What the sellers work on today: a second pipeline full of open deals, requests of this morning, and their plans."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from django.utils import timezone

from core.actors import SYSTEM
from core.models import User
from crm.models import Task
from crm.services import clients, interactions, leads, persons, tasks
from reports.services.plans import set_plan
from sales.choices import DealPersonRole, StageCategory
from sales.models import Deal
from sales.services import deals, pipelines
from sales.services.pipelines import DutyDraft, StageDraft

CODE = "projects"
STAGES = (
    StageDraft("request", "New request", 10, max_days=6, duties=(DutyDraft("Ask for the budget", 48),)),
    StageDraft("measured", "Measured", 30, max_days=10, duties=(DutyDraft("Send the drawings", 72, True),)),
    StageDraft("quote", "Quote sent", 50, max_days=14),
    StageDraft("negotiation", "Negotiation", 70, max_days=14, duties=(DutyDraft("Find out who decides", 72),)),
    StageDraft(
        "contract", "Contract and deposit", 90, max_days=20,
        duties=(
            DutyDraft("Contract signed", 72, True), DutyDraft("Deposit received", 120, True),
            DutyDraft("Final drawings approved", 168), DutyDraft("Site visit done", 168, True),
            DutyDraft("Delivery date agreed", 240),
        ),
    ),
    StageDraft("won", "Won", 100, StageCategory.WON),
    StageDraft("lost", "Lost", 0, StageCategory.LOST),
)  # fmt: skip


@dataclass(frozen=True)
class Project:
    """One open deal: how far it is, days in each stage, what is planned and in how many days (None: nothing)."""

    name: str
    client: str
    amount: int
    stays: tuple[int, ...]
    step: str = ""
    due: float | None = None
    hour: int = 10


PROJECTS = (
    Project("Wardrobe wall, three bedrooms", "Ines Ferreira", 9_800, (1,), "Call back", 0, 11),
    Project("Dental clinic reception", "Clínica Alba", 24_500, (2,), "Measure the rooms", 2),
    Project("Home office and library", "Peter Hallam", 14_200, (7,)),
    Project("Student residence, 48 desks", "Campus Nord Foundation", 61_000, (3,), "Ask for the budget again", 3),
    Project("Kitchen, Lindenstrasse 14", "Familie Okonkwo", 31_600, (3, 4), "Design review", 2, 14),
    Project("Showroom refit", "Vela Optics", 42_900, (5, 6), "Send the revised drawings", -2, 9),
    Project("Walk-in closet and vanity", "Sofia Marchetti", 18_700, (2, 2), "Call about the veneer", 4, 9),
    Project("Kitchen and pantry, oak", "Sörensen residence", 38_250, (2, 6, 5), "Follow up on the quote", 0, 14),
    Project("Apartment fit-out, 12 units", "Brightwater Developments", 148_000, (4, 8, 19)),
    Project("Office kitchen and lockers", "Nordlicht Software", 27_400, (1, 4, 3), "Send samples", 1),
    Project("Boutique counters", "Maison Élan", 33_900, (2, 5, 6), "Meeting at the shop", 6, 13),
    Project("Reception desk and back bar", "Hotel Miramar", 57_300, (3, 6, 9, 4), "Answer on the price", 0, 16),
    Project("School library shelving", "Gymnasium Westpark", 72_800, (2, 7, 10, 8), "Tender closes", 7, 12),
    Project("Kitchen island, marble top", "Adeyemi family", 26_150, (1, 5, 6, 2), "Call about the marble", 2, 16),
    Project(
        "Reception and meeting rooms", "Marlow Hospitality Group", 86_400, (2, 6, 11, 7, 9),
        "Site visit: check the floor level before the desk is cut", 3, 11,
    ),
    Project("Fitted bedroom set", "Eriksen household", 21_900, (1, 4, 8, 6, 3), "Check the deposit", 0, 15),
)  # fmt: skip
PEOPLE = (
    ("Karin", "Holmberg", "Project lead", DealPersonRole.DECIDER),
    ("Oskar", "Dreimanis", "Purchasing", DealPersonRole.PAYER),
    ("Lina", "Hallberg", "Architect", DealPersonRole.INFLUENCER),
)
RIVALS = (("BuildIn Interiors", "0.957", "No acoustic panels"), ("Studio Kvadrat", "1.056", "Delivery in February"))
REQUESTS = (
    ("Glass wall for two meeting rooms", "Cedar Law", 0.4, "9200"),
    ("Desks for 24 people", "Heron Logistics", 2.5, "16800"),
    ("Shelves for a practice", "Willow Dental", 20, "5400"),
    ("Counter for a bakery", "Canal Bakers", 26, ""),
)


def fill(*, sellers: Sequence[User], head: User, until: datetime, seed: int = 7) -> None:
    """Open the projects, take this morning's requests in and set the plans of the month, as of `until`."""
    random = Random(seed)  # noqa: S311 - plausible, repeatable, not secret
    pipelines.create_pipeline(code=CODE, name="Large projects", stages=STAGES, by=SYSTEM)
    for number, project in enumerate(PROJECTS):
        _open(project, sellers[number % len(sellers)], until, rich=number % 7 == 0, random=random)
    for number, (title, company, hours, budget) in enumerate(REQUESTS):
        leads.receive_lead(
            payload={"form": "site", "message": title, "company": company}, received_at=until - timedelta(hours=hours),
            submission_key=f"demo-today-{number}", title=title, company=company, name=company.split()[0] + " Berg",
            email=f"office@{company.replace(' ', '-').lower()}.example", phone=f"+49 30 55501{number:02d}",
            budget=Decimal(budget) if budget else None, owner_id=sellers[number % len(sellers)].pk, by=SYSTEM,
        )  # fmt: skip
    month = timezone.localdate(until)
    for number, seller in enumerate(sellers):
        target = Decimal(18_000 - 3_000 * number)
        set_plan(person_id=seller.pk, indicator="revenue", month=month, target=target, by=head)


def _open(project: Project, owner: User, until: datetime, *, rich: bool, random: Random) -> Deal:
    client = clients.create_client(name=project.client, owner_id=owner.pk, by=owner)
    clients.add_legal_entity(client_id=client.pk, legal_name=project.client, by=owner)
    at = until - timedelta(days=sum(project.stays), hours=1)
    deal = deals.open_deal(
        name=project.name, client_id=client.pk, amount=Decimal(project.amount), pipeline_code=CODE, at=at,
        owner_id=owner.pk, by=owner, expected_close=timezone.localdate(until) + timedelta(days=random.randrange(3, 45)),
    )  # fmt: skip
    for stage, days in zip(STAGES[1:], project.stays, strict=False):
        if len(project.stays) <= STAGES.index(stage):
            break
        at += timedelta(days=days)
        _finish_duties(deal, at, owner)
        deals.move_deal(deal_id=deal.pk, stage_code=stage.code, at=at, by=owner)
    _settle_duties(deal, until, owner, keep=0 if len(project.stays) < 5 else 2)
    if project.due is not None:
        _plan(project, deal, owner, until)
    interactions.log_interaction(
        kind="call", direction="out", at=max(at, until - timedelta(days=1)), by=owner, client_id=client.pk,
        subject="Call", body="They take the darker stain. Send a sample.", minutes=12, links=[deal],
    )  # fmt: skip
    if rich:
        _people_and_rivals(deal, client.pk, owner)
    return deal


def _open_duties(deal: Deal) -> Any:
    return Task.objects.filter(key__startswith=f"sales.duty:{deal.pk}:", status="ready").order_by("pk")


def _finish_duties(deal: Deal, at: datetime, owner: User) -> None:
    for task in _open_duties(deal):
        tasks.finish_task(task_id=task.pk, at=at, by=owner)


def _settle_duties(deal: Deal, until: datetime, owner: User, *, keep: int) -> None:
    """The duties of the present stage: most are done, `keep` of them wait until next week."""
    waiting = list(_open_duties(deal))
    for number, task in enumerate(waiting):
        if number < len(waiting) - keep:
            tasks.finish_task(task_id=task.pk, at=until - timedelta(hours=2), by=owner)
        else:
            tasks.reschedule_task(task_id=task.pk, due_at=until + timedelta(days=6 + number), by=owner)


def _plan(project: Project, deal: Deal, owner: User, until: datetime) -> None:
    day = timezone.localtime(until).replace(hour=project.hour, minute=0, second=0, microsecond=0)
    tasks.create_task(
        title=project.step, kind="call" if "all" in project.step else "general", assignee_id=owner.pk, links=[deal],
        due_at=day + timedelta(days=project.due or 0), by=owner,
    )  # fmt: skip


def _people_and_rivals(deal: Deal, client_id: int, owner: User) -> None:
    for first, last, position, role in PEOPLE:
        person = persons.create_person(
            first_name=first, last_name=last, client_id=client_id, position=position, phone="+371 6555 0101",
            email=f"{first}.{last}.{deal.pk}@client.example".lower(), owner_id=owner.pk, by=owner,
        )  # fmt: skip
        deals.add_role(deal_id=deal.pk, person_id=person.pk, role=role, by=owner)
    for name, factor, note in RIVALS:
        price = (deal.amount * Decimal(factor)).quantize(Decimal("100"))
        deals.add_competitor(deal_id=deal.pk, name=name, price=price, note=note, by=owner)
