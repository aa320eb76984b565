"""Made-up people and companies."""

from random import Random

FIRST = [
    "Nora",
    "Lena",
    "Ida",
    "Paul",
    "Tom",
    "Mira",
    "Jonas",
    "Eva",
    "Karl",
    "Ines",
    "Oskar",
    "Greta",
    "Hugo",
    "Alma",
    "Felix",
    "Vera",
    "Anton",
    "Edda",
    "Rolf",
    "Sina",
    "Bruno",
    "Lotte",
    "Emil",
    "Maja",
    "Viktor",
    "Hanna",
    "Leon",
    "Petra",
    "Simon",
    "Clara",
]
LAST = [
    "Field",
    "Marsh",
    "Brook",
    "Reed",
    "Hale",
    "Lindqvist",
    "Brandt",
    "Costa",
    "Novak",
    "Weber",
    "Sund",
    "Moreau",
    "Rossi",
    "Berg",
    "Keller",
    "Vance",
    "Ekholm",
    "Duarte",
    "Winter",
    "Falk",
    "Jansen",
    "Petit",
    "Orlova",
    "Sato",
    "Quist",
    "Bauer",
    "Holm",
    "Iversen",
    "Grant",
    "Nowak",
]
STEMS = [
    "Bluehaven",
    "Harbour",
    "Northgate",
    "Lindenhof",
    "Kestrel",
    "Marlow",
    "Sunridge",
    "Oakfield",
    "Fjord",
    "Cobalt",
    "Juniper",
    "Meridian",
    "Ashgrove",
    "Silverline",
    "Quarry",
    "Birchwood",
    "Larkspur",
    "Granite",
    "Beacon",
    "Willow",
    "Summit",
    "Orchard",
    "Canal",
    "Heron",
    "Vesper",
    "Anchor",
    "Foundry",
    "Prairie",
    "Cedar",
    "Mosaic",
]
KINDS = ("Dental", "Architects", "Studios", "Logistics", "Hotels", "Insurance", "Software", "Clinic", "Law", "School")
FORMS = ("Ltd", "GmbH", "AB", "BV", "SA")


def person(random: Random) -> tuple[str, str]:
    return random.choice(FIRST), random.choice(LAST)


def new_company(random: Random, known: set[str]) -> str:
    """A company that nobody knows yet, which is known from now on; `random` is drawn twice whatever is known."""
    number, other = random.randrange(90), random.randrange(2) * 5
    while (name := _named(number, other)) in known:
        number += 1
    known.add(name)
    return name


def company(random: Random, number: int) -> str:
    """A company name no other number has."""
    return _named(number, random.randrange(2) * 5)


def _named(number: int, other: int) -> str:
    stem = STEMS[number % len(STEMS)]
    kind = KINDS[(number // len(STEMS) + other) % len(KINDS)]
    rest = number // (len(STEMS) * len(KINDS))
    return f"{stem} {kind}" + (f" {rest + 1}" if rest else "")
