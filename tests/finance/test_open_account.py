from decimal import Decimal

import pytest

from core.actors import SYSTEM
from core.errors import InvalidValue, KeyReused, NotAllowed
from finance.models import BankAccount, CashArticle
from finance.selectors.balances import bank_balance
from finance.services.accounts import create_article, open_account
from tests.factories.core import make_branch, make_currency, make_user

pytestmark = pytest.mark.django_db

IBAN = "GB33 BUKB 2020 1555 5555 55"


def test_an_account_is_opened_once_with_its_balance():
    branch = make_branch()
    wish = {"branch_id": branch.pk, "name": "Main", "by": make_user("accountant"), "iban": IBAN}
    account = open_account(**wish, opening=Decimal("5000.00"))
    assert open_account(**wish) == account
    assert (account.iban, account.currency) == ("GB33BUKB20201555555555", branch.organization.currency)
    assert (account.organization, bank_balance(account.pk)) == (branch.organization, Decimal("5000.00"))
    with pytest.raises(KeyReused):
        open_account(**wish, currency_id=make_currency("USD").pk)


@pytest.mark.parametrize("number", ["517852257", "10020030/1234567", ""])
def test_other_account_numbers_pass(number):
    assert open_account(branch_id=make_branch().pk, name="Old", by=SYSTEM, iban=number).iban == number


def test_refusals():
    branch, other = make_branch(), make_branch()
    wish = {"branch_id": branch.pk, "name": "Main", "by": SYSTEM}
    with pytest.raises(InvalidValue):
        open_account(**wish, iban=IBAN.replace("33", "34"))
    for user in (make_user("seller"), make_user("accountant", branches=[other])):
        with pytest.raises(NotAllowed):
            open_account(**{**wish, "by": user})
    assert not BankAccount.objects.exists()


def test_articles_make_a_tree_of_one_direction():
    sales = create_article(code="sales", name="Sales", direction="in", by=SYSTEM)
    assert create_article(code="sales", name="Other", direction="in", by=SYSTEM) == sales
    assert (
        create_article(code="advance", name="Advances", direction="in", by=SYSTEM, parent_id=sales.pk).parent == sales
    )
    with pytest.raises(InvalidValue):
        create_article(code="rent", name="Rent", direction="out", by=SYSTEM, parent_id=sales.pk)
    with pytest.raises(NotAllowed):
        create_article(code="rent", name="Rent", direction="out", by=make_user("seller"))
    assert CashArticle.objects.count() == 2
