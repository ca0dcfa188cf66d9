"""Comments in a manifest that suppress rules: `# elbguard: ignore[ELB206, ELB322] reason`."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

import yaml

from elbguard.check import lines as offsets
from elbguard.check.locate import Located, locate, located
from elbguard.check.manifests import Manifest
from elbguard.check.nodes import Path
from elbguard.check.scalar import content, opening
from elbguard.report.model import Span
from elbguard_rules import suppression
from elbguard_rules.collisions.census import COLLIDING
from elbguard_rules.core.finding import Finding
from elbguard_rules.core.policy import Policy
from elbguard_rules.core.problem import Where
from elbguard_rules.guard import NAMES, RULES
from elbguard_rules.suppression import Suppression

_COMMENT: Final = re.compile(r"#[ \t]*+elbguard:[ \t]*+ignore[ \t]*+\[([^\]\r\n]*+)\][ \t]*+:?+[ \t]*+([^\r\n]*+)")
_MEANT: Final = re.compile(  # what somebody wrote who meant one
    r"#[ \t]*+elbguard(?:[ \t]*+:[ \t]*+(?:ignore[sd]?|disable[sd]?|skip|suppress|noqa|allow|off)\b"
    r"|[ \t_-]*+(?:ignore|disable|skip|suppress|noqa|allow|off)[ \t]*+(?:[\[(:=]|ELB\d))[^\r\n]*+",
    re.IGNORECASE,
)
_MARK: Final = "elbguard"  # what each of these has in it, in small letters
_ADVICE: Final = "write it as # elbguard: ignore[ELB206, ELB322] reason"


@dataclass(slots=True)
class Remark:
    """A suppressing comment: the line it is on, its span, what it suppresses, and what it did suppress."""

    line: int
    span: Span
    excerpt: str
    suppression: Suppression
    used: list[Finding] = field(default_factory=list)
    cut: int = 0
    alone: bool = False  # on its line

    def covers(self, finding: Finding) -> bool:
        """Whether it suppresses a finding that is about its line; notes that it did."""
        if finding.rule.id not in self.suppression.ids:
            return False
        self.used.append(finding)
        return True

    def problems(self, policy: Policy) -> list[Finding]:
        """What is wrong with the comment itself, once all findings were shown to it."""
        nothing = {"nothing": suppression.ON_THIS_LINE} if self.alone else {}
        return suppression.findings(self.suppression, self.used, RULES, policy, COLLIDING, **nothing)


class Remarks:
    """The suppressing comments of a document, in their order, found by the lines that they are on."""

    def __init__(self, remarks: Iterable[Remark]) -> None:
        self._all: Final = tuple(remarks)
        self._lines: Final = [remark.line for remark in self._all]

    def __iter__(self) -> Iterator[Remark]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)

    def on(self, first: int, last: int, also: int) -> Iterator[Remark]:
        """Those on the lines from `first` to `last`, and on the line `also`."""
        if not self._all:
            return
        for low, high in ((first, last), (also, also)):
            if (low, high) == (first, last) or not first <= also <= last:
                yield from self._all[bisect_left(self._lines, low) : bisect_right(self._lines, high)]


def heard(
    document: Manifest,
    root: Path,
    findings: Iterable[Finding],
    comments: Remarks,
    spans: Mapping[int, offsets.Offsets] = MappingProxyType({}),
) -> Iterator[tuple[Finding, Located]]:
    """The findings about the object at `root`, with their places, without those that a comment suppresses.

    `spans` knows the places of some, by identity. A comment suppresses what is about one of its lines; above a text of
    several lines, where it would be part of that, what is about the annotation's key.
    """
    for finding in findings:
        known = spans.get(id(finding))
        place = located(document, known) if known else locate(document, root, finding)
        near = comments.on(place.span.line, place.span.end_line, _key_line(document, root, finding))
        # Every comment sees the finding, so that none is called unused because another one came first.
        if not sum(comment.covers(finding) for comment in near):
            yield finding, place


def _key_line(document: Manifest, root: Path, finding: Finding) -> int:
    place = document.where((*root, *finding.where.steps))
    return document.lines.position(place.key.start)[0] if place and place.key else 0


def remarks_in(text: str, documents: Sequence[Manifest]) -> list[Remarks]:
    """The suppressing comments of each document of a text, in the order of the documents."""
    if not documents or _MARK not in text.lower():
        return [Remarks(()) for _ in documents]
    starts = [opening(text, document.node) for document in documents]
    ends = [*starts[1:], len(text)]
    starts[:1] = [0] * bool(starts)  # a comment above all is one of the first document
    return [Remarks(_comments(*part)) for part in zip(documents, starts, ends, strict=True)]


def _comments(document: Manifest, first: int, end: int) -> list[Remark]:
    """The suppressing comments in the part [first, end) of the text, in which the document stands."""
    scalars = _scalars(document)
    starts = [start for start, _ in scalars]
    found: list[Remark] = []
    for meant in _MEANT.finditer(document.text, first, end):
        match = _COMMENT.match(document.text, meant.start(), end) or meant
        number = bisect_right(starts, match.start()) - 1
        if number >= 0 and match.start() < scalars[number][1]:
            continue  # text that looks like a comment
        line, column = document.lines.position(match.start())
        _, end_column = document.lines.position(match.end())
        excerpt, cut = document.lines.near(line, column)
        wanted = suppression.parsed(
            ": ".join(match.groups()), NAMES, Where(("metadata", "annotations")), _ADVICE, match.group().rstrip()
        )
        alone = not document.text[match.start() - column + 1 : match.start()].strip()
        found.append(Remark(line, Span(line, column, line, end_column), excerpt, wanted, cut=cut, alone=alone))
    return found


def _scalars(document: Manifest) -> list[tuple[int, int]]:
    """The spans of all scalars of a document that can hold a #, in order."""
    spans: list[tuple[int, int]] = []
    waiting, seen = [document.node], set[int]()
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            waiting += [part for pair in node.value for part in pair]
        elif isinstance(node, yaml.SequenceNode):
            waiting += node.value
        elif isinstance(node, yaml.ScalarNode) and node.style and "#" in node.value:
            span = content(document.text, node)
            spans.append((span.start, span.end))
    return sorted(spans)
