"""Clients, contacts, leads and the own tasks."""

from __future__ import annotations

from typing import Any

from django.db.models import Count

from crm.models import Client, Lead, Person
from samples.shots.screens import Screen, at, of


def a_client(user: Any) -> Client | None:
    rows = Client.objects.visible_to(user).filter(is_customer=True, deals__isnull=False)
    return rows.annotate(known=Count("deals")).order_by("-known", "pk").first()


def a_person(user: Any) -> Person | None:
    return Person.objects.visible_to(user).order_by("pk").first()


def a_lead(user: Any) -> Lead | None:
    return Lead.objects.visible_to(user).order_by("-received_at").first()


SCREENS = (
    Screen("clients", "seller", at("crm:client_list"), mock="06-contacts-list"),
    Screen("client-card", "seller", of("crm:client_card", a_client), mock="05-company-card"),
    Screen("contacts", "seller", at("crm:person_list"), mock="06-contacts-list"),
    Screen("contact-card", "seller", of("crm:person_card", a_person)),
    Screen("leads", "seller", at("crm:lead_list")),
    Screen("lead-board", "head_of_sales", at("crm:lead_board"), mock="03-deals-kanban"),
    Screen("lead-card", "seller", of("crm:lead_card", a_lead)),
    Screen("task-calendar", "seller", at("crm:task_calendar")),
)
