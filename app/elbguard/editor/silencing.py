"""Suppressions of a finding, written where `elbguard check` honours them: each is tried before it is offered."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from elbguard.check.manifests import SourceError, TemplateError, documents
from elbguard.editor.judging import Opinion, verdict
from elbguard.editor.opened import Opened
from elbguard.editor.rows import Rows, row
from elbguard.fix.add import added
from elbguard.fix.cures import ANNOTATIONS
from elbguard.fix.edits import Edit, applied
from elbguard.report.model import Entry
from elbguard.settings import Settings
from elbguard_rules import suppression

_COMMENT: Final = re.compile(r"#[ \t]*elbguard:[ \t]*ignore[ \t]*\[([^\]\r\n]*)\]")
_OURS: Final = frozenset(rule.id for rule in suppression.RULES)
LONGEST: Final = 64 * 1024  # characters of a text that is judged once more for each suppression


@dataclass(frozen=True)
class Silence:
    """Edits that suppress a finding; `by` says whether a comment does, or an annotation."""

    edits: tuple[Edit, ...]
    by: str


def silence(entry: Entry, opinion: Opinion, settings: Settings) -> Silence | None:
    """What suppresses a finding; None where nothing does."""
    opened = opinion.of
    if entry.rule.id in _OURS or len(opened.text) > LONGEST or not opinion.is_whole:
        return None
    return next((each for each in _tries(entry, opened) if _silences(each, entry, opinion, settings)), None)


def _tries(entry: Entry, opened: Opened) -> Iterator[Silence]:
    """What may suppress it: a comment on one of its lines, on its key's, or an annotation."""
    for line in (
        () if _is_json(opened) else dict.fromkeys((entry.span.line, entry.span.end_line, _line_of_key(entry, opened)))
    ):
        start, end = opened.columns.line(line - 1)
        written = opened.text[start:end]
        if there := _COMMENT.search(written):
            yield Silence((Edit(start + there.end(1), start + there.end(1), f", {entry.rule.id}"),), "comment")
        else:
            stop = start + len(written.rstrip())
            yield Silence((Edit(stop, end, f"  # elbguard: ignore[{entry.rule.id}] "),), "comment")
    yield from _annotations(entry, opened)


def _is_json(opened: Opened) -> bool:
    """Whether it is JSON, which has no comments."""
    return opened.name.lower().endswith(".json") or opened.text.lstrip("\ufeff \t\r\n")[:1] in ("{", "[")


def _line_of_key(entry: Entry, opened: Opened) -> int:
    """The line of the key in whose value the finding is, as far as indentation tells."""
    start, end = opened.columns.line(entry.span.line - 1)
    here = row(opened.text, start, end)
    steps = entry.finding.where.steps
    for above in Rows(opened.text, start).above(here.indent):
        if steps and above.key == steps[-1]:
            return opened.columns.position(above.start).line + 1
    return entry.span.line


def _annotations(entry: Entry, opened: Opened) -> Iterator[Silence]:
    """The annotation elbguard.io/ignore, in the Service that the finding may be about."""
    try:
        read = list(documents(opened.text))
    except (SourceError, TemplateError):
        return
    at = opened.offset(entry.span.line, entry.span.column)
    for document in read:
        path = (*_root(document.value, entry), *ANNOTATIONS)
        place, given = document.where(path), document.where((*path, suppression.KEY))
        if place is None or not document.node.start_mark.index <= at <= document.node.end_mark.index + 1:
            continue
        if given is None:
            edits = added(document, path, suppression.KEY, f"{entry.rule.id}: ")
        else:
            characters = document.characters((*path, suppression.KEY))
            first = characters.starts[0] if characters and characters.starts else None
            edits = None if first is None else [Edit(first, first, f"{entry.rule.id}, ")]
        if edits:
            yield Silence(tuple(edits), "annotation")


def _root(value: object, entry: Entry) -> tuple[str | int, ...]:
    """The path of the object that a finding is about, among the items of a List."""
    items = value.get("items") if isinstance(value, dict) else None
    if not isinstance(items, list):
        return ()
    for number, item in enumerate(items):
        metadata = item.get("metadata") if isinstance(item, dict) else None
        if isinstance(metadata, dict) and metadata.get("name") == entry.resource.name:
            return ("items", number)
    return ()


def _silences(silence: Silence, entry: Entry, before: Opinion, settings: Settings) -> bool:
    """Whether the finding is gone then, nothing else has come, and nothing else has gone but of the same rule."""
    text = applied(before.of.text, silence.edits)
    after = verdict(replace(before.of, text=text), settings)
    if not after.is_whole or after.troubles != before.troubles:
        return False
    then, now = _counted(before), _counted(after)
    come = {rule for rule, *_ in now - then} - {suppression.UNEXPLAINED.id}
    gone = then - now
    mine = _identity(entry)
    return not come and gone[mine] == then[mine] and {rule for rule, *_ in gone} == {entry.rule.id}


def _counted(opinion: Opinion) -> Counter[tuple[str, ...]]:
    return Counter(map(_identity, opinion.entries))


def _identity(entry: Entry) -> tuple[str, ...]:
    return (*entry.finding.identity, str(entry.resource))
