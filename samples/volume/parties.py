"""Clients, their legal entities, the people there with their phones and e-mails, and leads."""

from __future__ import annotations

from collections.abc import Iterator

from crm.models import Client, ContactPoint, Lead, LegalEntity, Person, PersonRole
from samples.demo import names
from samples.volume.copying import NULL, Row, copy
from samples.volume.plan import Company, Plan

HEADS = [
    "Al", "Be", "Bra", "Ca", "Da", "Dor", "El", "Fa", "Gar", "Ha", "Hol", "Jan", "Ka", "Kro", "La", "Lin", "Ma",
    "Mor", "Na", "Nor", "Ol", "Pa", "Pe", "Ra", "Ro", "Sa", "Schu", "Ste", "Ta", "Tor", "Va", "Wa", "Wei", "Za",
]  # fmt: skip
TAILS = [
    "bach", "berg", "burg", "dahl", "den", "feld", "gard", "haus", "holm", "ing", "kamp", "ke", "land", "ler", "lund",
    "mann", "meier", "nek", "ner", "off", "rup", "sen", "ski", "son", "stad", "ster", "strom", "thal", "vik", "wald",
]  # fmt: skip
MIDDLES = ("", "der", "fen", "gel", "hau", "ker", "lo", "mer", "nau", "ren", "sel", "ti")
POSITIONS = ("Managing director", "Buyer", "Head of purchasing", "Engineer", "Office", "Accounting", "")
WORDS = ("repair", "delivery", "offer", "visit", "spare parts", "contract", "invoice", "training", "assembly")
OLD = 0.9  # the share of leads that are decided
PEOPLE_OF_COMPANY = 5  # persons after each other stand in one company; every fifth stands in none


def load(plan: Plan, company: Company) -> dict[str, int]:
    """Clients with their legal entities and people; the number of a record is its key."""
    return {
        "clients": copy(
            Client, "id name status is_customer segment industry owner branch first_source", clients(plan, company)
        ),
        "legal entities": copy(
            LegalEntity,
            "id client legal_name account_number country tax_id billing_address payment_days",
            entities(plan),
        ),
        "contacts": copy(Person, "id first_name last_name language owner", persons(plan, company)),
        "places": copy(PersonRole, "person client legal_entity position is_primary", places(plan)),
        "phones and e-mails": copy(ContactPoint, "person kind value normalised is_primary", points(plan)),
    }


def load_leads(plan: Plan, company: Company) -> dict[str, int]:
    columns = (
        "id title raw_payload name company email phone message source status owner branch received_at first_answer_at"
        " closed_at reject_reason client"
    )
    return {"leads": copy(Lead, columns, leads(plan, company))}


def client_of(person: int, plan: Plan) -> int | None:
    """The company of a person: four of five have one."""
    return (person - 1) // PEOPLE_OF_COMPANY % plan.companies + 1 if person % PEOPLE_OF_COMPANY else None


def client_name(number: int) -> str:
    stem = names.STEMS[number * 7 % len(names.STEMS)]
    kind = names.KINDS[number // len(names.STEMS) % len(names.KINDS)]
    head = HEADS[number * 11 % len(HEADS)]
    tail = TAILS[number // len(HEADS) % len(TAILS)]
    return f"{head}{tail} {stem} {kind} {names.FORMS[number % len(names.FORMS)]}"


def clients(plan: Plan, company: Company) -> Iterator[Row]:
    dice = plan.random("clients")
    for number in range(1, plan.companies + 1):
        yield (
            number, client_name(number), dice.choice(("active", "active", "active", "prospect", "dormant")), "t",
            dice.choice(("A", "B", "C")), dice.choice(names.KINDS), dice.choice(company.sellers),
            company.branches[number % len(company.branches)], dice.choice(company.sources),
        )  # fmt: skip


def entities(plan: Plan) -> Iterator[Row]:
    dice = plan.random("entities")
    for number in range(1, plan.companies + 1):
        town = f"{dice.choice(HEADS)}{dice.choice(TAILS)}"
        yield (
            number, number, client_name(number), f"C{number:06d}", "DE", f"DE{100_000_000 + number * 37}",
            f"{dice.randint(1, 200)} Main Street\n{dice.randint(10000, 99999)} {town}", dice.choice((14, 30, 30, 45)),
        )  # fmt: skip


def _called(plan: Plan) -> Iterator[tuple[str, str]]:
    dice = plan.random("names")
    heads, tails = HEADS, TAILS
    for _number in range(plan.contacts):
        yield dice.choice(names.FIRST), dice.choice(heads) + dice.choice(MIDDLES) + dice.choice(tails)


def persons(plan: Plan, company: Company) -> Iterator[Row]:
    dice = plan.random("persons")
    for number, (first, last) in enumerate(_called(plan), start=1):
        yield number, first, last, "en", dice.choice(company.sellers)


def places(plan: Plan) -> Iterator[Row]:
    dice = plan.random("places")
    taken: set[int] = set()
    for number in range(1, plan.contacts + 1):
        client = client_of(number, plan)
        if client is not None:
            yield number, client, client, dice.choice(POSITIONS), "f" if client in taken else "t"
            taken.add(client)


def points(plan: Plan) -> Iterator[Row]:
    dice = plan.random("points")
    for number, (first, last) in enumerate(_called(plan), start=1):
        mail = f"{first}.{last}.{number}@firm{number % 997}.example".lower()
        phone = f"+4930{number:07d}{dice.randint(0, 9)}"
        yield number, "email", mail, mail, "t"
        yield number, "phone", f"{phone[:3]} {phone[3:5]} {phone[5:9]} {phone[9:]}", phone, "t"


def qualified_leads(plan: Plan) -> dict[int, int]:
    """Which deal came of which lead: of the older leads 11 in 20 are qualified; both go by time."""
    chosen = [number for number in range(1, int(plan.leads * OLD) + 1) if number % 20 < 11]
    return {lead: nth * 18 // 11 + 2 for nth, lead in enumerate(chosen)}


def client_of_deal(deal: int, plan: Plan) -> int:
    return deal * 7919 % plan.companies + 1


def leads(plan: Plan, company: Company) -> Iterator[Row]:
    """Old ones are qualified or rejected; the newest tenth is new or in work."""
    dice, deals = plan.random("leads"), qualified_leads(plan)
    for number in range(1, plan.leads + 1):
        name = f"{dice.choice(names.FIRST)} {dice.choice(HEADS)}{dice.choice(TAILS)}"
        deal = deals.get(number)
        client = client_of_deal(deal, plan) if deal else dice.randint(1, plan.companies)
        is_old = number <= int(plan.leads * OLD)
        status = "qualified" if deal else "rejected" if is_old else dice.choice(("new", "working"))
        came = plan.at(number / (plan.leads + 1))
        answered = plan.at(min(1.0, number / (plan.leads + 1) + 0.0003)).isoformat()
        topic = dice.choice(WORDS)
        yield (
            number, f"Asks for {topic}", f'{{"name": "{name}", "topic": "{topic}"}}', name, client_name(client),
            f"lead{number}@asks.example", f"+4940{number:08d}", f"Please tell me more about {topic}.",
            dice.choice(company.sources), status, dice.choice(company.sellers),
            company.branches[number % len(company.branches)], came.isoformat(),
            NULL if status == "new" else answered, answered if is_old else NULL,
            "No budget" if status == "rejected" else "", client if deal else NULL,
        )  # fmt: skip
