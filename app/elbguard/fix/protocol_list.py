"""protocol-port: commas for other separators, no blanks, lower case. What is listed stays as it is."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from elbguard.fix.edits import Edit

_PROTOCOLS: Final = ("http", "https", "tls", "quic")
_ENTRY: Final = re.compile(r"(?<![A-Za-z])([A-Za-z]++)(\s*+:\s*+)([0-9]++)", re.ASCII)
_BETWEEN: Final = re.compile(r"[\s,;]++", re.ASCII)
_STRAY: Final = re.compile(r"(?<![ \t])[ \t]*+[,;](?:[\s,;]*[,;])?[ \t]*+", re.ASCII)  # at the beginning or the end


def listed(text: str) -> tuple[Edit, ...]:
    """The edits that make `https:443,http:80` of `HTTPS:443; http : 80,`; none where that is not certain."""
    entries = list(_ENTRY.finditer(text))
    if not entries or any(entry.group(1).lower() not in _PROTOCOLS for entry in entries):
        return ()
    gaps = [(a.end(), b.start()) for a, b in pairwise(entries)]
    ends = [(0, entries[0].start()), (entries[-1].end(), len(text))]
    if not all(_BETWEEN.fullmatch(text, *gap) for gap in gaps):
        return ()
    if not all(start == end or _BETWEEN.fullmatch(text, start, end) for start, end in ends):
        return ()
    edits = [Edit(start, end, ",") for start, end in gaps if text[start:end] != ","]
    for start, end in ends:
        if stray := _STRAY.search(text, start, end):
            edits.append(Edit(*stray.span(), ""))
    return tuple(edits + [edit for entry in entries for edit in _entry(entry)])


def _entry(entry: re.Match[str]) -> Iterator[Edit]:
    protocol, colon, _ = entry.groups()
    if protocol != protocol.lower():
        yield Edit(*entry.span(1), protocol.lower())
    if colon != ":":
        yield Edit(*entry.span(2), ":")
