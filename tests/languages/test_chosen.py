"""A person reads the language he chose, a client the one he is kept with; texts without translation stay English."""

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext, ngettext

from config import messages
from core.errors import ActingIsClosed, InvalidValue
from core.services.users import choose_language
from core.ui import amounts, daywords
from tests.documents.conftest import box, maker  # noqa: F401
from tests.documents.reading import made, text_of
from tests.factories.core import make_user
from tests.factories.crm import make_client
from tests.factories.documents import invoice_of

pytestmark = pytest.mark.django_db


def browser_of(user, **headers):
    browser = Client(headers=headers)
    browser.force_login(user, backend="core.backends.SignIn")
    return browser


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("de", ("Kunden", "Zuständig", "Abmelden", 'lang="de"')),
        ("ru", ("Клиенты", "Ответственный", "Выйти", 'lang="ru"')),
        ("en", ("Clients", "Owner", "Sign out", 'lang="en"')),
    ],
)
def test_list_and_card_speak_the_language_of_the_user(language, words):
    user = make_user("administrator", language=language)
    client = make_client(owner=user)
    browser = browser_of(user, **{"accept-language": "fr"})
    for page in (reverse("crm:client_list"), reverse("crm:client_card", args=[client.pk])):
        answer = browser.get(page)
        assert answer.status_code == 200
        assert answer["Content-Language"] == language
        for word in words:
            assert word in answer.content.decode(), (page, word)


def test_what_is_refused_is_said_in_the_language_of_the_user():
    browser = browser_of(make_user(language="de"))
    assert "Sie können diese Seite nicht öffnen" in browser.get(reverse("crm:client_list")).content.decode()
    assert "Diese Seite gibt es nicht" in browser.get("/nowhere/").content.decode()


def test_a_language_the_product_does_not_speak_is_read_as_english():
    user = make_user("administrator", language="xx")
    assert "Sign out" in browser_of(user).get(reverse("crm:client_list")).content.decode()


def test_who_is_not_signed_in_reads_what_his_browser_asks_for():
    page = Client(headers={"accept-language": "de-AT,de;q=0.9"}).get(reverse("account_login")).content.decode()
    assert "Kennwort" in page
    assert 'lang="de"' in page


def test_a_language_is_chosen_in_the_menu_and_kept_for_the_next_sign_in():
    user = make_user(language="en")
    browser = browser_of(user)
    answer = browser.post(reverse("core:language"), {"language": "ru", "next": "/help/"})
    assert answer["Location"] == "/help/"
    user.refresh_from_db()
    assert user.language == "ru"
    assert 'value="ru" lang="ru" aria-pressed="true"' in browser.get("/help/").content.decode()
    browser.logout()
    signed_out = Client()
    signed_out.cookies["django_language"] = answer.cookies["django_language"].value
    assert 'lang="ru"' in signed_out.get(reverse("account_login")).content.decode()


def test_an_unknown_language_changes_nothing():
    user = make_user(language="de")
    browser_of(user).post(reverse("core:language"), {"language": "tlh"})
    with pytest.raises(InvalidValue):
        choose_language(language="tlh", by=user)
    user.refresh_from_db()
    assert user.language == "de"


def test_nobody_changes_the_language_of_whom_he_acts_for():
    user = make_user(language="de")
    user.acting_by = make_user("administrator")
    with pytest.raises(ActingIsClosed):
        choose_language(language="en", by=user)


def test_a_paper_is_written_in_the_language_of_its_client(maker):  # noqa: F811
    maker.client.client.language = "ru"
    maker.client.client.save()
    invoice = invoice_of(maker)
    with translation.override("de"):
        document = made("finance.invoice", invoice)
    assert document.name == f"Счёт {invoice.number}.pdf"
    text = text_of(document)
    for word in ("Количество", "К оплате", "Оплатить до"):
        assert word in text


@pytest.mark.parametrize(
    ("language", "near", "far", "amount", "quantity"),
    [
        ("en", "%a %-d %b", "20 Nov 2020", "12,033", "9.88"),
        ("de", None, "20. Nov 2020", "12.033", "9,88"),
        ("ru", None, "20 ноября 2020", "12\xa0033", "9,88"),
    ],
)
def test_days_and_numbers_are_written_as_the_language_does(language, near, far, amount, quantity):
    with translation.override(language):
        today = timezone.localdate()
        assert daywords.day(date(2020, 11, 20)) == far
        assert near is None or daywords.day(today) == today.strftime(near)
        assert amounts.money(Decimal("12033.40")) == amount
        assert amounts.number(Decimal("9.8800")) == quantity


def test_plurals_follow_the_rules_of_the_language():
    with translation.override("ru"):
        words = [ngettext("%(days)d day", "%(days)d days", days) % {"days": days} for days in (1, 3, 5, 11, 21)]
    assert words == ["1 день", "3 дня", "5 дней", "11 дней", "21 день"]


def test_a_text_without_translation_stays_english():
    with translation.override("de"):
        assert gettext("A text that no catalogue holds") == "A text that no catalogue holds"


@pytest.mark.parametrize("language", messages.LANGUAGES)
class TestCatalogue:
    def test_it_holds_every_text_of_the_product(self, language):
        """`make messages` was called after texts changed."""
        known = {(message.context, message.id) for message in messages.catalogue(language) if message.id}
        wanted = {(message.context, message.id) for message in messages.gathered() if message.id}
        assert not wanted - known, sorted(map(str, wanted - known))[:20]

    def test_its_placeholders_and_tags_are_those_of_the_text(self, language):
        wrong = []
        for message in messages.catalogue(language):
            if not message.id or not messages.is_translated(message):
                continue
            texts = message.string if isinstance(message.string, (list, tuple)) else [message.string]
            ids = message.id if isinstance(message.id, (list, tuple)) else [message.id]
            for text in texts:
                if not messages.placeholders(text) <= messages.placeholders(ids[-1]) or (
                    len(ids) == 1 and messages.placeholders(text) != messages.placeholders(ids[0])
                ):
                    wrong.append(text)
        assert not wrong
