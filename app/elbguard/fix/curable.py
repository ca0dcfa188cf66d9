"""Which findings of a check `elbguard fix` can cure: found out by curing them."""

from dataclasses import replace
from typing import Final

from elbguard.check.judge import Judge, Judged
from elbguard.fix.fixing import cured

_LONGEST: Final = 256 * 1024  # characters of a text; of longer ones it would take longer than the check itself
_MOST: Final = 4_000_000  # findings times the characters of a Service, which is judged again for each of them


def marked(judged: Judged, text: str, file: str, judge: Judge) -> Judged:
    """The verdict on a text with those findings marked that can be cured."""
    if len(text) > _LONGEST or not judged.entries or judged.troubles:
        return judged
    if len(judged.entries) * len(text) // max(1, len(judged.checked)) > _MOST:
        return judged
    deeds = {(change.rule, change.line, change.column) for change in cured(text, file, judge).changes}
    entries = tuple(
        replace(entry, curable=True) if (entry.rule.id, entry.span.line, entry.span.column) in deeds else entry
        for entry in judged.entries
    )
    return replace(judged, entries=entries)
