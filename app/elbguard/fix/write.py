"""Cures as edits of the file: each character in the way that its scalar is written."""

import re
from collections.abc import Iterable
from typing import Final

import yaml

from elbguard.check.manifests import Manifest, Place
from elbguard.check.nodes import Path
from elbguard.check.scalar import Positions
from elbguard.fix.add import added
from elbguard.fix.cures import ANNOTATIONS, Cure, Patient
from elbguard.fix.edits import Edit
from elbguard.fix.style import BREAK, QUOTES, encoded, in_flow, is_bare, line_end_of, line_start, quoted
from elbguard.fix.trees import obstacle, replaced

UNCERTAIN: Final = "it is not certain how to write it here"
_HEADER: Final = re.compile(r"([|>][1-9]?)([+-]?)")


def file_edits(subject: Patient, cures: Iterable[Cure]) -> list[Edit] | None:
    """The edits of the file that carry out cures of one Service; None where it is not certain how to write one."""
    by_key: dict[str, list[Cure]] = {}
    for cure in cures:
        by_key.setdefault(cure.key, []).append(cure)
    found: list[Edit] = []
    for key, ours in by_key.items():
        name = next((cure.name for cure in ours if cure.name), "")
        edits = tuple(dict.fromkeys(edit for cure in ours for edit in cure.edits))
        written = _annotation(subject, Cure(key, ours[0].base, edits, name))
        if written is None:
            return None
        found += written
    return found


def why_not(subject: Patient, cure: Cure) -> str:
    """Why it is not certain how to write a cure into the file."""
    path = (*subject.root, *ANNOTATIONS, cure.key)
    place = subject.document.where(path)
    tree = place is not None and isinstance(place.node, yaml.CollectionNode)
    return (obstacle(subject.document, path, place) if place and tree else "") or UNCERTAIN


def _annotation(subject: Patient, cure: Cure) -> list[Edit] | None:
    document, path = subject.document, (*subject.root, *ANNOTATIONS, cure.key)
    if cure.base is None:
        return added(document, path[:-1], cure.key, cure.after)
    place = document.where(path)
    if place is not None and isinstance(place.node, yaml.CollectionNode) and not cure.name:
        return replaced(document, path, place, cure.after)
    if place is None or not isinstance(place.node, yaml.ScalarNode):
        return None
    name = _key(document.text, place, cure) if cure.name else []
    if not isinstance(subject.annotations[cure.key], str):
        value: list[Edit] | None = [Edit(place.value.start, place.value.end, quoted(cure.after, '"'))]
    elif not cure.edits:
        value = []
    elif not place.node.style:
        value = [_bare(document, path, place, cure)]
    else:
        value = _inside(document, path, place.node, cure)
    return None if name is None or value is None else name + value


def _key(text: str, place: Place, cure: Cure) -> list[Edit] | None:
    if place.key is None:
        return None
    start, end = place.key.start, place.key.end
    quote = text[start] if text[start] in QUOTES else ""
    if text[start:end] != f"{quote}{cure.key}{quote}":
        return None
    return [Edit(start + len(quote), end - len(quote), cure.name)]


def _bare(document: Manifest, path: Path, place: Place, cure: Cure) -> Edit:
    """A scalar without quotes stays so if it can."""
    bare = is_bare(cure.after, flow=in_flow(document, path))
    return Edit(place.value.start, place.value.end, cure.after if bare else quoted(cure.after, '"'))


def _inside(document: Manifest, path: Path, node: yaml.ScalarNode, cure: Cure) -> list[Edit] | None:
    """Edits of the characters of a scalar between quotes or in a block."""
    text, base, style = document.text, cure.base or "", node.style or ""
    characters = document.characters(path)
    if characters is None:
        return None
    first = characters.starts[len(base) - len(base.lstrip("\n"))]
    indent = text[line_start(text, first) : first]
    found: list[Edit] = []
    for edit in cure.edits:
        new = encoded(edit.text, style, indent, line_end_of(text))
        if new is None:
            return None
        end = edit.end
        if style in "|>" and end == len(base) and base[edit.start : end].endswith("\n"):
            found += _without_last_break(text, characters.starts[0])
            end = edit.start + len(base[edit.start :].rstrip("\n"))
        if new or end > edit.start:
            found.append(Edit(*_span(text, base, characters, edit.start, end), new))
    return found


def _span(text: str, base: str, characters: Positions, start: int, end: int) -> tuple[int, int]:
    """Where the characters [start, end) of a scalar stand, and for an empty span where to put something."""
    starts, ends = characters.starts, characters.ends
    if start == end:
        at = starts[start] if start == 0 or base[start - 1].isspace() else ends[start - 1]
        return at, at
    last = ends[end - 1]
    # What follows a line break, such as indentation, goes with it.
    return starts[start], starts[end] if BREAK.search(text, starts[end - 1], last) else last


def _without_last_break(text: str, content: int) -> list[Edit]:
    """Make a block scalar say that its last line break does not count."""
    header = _HEADER.match(text, max(text.rfind("|", 0, content), text.rfind(">", 0, content)))
    return [Edit(header.end(1), header.end(2), "-")] if header else []
