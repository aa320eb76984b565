"""Services run as commands, ask for declared rights, and every declared right is asked for."""

import ast
import importlib
import inspect
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps

from core import policy
from tests.architecture.project import APPS, ROOT, name, sources, tree, walked

# What prepares something slow before it calls a command, so that no transaction waits for it.
FRONTS = {
    "support.services.visits.finish_visit": "pictures are checked and drawn anew first",
    "core.services.attachments.store_file": "files are checked and pictures drawn anew first",
    "core.services.logos.set_logo": "the picture is checked and drawn anew first",
}
QUESTION = re.compile(r"""(?:require|allows|visible_to|reach_q)\(\s*[\w.]+,\s*["'](\w+\.\w+)["']""")


def public_functions() -> Iterator[tuple[str, Any]]:
    for app in APPS:
        for path in sorted((ROOT / app / "services").rglob("*.py")):
            module_name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
            module = importlib.import_module(module_name)
            for label, member in inspect.getmembers(module, inspect.isfunction):
                if not label.startswith("_") and member.__module__ == module_name:
                    yield f"{module_name}.{label}", member


FUNCTIONS = dict(public_functions())


def parts() -> list[str]:
    """Functions that take the actor along but are no commands: parts of a command, shared between services."""
    return [
        label
        for label, function in FUNCTIONS.items()
        if "by" in inspect.signature(function).parameters
        and not getattr(function, "is_command", False)
        and label not in FRONTS
    ]


def doors() -> list[Path]:
    """Files through which people and machines come in. Handlers have the transaction of their delivery."""
    inside = {"services", "selectors", "models"}
    return [
        path
        for path in sources()
        if not inside & set(path.parts) and path.name not in {"handlers.py", "apps.py"} and "samples" not in path.parts
    ]


@cache
def imported(path: Path) -> tuple[str, list[ast.ImportFrom]]:
    """The text of a file and what it imports by name: each function is looked for in all of them."""
    return path.read_text(), [node for node in walked(tree(path)) if isinstance(node, ast.ImportFrom)]


def calls_of(path: Path, label: str) -> bool:
    """Does this file import the function's module (or the function) and name the function?"""
    module, _, function = label.rpartition(".")
    package, _, short = module.rpartition(".")
    text, imports = imported(path)
    for node in imports:
        if node.module == module and any(n.name == function for n in node.names):
            return True
        if node.module == package and any(n.name == short for n in node.names):
            return f"{short}.{function}" in text
    return False


def test_only_commands_are_called_from_outside():
    """Whatever takes an actor and is no command runs inside the transaction of one."""
    outside = doors()
    assert len(parts()) > 3
    assert [(label, name(path)) for label in parts() for path in outside if calls_of(path, label)] == []


@pytest.mark.parametrize("label", [label for label in FUNCTIONS if getattr(FUNCTIONS[label], "is_command", False)])
def test_a_command_takes_named_arguments_and_says_what_it_means(label):
    function = FUNCTIONS[label]
    kinds = {parameter.kind for parameter in inspect.signature(function).parameters.values()}
    assert kinds <= {inspect.Parameter.KEYWORD_ONLY, inspect.Parameter.VAR_KEYWORD}, "keyword-only arguments"
    assert function.__doc__, "a docstring"


def texts() -> str:
    """All source text that may use an action, the declarations left out."""
    templates = [
        path for folder in (ROOT, *(ROOT / app for app in APPS)) for path in (folder / "templates").rglob("*.html")
    ]
    code = [path for path in sources() if path.name != "actions.py"]
    return "\n".join(path.read_text() for path in [*code, *templates])


def test_every_declared_action_is_asked_for():
    """`view_<model>` is asked by `visible_to` of that model; every other action stands somewhere by its name."""
    text = texts()
    views = {f"{model._meta.app_label}.view_{model._meta.model_name}" for model in apps.get_models()}
    unused = [code for code in policy.known_actions() if code not in views and code not in text]
    assert unused == []


def test_every_action_asked_for_is_declared():
    asked = {
        (name(path), code)
        for path in sources()
        for code in QUESTION.findall(path.read_text())
        if code not in policy.known_actions()
    }
    assert asked == set()


def test_an_action_belongs_to_the_app_that_declares_it():
    declared = {
        (app, code)
        for app in APPS
        if (ROOT / app / "actions.py").exists()
        for code in re.findall(r"""Action\(\s*["'](\w+)\.""", (ROOT / app / "actions.py").read_text())
    }
    assert {(app, code) for app, code in declared if app != code} == set()
