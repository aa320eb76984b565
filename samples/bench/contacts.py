"""Work with contacts: the list, its search, cards, and a new contact."""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random

from django.db.models import Count

from crm.models import Client, Interaction, Person
from samples.bench.units import Browser, Unit, expect, hidden_fields

FAMILY = "Benchmann"  # the family name of contacts that a run enters; the run takes them out again


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
    data = hidden_fields(form.text.partition('id="record-form"')[2].partition("</form>")[0])
    owner = re.search(r'<option value="(\d+)" selected', form.text)
    data |= {
        "first_name": "Nora", "last_name": f"{FAMILY} {unit.number}", "owner": owner[1] if owner else "",
        "status": "active", "email": f"bench{unit.number}@firm.example", "phone": f"+4930{unit.number:09d}",
    }  # fmt: skip
    expect(browser.post(unit.path, data), status=302)
