"""Finds texts that people read and that no catalogue can translate, in templates and in Python."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser

from django.template.base import Lexer, Token, TokenType

# What is the same in every language.
SAME_EVERYWHERE = re.compile(
    r"Hyper CRM|CSV|XLSX|vCard|VCF|PDF|JSON|TOML|openapi\.json|OpenAPI|API|HTTP|URL|REST|UTC|POST|GET|utm"
    r"|IBAN|BIC|SKU|GTIN|CAMT\.053|ABC|XYZ|\b(?:px|kg|KiB|MB|QR|ID|EUR|Ctrl|Esc|Enter|Shift|Alt|Tab)\b"
)
SAID = {
    "title",
    "aria-label",
    "aria-description",
    "aria-roledescription",
    "aria-valuetext",
    "placeholder",
    "alt",
    "label",
}
SILENT = {"script", "style", "kbd", "code", "pre", "samp"}
LITERAL_IN_TAG = re.compile(r"\b(?:title|label|heading|text|message|hint|empty|why|action_label)=([\"'])([^\"']*)\1")
LITERAL_IN_FILTER = re.compile(r"\|(?:default|default_if_none|yesno|add):([\"'])([^\"']*)\1")
LETTERS = re.compile(r"[^\W\d_]{2,}")
PLAIN_WORDS = re.compile(r"^[A-ZÀ-Ž][^\W\d_]*|\w \w")


def is_text(value: str) -> bool:
    """Has it words that differ between languages?"""
    return bool(LETTERS.search(SAME_EVERYWHERE.sub("", value)))


def is_said(value: str) -> bool:
    """A literal of code that looks like words for people: a capital at the start, or two words."""
    return is_text(value) and bool(PLAIN_WORDS.search(value))


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[int, str]] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in SILENT:
            self.silent += 1
        given = dict(attrs)
        for name, value in attrs:
            is_button = name == "value" and tag == "input" and given.get("type") in {"submit", "button", "reset"}
            if (name in SAID or is_button) and value and is_text(value):
                self.found.append((self.getpos()[0], f"{name}={value.strip()}"))

    def handle_endtag(self, tag: str) -> None:
        if tag in SILENT and self.silent:
            self.silent -= 1

    def handle_data(self, data: str) -> None:
        if not self.silent and is_text(data):
            before = data[: len(data) - len(data.lstrip())].count("\n")
            self.found.append((self.getpos()[0] + before, " ".join(data.split())))


def in_template(source: str) -> list[tuple[int, str]]:
    """(line, text) of what a template says outside of translate, blocktranslate and variables."""
    kept, found, line = "", [], 1
    for token in _told(source):
        kept += "\n" * ((token.lineno or line) - line)  # so that the lines of the page are those of the template
        line = (token.lineno or line) + token.contents.count("\n")
        if token.token_type is TokenType.TEXT:
            kept += token.contents
        else:
            line = token.lineno or line
            found += [(line, text) for text in _literals(token) if is_said(text)]
    page = _Page()
    page.feed(kept)
    page.close()
    return sorted(found + page.found)


def _told(source: str) -> Iterator[Token]:
    """The tokens of a template without comments and what is translated."""
    until = ""
    for token in Lexer(source).tokenize():
        word = token.contents.split()[0] if token.token_type is TokenType.BLOCK and token.contents else ""
        if until:
            if word == until:
                until = ""
            continue
        if word in {"comment", "blocktranslate", "blocktrans"}:
            until = f"end{word}"
        elif word == "block" and "attributes" in token.contents:  # stands inside a tag of the page it extends
            until = "endblock"
        elif word not in {"translate", "trans"}:
            yield token


def _literals(token: Token) -> Iterator[str]:
    pattern = {TokenType.VAR: [LITERAL_IN_FILTER], TokenType.BLOCK: [LITERAL_IN_TAG, LITERAL_IN_FILTER]}
    for one in pattern.get(token.token_type, []):
        for match in one.finditer(token.contents):
            yield match[2]


# Arguments and attributes that people read.
NAMED = {
    *("label", "help_text", "heading", "verbose_name", "verbose_name_plural", "empty_label", "placeholder", "hint"),
    *("message", "short_description", "problem", "subject", "action_label"),
}
# Calls whose argument of this place people read.
PLACED = {
    "toast": 1, "ValidationError": 0, "Column": 1, "Group": 0, "Entry": 0, "Panel": 1, "Heading": 0, "add_error": 1,
    "success": 1, "warning": 1, "error": 1, "info": 1,
}  # fmt: skip
OF_MESSAGES = {"success", "warning", "error", "info"}
CHOICES = {"TextChoices", "IntegerChoices", "Choices"}


def in_python(source: str) -> list[tuple[int, str]]:
    """(line, text) of literals that stand where people read and go through no gettext."""
    found: list[tuple[int, str]] = []
    for node in ast.walk(ast.parse(source)):
        for value in _read_by_people(node):
            text = _literal(value)
            if text and is_said(text):
                found.append((value.lineno, text))
    return sorted(found)


def _read_by_people(node: ast.AST) -> Iterator[ast.expr]:
    if isinstance(node, ast.Call):
        yield from (word.value for word in node.keywords if word.arg in NAMED)
        owner = node.func.value if isinstance(node.func, ast.Attribute) else None
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        place = PLACED.get(called)
        if called in OF_MESSAGES and getattr(owner, "id", "") != "messages":
            place = None
        if place is not None and len(node.args) > place:
            yield node.args[place]
    elif isinstance(node, ast.ClassDef):
        is_choice = any(_last(base) in CHOICES for base in node.bases)
        for line in node.body:
            for target, value in _assigned(line):
                if target in NAMED:
                    yield value
                elif is_choice and isinstance(value, ast.Tuple) and len(value.elts) == 2:
                    yield value.elts[1]


def _assigned(line: ast.stmt) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(line, ast.Assign):
        yield from ((target.id, line.value) for target in line.targets if isinstance(target, ast.Name))
    elif isinstance(line, ast.AnnAssign) and line.value is not None and isinstance(line.target, ast.Name):
        yield line.target.id, line.value


def _last(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _literal(node: ast.expr) -> str:
    """The text of a literal, an f-string or a literal that is formatted; nothing for anything else."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return " ".join(str(part.value) for part in node.values if isinstance(part, ast.Constant))
    if isinstance(node, ast.BinOp):
        return _literal(node.left) or _literal(node.right)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format":
        return _literal(node.func.value)
    if isinstance(node, ast.IfExp):
        return _literal(node.body) or _literal(node.orelse)
    return ""


MARKS = {"_", "gettext", "gettext_lazy", "pgettext", "pgettext_lazy", "ngettext_lazy", "ngettext"}


def frozen(source: str) -> list[int]:
    """Lines where a marked text is filled in while the module is read: it stays in the language of that moment."""
    return sorted(node.lineno for node in _at_import(ast.parse(source).body) if _is_filled(node))


def _at_import(nodes: Iterable[ast.AST]) -> Iterator[ast.expr]:
    for node in nodes:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            continue
        if isinstance(node, ast.expr):
            yield node
        yield from _at_import(ast.iter_child_nodes(node))


def _is_filled(node: ast.expr) -> bool:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format":
        return _is_marked(node.func.value)
    return isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Mod, ast.Add)) and _is_marked(node.left)


def _is_marked(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and getattr(node.func, "id", "") in MARKS
