"""What the architecture tests look at: the project's apps, models and source files."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from django.apps import apps
from django.db.models import Model

ROOT = Path(__file__).resolve().parents[2]
APPS = ["core", "crm", "inventory", "sales", "production", "finance", "marketing", "support", "reports"]


def own_models(*, with_history: bool = False) -> list[type[Model]]:
    """The stored models of the project's apps; the history tables on request."""
    found = [model for app in APPS for model in apps.get_app_config(app).get_models(include_auto_created=with_history)]
    return [
        model for model in found if not model._meta.proxy and (with_history or not hasattr(model, "pgh_tracked_model"))
    ]


def trigger_names(model: type[Model]) -> list[str]:
    return [trigger.name for trigger in getattr(model._meta, "triggers", [])]


def is_ledger(model: type[Model]) -> bool:
    return any(name.endswith("append_only") for name in trigger_names(model))


def sources() -> list[Path]:
    """Every Python file of the apps and the configuration, migrations left out."""
    folders = [*APPS, "config", "samples"]
    return [path for folder in folders for path in (ROOT / folder).rglob("*.py") if "migrations" not in path.parts]


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), filename=str(path))


@cache
def walked(module: ast.Module) -> list[ast.AST]:
    """Every node of a file: many rules look at all of them, and walking takes longer than looking."""
    return list(ast.walk(module))


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def functions(module: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in walked(module) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)))
