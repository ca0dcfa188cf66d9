"""Hover: what is known about what is under the cursor, in the words of `elbguard explain`."""

import re
from collections.abc import Iterator
from typing import Final

from lsprotocol.types import Hover, MarkupContent, MarkupKind

from elbguard.editor.cursor import Spot, spot
from elbguard.editor.diagnostics import placed
from elbguard.editor.jsoncursor import json_spot
from elbguard.editor.judging import Opinion
from elbguard.editor.opened import Opened
from elbguard.explain.explain_command import NotKnown, explain
from elbguard.explain.in_words import short
from elbguard_rules.guard import OWNERS

_HEADING: Final = re.compile(r"^#{1,4} ", re.MULTILINE)
_RULE: Final = re.compile(r"\bELB\d{3}\b")  # as in a comment that suppresses one
_MOST_RULES: Final = 3
_LINE: Final = "\n\n---\n\n"


def hover(opened: Opened, offset: int, opinion: Opinion | None) -> Hover | None:
    """What to show at an offset: the rules that are broken there, and the annotation or member."""
    rules = dict.fromkeys(rule for rule, start, end in placed(opinion) if start <= offset <= end) if opinion else {}
    about = next(filter(None, map(_page, _subjects(opened, offset))), "")
    pages = list(filter(None, (*map(_page, list(rules)[:_MOST_RULES]), about)))
    return Hover(MarkupContent(MarkupKind.Markdown, _LINE.join(pages))) if pages else None


def _page(subject: str) -> str:
    try:
        return _HEADING.sub("#### ", explain(subject, "markdown")).rstrip()
    except NotKnown:
        return ""


def _subjects(opened: Opened, offset: int) -> Iterator[str]:
    """The names that `explain` may know what is under the cursor by, the closest first."""
    yield from (
        found[0] for found in _RULE.finditer(opened.text, max(0, offset - 6), offset + 6) if found.end() >= offset
    )
    where = spot(opened.text, offset)
    if where is None:
        return
    key = where.key or opened.text[where.start : where.end]
    owner = OWNERS.get(key)
    if where.key and owner and owner.is_json:
        yield f"{short(key)}.{_member(opened, where)}"
    yield short(key)


def _member(opened: Opened, where: Spot) -> str:
    """The member whose name or value is under the cursor."""
    escaped = where.quote == '"'
    inner = json_spot(opened.text, where.value, where.offset, where.stop, escaped=escaped)
    return inner.member or opened.text[inner.start : where.end]
