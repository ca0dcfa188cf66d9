"""From a character of a decoded YAML scalar back to the characters it was written with.

The scalar is decoded once more, this time keeping places, and what comes out is compared with what the parser read.
Where the two differ there is no answer: better none than a wrong place.
"""

import re
from collections.abc import Sequence
from typing import Final

import yaml

from elbguard.check.decoding import BREAKS, decodings
from elbguard.check.lines import LineIndex, Offsets, skipped
from elbguard_rules.core.record import record

__all__ = ["LineIndex", "Offsets", "Positions", "content", "offsets", "positions", "span"]

_PROPERTY: Final = re.compile(rf"[&!][^ \t{BREAKS}]*+(?:[ \t{BREAKS}]++(?:#[^{BREAKS}]*+)?)*+")


_BLANK: Final = " \t" + BREAKS
_FILLER: Final = re.compile(rf"(?:[ \t{BREAKS}]|#[^{BREAKS}]*+)*+")


@record
class Positions:
    """Where each character of a decoded scalar stands: `starts` and `ends` are offsets in the file.

    `starts` has one entry more than the value has characters: the place where the content ends.
    """

    starts: Sequence[int]
    ends: Sequence[int]

    def span(self, start: int, end: int) -> Offsets | None:
        """Give the span in the file of the decoded characters [start, end); None for a slice out of range."""
        if not 0 <= start <= end <= len(self.ends):
            return None
        first = self.starts[start]
        return Offsets(first, self.ends[end - 1] if end > start else first)


def offsets(text: str, node: yaml.ScalarNode) -> Sequence[int] | None:
    """Give the offset in `text` of each character of the node's value and of the value's end; None if uncertain."""
    found = positions(text, node)
    return found.starts if found else None


def span(text: str, node: yaml.ScalarNode, start: int, end: int) -> Offsets | None:
    """Give the span in `text` of the characters [start, end) of the node's value; None if uncertain."""
    found = positions(text, node)
    return found.span(start, end) if found else None


def positions(text: str, node: yaml.ScalarNode) -> Positions | None:
    """Map the value of `node`, read from `text`, to places in `text`; None where that is not certain."""
    moved = skipped(text)
    end = node.end_mark.index + moved
    start = _past_properties(text, node.start_mark.index + moved, end)
    if not node.style and text[start:end] == node.value:
        return Positions(range(start, end + 1), range(start + 1, end + 1))
    try:
        for pieces in decodings(text, start, end, node.style or ""):
            read = list(pieces)
            if "".join(char for char, _, _ in read) == node.value:
                ends = [piece[2] for piece in read]
                return Positions([*(piece[1] for piece in read), ends[-1] if ends else min(start + 1, end)], ends)
    except (LookupError, ValueError, OverflowError):
        return None
    return None


def content(text: str, node: yaml.Node) -> Offsets:
    """Give the span of what `node` holds: no tag, no anchor, and nothing of what follows its last line."""
    moved = skipped(text)
    limit = node.end_mark.index + moved
    start = opening(text, node)
    last = node
    while isinstance(last, yaml.CollectionNode) and not last.flow_style and last.value:
        tail = last.value[-1]
        last = tail[1] if isinstance(tail, tuple) else tail
    end = last.end_mark.index + moved
    if not (start <= end and _FILLER.fullmatch(text, end, limit)):
        end = limit  # the last thing is an alias: its node stands elsewhere
    while end > start and text[end - 1] in _BLANK:
        end -= 1
    return Offsets(start, end)


def opening(text: str, node: yaml.Node) -> int:
    """Give where `content` starts."""
    moved = skipped(text)
    return _past_properties(text, node.start_mark.index + moved, node.end_mark.index + moved)


def _past_properties(text: str, at: int, end: int) -> int:
    """Pass the tag and the anchor that may stand before a node."""
    while found := _PROPERTY.match(text, at, end):
        at = found.end()
    return at
