"""Own fields where people meet them: the list, the card, the form, a field in place, history and export of clients."""

import pytest

from core.actors import SYSTEM
from core.customfields.services import set_values
from core.ui import registers
from crm.models import Client
from tests.factories.core import make_user
from tests.factories.crm import make_client
from tests.factories.customfields import make_field

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss(client):
    client.force_login(make_user("director", roles=["head_of_sales", "accountant"]))
    return client


def filled(name, **values):
    return set_values(record=make_client(name=name), values=values, by=SYSTEM)


def test_a_list_shows_sorts_and_filters_by_an_own_field(boss):
    make_field("number", key="size", label="Size", in_lists=True)
    for name, size in (("Nine", 9), ("Ten", 10), ("Hundred", 100)):
        filled(name, size=size)
    make_client(name="Without")
    page = boss.get("/crm/clients/?sort=own_size").content.decode()
    assert page.index("Nine") < page.index("Ten") < page.index("Hundred") < page.index("Without")
    narrow = boss.get("/crm/clients/?own_size_min=9.5&own_size_max=50").content.decode()
    assert ("Ten" in narrow, "Hundred" in narrow, "Nine" in narrow) == (True, False, False)


def test_pages_of_a_list_sorted_by_an_own_field_hang_together(boss):
    make_field("number", key="size", in_lists=True)
    for number in range(45):
        filled(f"Client-{number:03}", size=str(number % 7))
    seen, url = [], "/crm/clients/?sort=-own_size&rows=20"
    for _page in range(3):
        page = boss.get(url)
        assert page.status_code == 200
        seen += [row.pk for row in page.context["rows"]]
        after = page.context["page"].after
        url = f"/crm/clients/?sort=-own_size&rows=20&after={after}"
    assert len(seen) == len(set(seen)) == 45


def test_the_form_makes_a_record_with_its_own_fields_and_asks_for_those_it_has_to_have(boss):
    make_field("choice", key="zone", label="Zone", is_required=True)
    register = registers.of(Client)
    form = boss.get("/crm/clients/new/").content.decode()
    assert 'name="own_zone"' in form
    user = make_user("head_of_sales")
    made = register.create(values={"name": "New Ltd", "own_zone": "red"}, by=user)
    assert made.custom == {"zone": "red"}
    from core.customfields.errors import ValuesRefused

    with pytest.raises(ValuesRefused):
        register.create(values={"name": "Lost Ltd"}, by=user)
    assert not Client.objects.filter(name="Lost Ltd").exists()


def test_a_card_shows_the_field_and_its_history(boss):
    make_field("money", key="budget", label="Yearly budget")
    client = filled("Big Ltd", budget="1234.5")
    card = boss.get(f"/crm/clients/{client.pk}/").content.decode()
    assert "Yearly budget" in card
    assert "€1,234.50" in card
