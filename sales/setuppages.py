"""Settings of sales: pipelines with their stages; price lists have pages of their own."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core.actors import Actor
from core.settingspages import hub
from core.settingspages.kinds import Column, Setting, Verb, add
from sales.choices import StageCategory
from sales.models import Pipeline, Stage
from sales.services import pipelines, stages


class PipelineForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=80)
    code = forms.SlugField(label=_("Code"), max_length=40, help_text=_("A short word. It never changes."))
    is_default = forms.BooleanField(label=_("New deals start here"), required=False)
    is_active = forms.BooleanField(label=_("In use"), required=False, initial=True)

    def __init__(self, *args: Any, record: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if record is None:
            del self.fields["is_active"]
        else:
            self.fields["code"].disabled = True


def first_stages() -> list[pipelines.StageDraft]:
    """What a new pipeline begins with; everything about it can be changed."""
    return [
        pipelines.StageDraft("new", str(_("New")), 10, max_days=7),
        pipelines.StageDraft("quote", str(_("Quote")), 40, max_days=14),
        pipelines.StageDraft("decision", str(_("Decision")), 70, max_days=21),
        pipelines.StageDraft("won", str(_("Won")), 100, StageCategory.WON),
        pipelines.StageDraft("lost", str(_("Lost")), 0, StageCategory.LOST),
    ]


@add
class Pipelines(Setting):
    app, name, path, model = "sales", "pipeline", "pipelines", Pipeline
    group, action, order = "sell", "sales.set_up_pipelines", 10
    label, one, icon = _("Pipelines and stages"), _("Pipeline"), "layout-columns"
    help = _("The way a deal goes: stages in their order, chances, longest stays, duties.")
    add_label = _("Add a pipeline")
    form_class = PipelineForm
    note = _("A stage that deals have passed is never deleted; it goes out of use and stays in their history.")
    columns = (
        Column(_("Name"), lambda one: one.name),
        Column(_("Stages in use"), lambda one: sum(stage.is_active for stage in one.stages.all()), number=True),
        Column(_("New deals start here"), lambda one: one.is_default),
    )
    parts = ("sales/_stages.html",)

    def rows(self) -> Any:
        return Pipeline.objects.prefetch_related("stages").order_by("-is_default", "name")

    def form_options(self, record: Any, request: HttpRequest) -> dict[str, Any]:
        return {"record": record}

    def create(self, values: dict[str, Any], by: Actor) -> Pipeline:
        return pipelines.create_pipeline(stages=first_stages(), by=by, **values)

    def change(self, record: Any, values: dict[str, Any], seen: str, by: Actor) -> Pipeline:
        changes = {name: values[name] for name in ("name", "is_default", "is_active")}
        return stages.change_pipeline(pipeline_id=record.pk, changes=changes, seen=seen, by=by)

    def beside(self, record: Any, request: HttpRequest) -> dict[str, Any]:
        found = list(record.stages.prefetch_related("duties").order_by("position"))
        return {"stages": found}


class StageForm(forms.Form):
    pipeline = forms.ModelChoiceField(label=_("Pipeline"), queryset=Pipeline.objects.order_by("name"))
    name = forms.CharField(label=_("Name"), max_length=80)
    code = forms.SlugField(label=_("Code"), max_length=40, help_text=_("A short word. It never changes."))
    category = forms.ChoiceField(
        label=_("What it means"),
        choices=[(StageCategory.OPEN, StageCategory.OPEN.label), (StageCategory.LOST, StageCategory.LOST.label)],
    )
    probability = forms.IntegerField(
        label=_("Probability, %"),
        min_value=0,
        max_value=100,
        help_text=_("1 to 99 for an open stage, 0 for lost ones."),
    )
    max_days = forms.IntegerField(
        label=_("Longest stay, days"),
        min_value=1,
        max_value=999,
        required=False,
        help_text=_("After it the deal is marked on the board."),
    )

    def __init__(self, *args: Any, record: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if record is not None:
            self.fields["category"].choices = StageCategory.choices  # type: ignore[attr-defined]
            for name in ("pipeline", "code", "category"):
                self.fields[name].disabled = True


class DutyForm(forms.Form):
    title = forms.CharField(label=_("What is to do"), max_length=200)
    due_hours = forms.IntegerField(label=_("Due after hours"), min_value=0, max_value=9999, initial=24)
    is_required = forms.BooleanField(label=_("Needed to leave the stage"), required=False)


def in_use(stage: Stage) -> bool:
    return stage.is_active


@add
class Stages(Setting):
    app, name, path, model = "sales", "stage", "stages", Stage
    group, action, parent = "", "sales.set_up_pipelines", "sales.pipeline"
    label, one, icon = _("Stages"), _("Stage of a pipeline"), "layout-columns"
    help = _("All stages of all pipelines.")
    add_label = _("Add a stage")
    form_class = StageForm
    columns = (
        Column(_("Name"), lambda one: one.name),
        Column(_("Pipeline"), lambda one: one.pipeline),
        Column(_("What it means"), lambda one: one.get_category_display(), folds=True),
        Column(_("Probability, %"), lambda one: one.probability, number=True),
        Column(_("Longest stay, days"), lambda one: one.max_days, number=True, folds=True),
    )
    verbs = (
        Verb(
            "up", _("Move up"), "arrow-up", lambda one, by: stages.move_stage(stage_id=one.pk, up=True, by=by),
            done=_("Moved."), in_list=True,
        ),
        Verb(
            "down", _("Move down"), "arrow-down", lambda one, by: stages.move_stage(stage_id=one.pk, up=False, by=by),
            done=_("Moved."), in_list=True,
        ),
        Verb(
            "retire", _("Take out of use"), "archive", lambda one, by: stages.retire_stage(stage_id=one.pk, by=by),
            done=_("The stage is out of use."), when=in_use,
        ),
        Verb(
            "restore", _("Use again"), "archive-off", lambda one, by: stages.restore_stage(stage_id=one.pk, by=by),
            done=_("The stage is in use again."), when=lambda one: not one.is_active,
        ),
        Verb(
            "delete", _("Delete"), "trash", lambda one, by: stages.delete_stage(stage_id=one.pk, by=by),
            done=_("The stage is gone."), asks=_("Delete this stage for good?"),
        ),
    )  # fmt: skip
    parts = ("sales/_duties.html",)

    def rows(self) -> Any:
        return Stage.objects.select_related("pipeline").order_by("pipeline__name", "position")

    def form_options(self, record: Any, request: HttpRequest) -> dict[str, Any]:
        return {"record": record}

    def initial(self, record: Any, request: HttpRequest) -> dict[str, Any]:
        if record is None:
            return {"pipeline": request.GET.get("pipeline"), "category": StageCategory.OPEN}
        return super().initial(record, request)

    def create(self, values: dict[str, Any], by: Actor) -> Stage:
        return stages.add_stage(pipeline_id=values.pop("pipeline").pk, by=by, **values)

    def change(self, record: Any, values: dict[str, Any], seen: str, by: Actor) -> Stage:
        changes = {name: values[name] for name in ("name", "probability", "max_days")}
        return stages.change_stage(stage_id=record.pk, changes=changes, seen=seen, by=by)

    def beside(self, record: Any, request: HttpRequest) -> dict[str, Any]:
        return {"duties": list(record.duties.order_by("pk")), "duty_form": DutyForm()}

    def history(self, record: Any) -> Any:
        return (record, *record.duties.all())


hub.add(
    hub.Entry(
        _("Price lists"),
        _("Prices per list, client and quantity, and how far each role may go down."),
        "tag",
        "sales:pricelist_list",
        "sell",
        "sales.set_up_prices",
        20,
    )
)
