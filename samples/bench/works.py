"""The standard work: what a unit of each is, and how quick it must be."""

from __future__ import annotations

from samples.bench import contacts, figures
from samples.bench.units import Work, show

WORKS = {
    work.code: work
    for work in (
        Work("W1", "contact list: first page of 80 by name, with a count", 20, 10, contacts.first_page, show),
        Work("W2", "contacts by a part of name, phone or e-mail: first page, count", 25, 12, contacts.searches, show),
        Work("W3", "card of a client or contact as it opens, with its newest entries", 25, 12, contacts.cards, show),
        Work("W3t", "the same card at its timeline, up to 50 entries", 25, 12, contacts.timelines, show),
        Work("W4", "board of one pipeline, all its open deals as cards, with counts and sums", 60, 35,
             figures.whole_boards, show, is_of_set_s=True),
        Work("W4p", "the same board as it opens, the first 20 cards of each column", 60, 35, figures.boards, show),
        Work("W5", "the empty contact form opened, and saved (2 requests)", 40, 20,
             contacts.new_contacts, contacts.enter_contact),
        Work("W6", "a deal moved to another stage: the card let go of", 12, 6, figures.moves, figures.move_deal),
        Work("W10", "stock on hand, reserved and free of all items, as a file", 250, 100, figures.stock_files, show,
             is_of_set_s=True),
        Work("W10p", "list of stock: first page", 25, 12, figures.stock_pages, show),
        Work("W11", "funnel of one pipeline by present stage", 30, 15, figures.funnels, show, grows=True),
        Work("W11h", "its conversion from the history of all its deals, by month", 120, 90,
             figures.conversions, show, grows=True),
        Work("W12", "receivables ageing by client, 5 buckets", 120, 60, figures.receivables, show, grows=True),
    )
}  # fmt: skip
