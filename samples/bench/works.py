"""The standard work: what a unit of each is, and how quick it must be."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random
from typing import Protocol

from django.db.models import Count

from crm.models import Client, Interaction, Person
from sales.choices import DealStatus
from sales.models import Deal, Pipeline, Stage

HIDDEN = re.compile(r'<input[^>]*type="hidden"[^>]*>')
ATTRIBUTE = re.compile(r'(name|value)="([^"]*)"')
FAMILY = "Benchmann"  # the family name of contacts that a run enters; the run takes them out again


@dataclass(frozen=True)
class Answer:
    status: int
    text: str


class Browser(Protocol):
    """Somebody signed in, who asks for pages: over the network or inside this process."""

    def get(self, path: str) -> Answer: ...

    def post(self, path: str, data: dict[str, str]) -> Answer: ...


class WrongAnswer(Exception):
    """A page did not say what it should: its time means nothing."""


def expect(answer: Answer, *words: str, status: int = 200) -> Answer:
    missing = [word for word in words if word not in answer.text]
    if answer.status != status or missing:
        raise WrongAnswer(f"{answer.status} instead of {status}, without {missing}: {answer.text[:300]}")
    return answer


@dataclass(frozen=True)
class Unit:
    """One piece of a work, the same wherever it is done: some keys and words, no objects."""

    path: str
    words: tuple[str, ...] = ()
    number: int = 0


@dataclass(frozen=True)
class Work:
    """One line of the table of goals; times in ms, medians with one user."""

    code: str
    title: str
    must: float
    aim: float
    units: Callable[[int, Random], Iterator[Unit]]
    do: Callable[[Browser, Unit], None]


def show(browser: Browser, unit: Unit) -> None:
    expect(browser.get(unit.path), *unit.words)


def first_page(count: int, dice: Random) -> Iterator[Unit]:
    for _number in range(count):
        yield Unit("/crm/persons/?rows=80", ("over 10" if Person.objects.count() > 10_000 else "", 'id="list"'))


def searches(count: int, dice: Random) -> Iterator[Unit]:
    """By a part of a name, of a phone, of an e-mail, in turns; each finds something."""
    people = Person.objects.order_by("pk")
    total = people.count()
    for number in range(count):
        person = people[dice.randrange(total)]
        points = dict(person.contact_points.values_list("kind", "value"))
        if number % 3 == 0:
            text = person.last_name[:6].lower()
        elif number % 3 == 1:
            text = re.sub(r"\D", "", points["phone"])[4:11]
        else:
            text = points["email"].split("@")[0]
        yield Unit(f"/crm/persons/?rows=80&q={text}", (f"/crm/persons/{person.pk}/",) if number % 3 else ('id="list"',))


def _busy() -> tuple[list[int], list[int]]:
    """Clients with at least thirty talks behind them, and people there."""
    busy = Interaction.objects.values("client").annotate(talks=Count("pk")).filter(talks__gte=30).order_by("client")
    clients = list(busy.values_list("client", flat=True)[:2000]) or list(
        Client.objects.values_list("pk", flat=True)[:50]
    )
    persons = list(Interaction.objects.filter(client__in=clients[:200]).values_list("person", flat=True)[:2000])
    return clients, persons


def cards(count: int, dice: Random) -> Iterator[Unit]:
    """Cards of clients and of contacts in turns, as they open."""
    clients, persons = _busy()
    for number in range(count):
        path = f"persons/{dice.choice(persons)}" if number % 2 else f"clients/{dice.choice(clients)}"
        yield Unit(f"/crm/{path}/", ('class="feed',))


def timelines(count: int, dice: Random) -> Iterator[Unit]:
    """The same cards opened at their timeline, which shows up to fifty entries."""
    for unit in cards(count, dice):
        yield Unit(f"{unit.path}?tab=timeline", unit.words)


def new_contacts(count: int, dice: Random) -> Iterator[Unit]:
    for _number in range(count):
        yield Unit("/crm/persons/new/", number=dice.randrange(10**9))


def enter_contact(browser: Browser, unit: Unit) -> None:
    """The empty form, and the form sent back filled: its hidden fields as they came."""
    form = expect(browser.get(unit.path), 'name="last_name"')
    data = {}
    for tag in HIDDEN.findall(form.text.partition('id="record-form"')[2].partition("</form>")[0]):
        found = dict(ATTRIBUTE.findall(tag))
        data[found["name"]] = found.get("value", "")
    owner = re.search(r'<option value="(\d+)" selected', form.text)
    data |= {
        "first_name": "Nora", "last_name": f"{FAMILY} {unit.number}", "owner": owner[1] if owner else "",
        "status": "active", "email": f"bench{unit.number}@firm.example", "phone": f"+4930{unit.number:09d}",
    }  # fmt: skip
    expect(browser.post(unit.path, data), status=302)


def boards(count: int, dice: Random) -> Iterator[Unit]:
    """The board of one pipeline after another, with all its open deals."""
    codes = list(Pipeline.objects.filter(is_active=True).order_by("pk").values_list("code", flat=True))
    for number in range(count):
        yield Unit(f"/sales/deals/board/?pipeline={codes[number % len(codes)]}", ('class="dcard',))


def moves(count: int, dice: Random) -> Iterator[Unit]:
    """An open deal and the stage beside its own: there and back in turns."""
    found = list(
        Deal.objects.filter(status=DealStatus.OPEN).order_by("pk").values_list("pk", "pipeline", "stage")[:500]
    )
    stages: dict[int, list[tuple[int, str]]] = {}
    for pk, pipeline, code in (
        Stage.objects.filter(category="open").order_by("position").values_list("pk", "pipeline", "code")
    ):
        stages.setdefault(pipeline, []).append((pk, code))
    for number in range(count):
        deal, pipeline, stage = found[number % len(found)]
        other = next(code for pk, code in stages[pipeline] if pk != stage)
        yield Unit(f"/sales/deals/board/?move={deal}", (other,), deal)


def move_deal(browser: Browser, unit: Unit) -> None:
    """The list of stages for a card, and the press on one of them."""
    form = expect(browser.get(unit.path), "data-move-form")
    data = {}
    for tag in HIDDEN.findall(form.text.partition("data-move-form")[2].partition("</form>")[0]):
        found = dict(ATTRIBUTE.findall(tag))
        data[found["name"]] = found.get("value", "")
    expect(browser.post(unit.path, {**data, "to": unit.words[0]}), status=302)


WORKS = {
    work.code: work
    for work in (
        Work("W1", "contact list: first page of 80 by name, with a count", 20, 10, first_page, show),
        Work("W2", "contacts by a part of name, phone or e-mail: first page and count", 25, 12, searches, show),
        Work("W3", "card of a client or contact as it opens, with its newest entries", 25, 12, cards, show),
        Work("W3t", "the same card at its timeline, up to 50 entries", 25, 12, timelines, show),
        Work("W4", "board of one pipeline, all its open deals with counts and sums", 60, 35, boards, show),
        Work("W6", "the list of stages for a card opened, and the deal moved (2 requests)", 12, 6, moves, move_deal),
        Work("W5", "the empty contact form opened, and saved (2 requests)", 40, 20, new_contacts, enter_contact),
    )
}
