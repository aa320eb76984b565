"""Deals of another system."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.actors import Actor
from core.imports import profiles, references
from core.imports.choices import ChangeKind
from core.imports.fields import ImportField, Kind, Reference, of
from core.imports.profiles import Entry, ImportProfile, Written
from core.models import ImportChange
from crm.models import Client, Source
from sales.choices import StageCategory
from sales.models import Deal, Pipeline, Stage
from sales.services.importing import import_deals, take_deals_back


@profiles.add
class HistoricDeals(ImportProfile):
    """One row is one deal, open or closed, known by its external key."""

    key = "deals"
    label = gettext_lazy("Historic deals")
    icon = "briefcase"
    model = Deal
    required_keys = True
    create_action = "sales.import_history"
    change_action = "sales.move_deal"
    rehearses = True
    list_url = "sales:deal_list"
    help = gettext_lazy("Open, won and lost deals with their dates, for reports that look back.")
    fields = (
        of(Deal, "external_key", required=True, synonyms=("external key", "external id", "id", "deal id",
            "opportunity id", "opportunity_id", "number", "nummer", "код", "номер")),
        of(Deal, "name", required=True, synonyms=("name", "deal", "deal name", "opportunity", "opportunity name",
            "title", "bezeichnung", "nom", "название", "сделка")),
        ImportField("client_id", gettext_lazy("client"), Kind.REFERENCE, reference=Reference(Client, ("external_key",
            "name")), synonyms=("client", "customer", "account", "account name", "company", "kunde", "клиент",
            "компания")),
        ImportField("stage", gettext_lazy("stage"), required=True, max_length=80, synonyms=("stage", "deal stage",
            "deal_stage", "status", "phase", "étape", "etapa", "этап", "стадия", "статус")),
        ImportField("pipeline", gettext_lazy("pipeline"), max_length=80, synonyms=("pipeline", "funnel", "воронка")),
        of(Deal, "amount", minimum=0, synonyms=("amount", "value", "close_value", "deal value", "betrag", "montant",
            "importe", "сумма", "wartość")),
        of(Deal, "opened_at", synonyms=("opened at", "created", "created at", "engage_date", "open date", "eröffnet",
            "date de création", "дата создания")),
        of(Deal, "closed_at", synonyms=("closed at", "close date", "close_date", "abgeschlossen", "date de clôture",
            "дата закрытия")),
        of(Deal, "expected_close", synonyms=("expected close", "expected close date", "erwarteter abschluss",
            "план закрытия")),
        of(Deal, "lost_reason", label=gettext_lazy("reason of the loss"), synonyms=("lost reason", "loss reason",
            "verlustgrund", "причина отказа")),
        of(Deal, "lost_note", synonyms=("remark", "lost note")),
        of(Deal, "product_name", synonyms=("product", "produkt", "produit", "продукт")),
        ImportField("source_id", gettext_lazy("source"), Kind.REFERENCE, reference=Reference(Source, ("code",
            "name")), synonyms=("source", "quelle", "источник")),
        references.branch(),
        references.user(synonyms=(*references.OWNER_WORDS, "sales_agent")),
    )  # fmt: skip

    def check(self, entries: Sequence[Entry], *, by: Actor) -> None:
        stages = self._stages()
        for entry in entries:
            values = entry.values
            text = str(values.get("stage", "")).lower()
            pipeline = str(values.get("pipeline", "")).lower()
            stage = stages.get((pipeline, text)) if text else None
            if text and stage is None:
                entry.refuse(_("The pipeline has no stage “{text}”.").format(text=values["stage"]), "stage")
            if stage is None:
                continue
            values["stage_id"] = stage.pk
            if values.get("opened_at") is None and entry.record_id is None:
                values["opened_at"] = values.get("closed_at") or timezone.now()
            if stage.category == StageCategory.OPEN:
                values.pop("closed_at", None)
            elif values.get("closed_at") is None:
                entry.refuse(_("A closed deal needs its day."), "closed_at")
            elif values.get("opened_at") and values["closed_at"] < values["opened_at"]:
                entry.refuse(_("It was closed before it was opened."), "closed_at")

    def _stages(self) -> dict[tuple[str, str], Stage]:
        """Stages by pipeline and by code or name; those of the default pipeline also without one."""
        found: dict[tuple[str, str], Stage] = {}
        default = Pipeline.objects.filter(is_active=True).order_by("-is_default", "pk").first()
        for stage in Stage.objects.select_related("pipeline").order_by("-is_active", "position"):
            for pipeline in (stage.pipeline.code, stage.pipeline.name, "" if stage.pipeline == default else None):
                if pipeline is None:
                    continue
                for word in (stage.code, stage.name):
                    found.setdefault((pipeline.lower(), word.lower()), stage)
        return found

    def write(self, entries: Sequence[Entry], *, by: Actor, dry: bool = False) -> list[Written]:
        return import_deals(entries=entries, by=by)

    def take_back(self, changes: Sequence[ImportChange], *, by: Actor, at: datetime) -> dict[int, str]:
        from core.imports import undoing

        created = [change for change in changes if change.kind == ChangeKind.CREATED]
        versions = dict(Deal.objects.filter(pk__in=[c.record_id for c in created]).values_list("pk", "version"))
        kept = undoing.take_back(self, [c for c in changes if c.kind != ChangeKind.CREATED], by=by, at=at)
        clear = []
        for change in created:
            if versions.get(change.record_id) == change.version:
                clear.append(change.record_id)
            else:
                kept[change.pk] = str(_("It was changed since."))
        take_deals_back(deal_ids=clear, at=at, by=by)
        return kept
