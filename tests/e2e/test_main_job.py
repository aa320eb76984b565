"""MAIN_JOB in Chromium: each step as the role that does it; figures on the screens are the golden ones."""

from pathlib import Path

import pytest

from core import ledgers
from tests.e2e import asking, buying, delivering, making, money, ruling, selling
from tests.e2e.theatre import Theatre

pytestmark = [pytest.mark.slow]


def test_from_the_request_to_the_last_payment(theatre: Theatre, tmp_path: Path):
    play = theatre
    lead = asking.send_web_form(play, asking.open_web_form(play))
    deal = asking.answer_and_qualify(play, lead)
    asking.ask_production(play, deal)
    asking.answer_estimate(play)

    selling.first_quote(play, deal)
    selling.second_quote(play, deal)
    order = selling.client_accepts(play)

    buying.what_the_order_set_going(play, order)
    buying.promise_and_what_if(play, order)
    buying.place_the_orders(play)
    money.take_the_advance(play, order)
    buying.receive_the_goods(play)
    buying.bought_lines_on_the_deal(play, order)

    making.give_a_pin(play)
    work = making.release(play)
    making.cut(play, work)
    making.assemble(play, work)

    delivering.pick_and_ship_a_part(play, order)
    delivering.ship_the_rest(play, order)
    link = delivering.plan_the_visit(play, order)
    delivering.install(play, order, link, tmp_path)
    delivering.what_is_left_in_stock(play)
    ruling.result_of_the_order(play, order)

    money.nothing_is_owed_yet(play)
    invoice = money.write_the_invoice(play, order)
    money.enter_the_bills(play)
    ruling.month_on_the_dashboard(play)
    ruling.figures_and_what_is_behind_them(play)
    ruling.result_of_the_campaign(play)

    money.add_late_freight(play, order)
    money.read_the_statement(play, tmp_path)
    money.book_the_lines(play)
    money.allocate(play, invoice)
    money.complain(play, order, invoice)
    assert ledgers.run_all() == []
