"""Where a finding is in its file: the symbolic place of a rule turned into lines and columns."""

from collections.abc import Callable
from typing import Final

from elbguard.check import lines as offsets
from elbguard.check.manifests import Manifest
from elbguard.check.nodes import Path
from elbguard.check.scalar import Positions
from elbguard.report.model import Span
from elbguard_rules.core import jsontext
from elbguard_rules.core.finding import Finding
from elbguard_rules.core.problem import ABSENT, Kind, Step
from elbguard_rules.core.record import record
from elbguard_rules.guard import ANNOTATIONS

_JSON: Final = frozenset(owner.key for owner in ANNOTATIONS if owner.is_json)
_ABOUT_THE_VALUE: Final = (Kind.TOO_LONG,)  # kinds whose value is not repeated though it is there


@record
class Located:
    """The span to blame, the text of its first line, and the JSON path where only the annotation could be found.

    Of a very long line `excerpt` is what stands around the span; `cut` characters stand before it.
    """

    span: Span
    excerpt: str
    inside: str = ""
    cut: int = 0


def locate(document: Manifest, root: Path, finding: Finding) -> Located:
    """The place of a finding about the object at `root` in a document.

    A value is blamed itself; what should not be there, by its key; what is missing, by the key of its nearest parent,
    an element of an array by the bracket that opens it.
    """
    return located(document, *blamed(document, root, finding))


def blamed(document: Manifest, root: Path, finding: Finding) -> tuple[offsets.Offsets, str]:
    """The span that `locate` gives, and the JSON path where only the annotation could be found."""
    path = (*root, *finding.where.steps)
    place = document.where(path)
    if place is None:
        return _parent(document, path), ""
    return within(finding, place.key, place.value, _text(document, path), lambda: document.characters(path))


def within(
    finding: Finding,
    key: offsets.Offsets | None,
    value: offsets.Offsets,
    text: str | None,
    characters: Callable[[], Positions | None],
) -> tuple[offsets.Offsets, str]:
    """What to blame of a value and its key, and the JSON path where that is all that could be found.

    `text` is what the value says, where it is a text, and `characters` tells where its characters stand.
    """
    where = finding.where
    about_value = finding.problem.value is not ABSENT or finding.problem.kind in _ABOUT_THE_VALUE
    own = value if about_value or key is None else key
    if text is None:
        return own, ""
    whole = not where.inner and not _is_about_json(finding)
    inner = None if whole else _span_inside(text, finding, about_value=about_value)
    if inner is None:
        return (key or value) if where.inner else own, ""
    known = characters()
    found = known.span(*inner) if known else None
    return (found, "") if found else (value, json_path(where.inner))


def _is_about_json(finding: Finding) -> bool:
    """Whether it says where a text stops being JSON, or that its JSON gives something twice; not that it is no word."""
    return finding.problem.detail.startswith("not JSON") or finding.problem.kind is Kind.DUPLICATE


def _span_inside(text: str, finding: Finding, *, about_value: bool) -> tuple[int, int] | None:
    """The span in an annotation's text of what a finding is about; None where all of it is."""
    inner = finding.where.inner
    if finding.where.steps[-1] not in _JSON:
        return _element(text, inner)
    return _name(text, finding) or _inside(text, inner, about_value=about_value) or _opening(text, inner)


def _name(text: str, finding: Finding) -> tuple[int, int] | None:
    """The span of a member's name where that is what was found: given twice, the second time in other capitals."""
    problem, inner = finding.problem, finding.where.inner
    named = problem.kind is Kind.DUPLICATE and inner[-1:] == (problem.value,)
    return _inside(text, inner, about_value=False) if named else None


def _parent(document: Manifest, path: Path) -> offsets.Offsets:
    """The key of the nearest parent that is there, or the beginning of a list element or of the document."""
    for length in range(len(path) - 1, -1, -1):
        place = document.where(path[:length])
        if place is not None:
            start = place.value.start
            return place.key or offsets.Offsets(start, min(start + 1, place.value.end))
    return offsets.Offsets(0, 0)


def _text(document: Manifest, path: Path) -> str | None:
    value = document.value
    for step in path:
        try:
            value = value[step]
        except (LookupError, TypeError):
            return None
    return value if isinstance(value, str) else None


def _inside(text: str, inner: tuple[Step, ...], *, about_value: bool) -> tuple[int, int] | None:
    """The span [start, end) in the text of a JSON annotation of what `inner` names; None where it is not there.

    A text that is not JSON is blamed where it stops being JSON.
    """
    try:
        node = jsontext.scan(text)
    except jsontext.JsonMistake as mistake:
        return (mistake.start, mistake.end) if about_value else None
    found = node.at(inner) if inner else None
    if found is None:
        return None
    if about_value:
        return (found.start, found.end)
    parent = node.at(inner[:-1])
    return parent.keys.get(str(inner[-1]), (found.start, found.end)) if parent else None


def _opening(text: str, inner: tuple[Step, ...]) -> tuple[int, int] | None:
    """The bracket that opens the array's element in which something is missing."""
    try:
        node = jsontext.scan(text).at(inner[:-1]) if len(inner) > 1 else None
    except jsontext.JsonMistake:
        return None
    return (node.start, node.start + 1) if node else None


def _element(text: str, inner: tuple[Step, ...]) -> tuple[int, int] | None:
    """The span of an element of a list with commas."""
    if len(inner) != 1 or not isinstance(inner[0], int):
        return None
    start = len(text) - len(text.lstrip())
    parts = text.strip().split(",")
    if inner[0] >= len(parts):
        return None
    start += sum(len(part) + 1 for part in parts[: inner[0]])
    return (start, start + len(parts[inner[0]]))


def json_path(inner: tuple[Step, ...]) -> str:
    """`$.available_zone[0]`."""
    return "$" + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in inner)


def located(document: Manifest, span: offsets.Offsets, inside: str = "") -> Located:
    """A span of a document's text, as lines and columns."""
    index = document.lines
    line, column = index.position(span.start)
    end_line, end_column = index.position(span.end)
    excerpt, cut = index.near(line, column)
    return Located(Span(line, column, end_line, end_column), excerpt, inside, cut)
