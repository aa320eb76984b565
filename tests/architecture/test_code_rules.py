"""Rules nobody can hold in his head: no unsafe output, no SQL made of text, tasks with limits, short functions."""

import ast

import pytest
from celery import current_app

from tests.architecture.project import functions, name, sources, tree, walked

LONGEST_FUNCTION = 60
# Files that may put text into SQL, each with its reason; values are parameters in all of them.
SQL_WRITERS: dict[str, str] = {
    "core/copying.py": "names of tables and columns come from the model and are quoted",
    "core/inserting.py": "names of tables and columns come from the model and are quoted",
    "core/sequences.py": "names of sequences come from our own code and are quoted",
    "inventory/ledgers/statements.py": "the checks are constants of the file, with a common limit",
    "finance/services/periods.py": "one of two constant names of a lock function",
    "core/planned.py": "statements the product wrote, their places renamed; values travel beside them",
    "reports/selectors/cohorts.py": "counts over a statement of the ORM, whose values travel beside it",
    "core/search/installing.py": "names of functions and tables come from the declarations and are quoted",
    "config/devstack/postgres.py": "the constant name of the product's database",
}
# Files with views that take no CSRF token, each with its reason.
WITHOUT_TOKEN: dict[str, str] = {
    "core/api/document.py": "the API is opened by a key in a header; no cookie of a browser counts there",
    "crm/views/webform_public.py": "stands inside other sites, where no cookie of ours comes along; it acts for nobody",
    "support/views/phone.py": "the secret token in the address is the permission; no cookie of a browser counts there",
}
# Files that may call a text safe HTML, each with its reason.
SAFE_TEXT: dict[str, str] = {
    "core/templatetags/ui.py": "the drawings of icons come from files of the project",
    "core/ui/cells.py": "the one place that writes values as HTML; each part is escaped or a figure",
    "core/ui/widgets.py": "draws form widgets as the library's templates do; each part is escaped",
    "core/ui/chart_svg.py": "draws charts; every word in them is escaped, the rest are numbers",
    "core/templatetags/shell.py": "keeps parts of the frame that templates wrote; what is put into them is escaped",
    "core/ui/shown_columns.py": "joins cards that a screen wrote",
    "core/ui/menus.py": "writes the choices of a menu; labels and addresses are escaped",
    "core/ui/board_columns.py": "joins the heads and cards of a column; every word and address is escaped",
    "sales/views/board_heads.py": "writes the head of a stage; every word is escaped, the rest are figures",
    "reports/tables.py": "writes the cells of a report; each value is escaped or written by core/ui/cells.py",
    "core/ui/column_menus.py": "writes the menus of a board's columns; every word is escaped",
    "sales/views/deal_cards.py": "writes cards of the board; every word is escaped, the rest are figures and icons",
    "core/ui/feed.py": "writes the lines of a feed; every word is escaped, bodies are HTML of ours by their type",
    "core/ui/factlines.py": "writes the facts of a card; labels, values and addresses are escaped",
    "core/ui/lists.py": "joins rows that core/ui/list_rows.py wrote",
    "core/ui/list_rows.py": "joins cells that core/ui/cells.py wrote; names and marks are escaped",
    "finance/views/aged_rows.py": "writes the rows of receivables; every word is escaped",
}


def calls(module: ast.Module, *names: str) -> list[int]:
    """The lines in which one of these functions is called or used as a decorator."""
    found = [node for node in walked(module) if isinstance(node, (ast.Name, ast.Attribute))]
    return [node.lineno for node in found if (node.attr if isinstance(node, ast.Attribute) else node.id) in names]


def called_safe(module: ast.Module) -> list[int]:
    """Lines that name `mark_safe`, or make a safe text by calling its class; as a type it may stand anywhere."""
    made = [node.func for node in walked(module) if isinstance(node, ast.Call)]
    names = [node.lineno for node in made if isinstance(node, ast.Name) and node.id in {"SafeString", "SafeText"}]
    return sorted([*calls(module, "mark_safe"), *names])


