"""The form on the company's web site, with what came in lately: leads, and what was held back."""

from __future__ import annotations

from datetime import timedelta

from crm.choices import Doubt
from crm.models import WebForm
from crm.services.submissions import receive_submission
from crm.services.webforms import create_webform, set_questions
from crm.webforms import Question, questions_of
from samples.demo import names
from samples.demo.company import Company

HELD = (
    (Doubt.HONEYPOT, "Best SEO for your shop", "seo@offers.example"),
    (Doubt.LINKS, "Look at these three sites", "links@offers.example"),
    (Doubt.QUICK, "Loan without papers", "loan@offers.example"),
)
WISHES = ("A glass front for our meeting room", "Twelve desks by spring", "Do you also install in Bremen?")


def open_form(company: Company) -> WebForm:
    """One form, as a marketer builds it."""
    marketer = company.users["marketer"]
    form = create_webform(
        name="Request an offer",
        title="Tell us about your rooms",
        intro="We answer within one working day.",
        consent_text="You may use my details to answer this request.",
        button_text="Ask for an offer",
        frame_hosts="www.alderline.example",
        source_id=company.campaigns[-1].source_id,
        by=marketer,
    )
    rooms = Question("q1", "choice", "What is it about?", options=["Office", "Shop", "Hotel", "Something else"])
    return set_questions(webform_id=form.pk, questions=[*questions_of(form), rooms], by=marketer)


def lately(company: Company, form: WebForm) -> None:
    """The last days: some requests, and what no person would write."""
    line = company.timeline
    for number, wish in enumerate(WISHES):
        first, last = names.person(line.random)
        said = {
            "name": f"{first} {last}", "company": names.company(line.random, 90 + number), "message": wish,
            "email": f"{first}.{last}@visitor.example".lower(), "q1": "Office", "consent": True,
        }  # fmt: skip
        _send(form, f"demo-{number}", said, line.until - timedelta(hours=30 * number + 3))
    for number, (doubt, message, email) in enumerate(HELD):
        said = {"name": "Mark", "email": email, "message": message}
        _send(form, f"demo-held-{number}", said, line.until - timedelta(hours=7 * number + 1), doubt)


def _send(form: WebForm, key: str, said: dict[str, object], at: object, doubt: Doubt | None = None) -> None:
    payload = {name: "yes" if value is True else value for name, value in said.items()}
    receive_submission(form=form, key=key, payload=payload, said=said, sender=key, at=at, doubt=doubt)  # type: ignore[arg-type]