def sql_made_of_text(module: ast.Module) -> list[int]:
    """Lines that hand an f-string, a sum or a formatted text to `execute`, directly or through a local name."""
    made = {
        target.id
        for node in walked(module)
        if isinstance(node, ast.Assign) and _is_made(node.value)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    found = []
    for node in walked(module):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in {"execute", "executemany", "raw"}:
            first = node.args[0] if node.args else None
            if first is not None and (_is_made(first) or (isinstance(first, ast.Name) and first.id in made)):
                found.append(node.lineno)
    return found


def _is_made(node: ast.expr) -> bool:
    if isinstance(node, ast.JoinedStr):
        return any(isinstance(part, ast.FormattedValue) for part in node.values)
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Mod, ast.Add)):
        return any(isinstance(part, (ast.Constant, ast.JoinedStr, ast.BinOp)) for part in (node.left, node.right))
    return isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "format"


def offenders(find, allowed=()):
    """Where a rule is broken in the product; `samples` is a tool of development with staging tables of its own."""
    product = [path for path in sources() if not name(path).startswith("samples/") and name(path) not in allowed]
    return [f"{name(path)}:{line}" for path in product for line in find(tree(path))]


def test_no_text_is_called_safe_without_a_reason():
    assert offenders(called_safe, SAFE_TEXT) == []


def test_no_view_does_without_the_token():
    assert offenders(lambda module: calls(module, "csrf_exempt"), WITHOUT_TOKEN) == []


def test_no_sql_is_made_of_text():
    assert offenders(sql_made_of_text, SQL_WRITERS) == []


def test_nothing_is_evaluated_or_unpickled():
    assert offenders(lambda module: calls(module, "eval", "exec", "pickle", "RawSQL", "extra_where")) == []


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ('cursor.execute(f"SELECT {x}")', True),
        ('cursor.execute("SELECT %s" % x)', True),
        ('cursor.execute("SELECT " + x)', True),
        ('cursor.execute("SELECT {}".format(x))', True),
        ('sql = f"SELECT {x}"\ncursor.execute(sql, [1])', True),
        ('cursor.execute("SELECT %s", [x])', False),
        ('cursor.execute(f"SELECT 1")', False),
    ],
)
def test_the_rule_about_sql_finds_its_bad_samples(code, found):
    assert bool(sql_made_of_text(ast.parse(code))) is found


def test_the_rule_about_safe_text_finds_its_bad_sample():
    assert called_safe(ast.parse("from x import mark_safe\nmark_safe(name)\nSafeString(name)")) == [2, 3]
    assert called_safe(ast.parse("def f() -> SafeString: ...")) == []


def test_functions_fit_a_screen():
    long = [
        f"{name(path)}:{node.name} has {node.end_lineno - node.lineno + 1} lines"
        for path in sources()
        for node in functions(tree(path))
        if node.end_lineno - node.lineno + 1 > LONGEST_FUNCTION
    ]
    assert long == []


def own_tasks():
    apps = ("core.", "crm.", "inventory.", "sales.", "production.", "finance.", "marketing.", "support.", "reports.")
    current_app.loader.import_default_modules()
    return {task: found for task, found in current_app.tasks.items() if task.startswith(apps)}


def test_every_task_ends_in_time_and_is_done_again_when_its_worker_dies():
    tasks = own_tasks()
    assert {"core.deliver_event", "core.sweep_outbox"} <= set(tasks)
    weak = [
        label
        for label, task in tasks.items()
        if not (task.acks_late and task.soft_time_limit and task.time_limit and task.soft_time_limit < task.time_limit)
    ]
    assert weak == []


def test_every_scheduled_task_exists():
    from core.schedule import CORE_SCHEDULE

    assert {entry["task"] for entry in CORE_SCHEDULE.values()} <= set(own_tasks())
