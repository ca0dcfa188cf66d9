"""How much is looked at: what no Service that works has is refused before anybody looks into it.

Any author of a Service can send 3 MiB of it, and of several megabytes of one thing each rule would have to make sense.
The bounds keep what a decision costs, in time and in memory, far below what other users would notice.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from elbguard_rules.core.problem import ABSENT, MOST_ENTRIES, MOST_NAMED, Kind, Problem, Where, field

MOST_ANNOTATIONS: Final = 256 * 1024  # bytes of all annotations (apimachinery, TotalAnnotationSizeLimitB)
MOST_VALUES: Final = 4000  # of one JSON text
_LISTS: Final = ("ports", "externalIPs")  # of spec, those that rules look into one by one
_LONGEST_NAME: Final = 63  # characters


def too_large(metadata: Mapping[str, Any], spec: Mapping[str, Any]) -> Problem | None:
    """What makes a Service too large to be looked into; None for all that work.

    A character counts as a byte, so that the API server, which counts bytes, refuses whatever is refused here.
    """
    annotations = metadata.get("annotations")
    if isinstance(annotations, dict) and (size := size_of(annotations)) > MOST_ANNOTATIONS:
        detail = f"may not be more than {MOST_ANNOTATIONS} bytes in all, these are {size} characters"
        return Problem(field("metadata", "annotations"), Kind.TOO_LONG, ABSENT, detail)
    for name in _LISTS:
        entries = spec.get(name)
        if isinstance(entries, list) and len(entries) > MOST_ENTRIES:
            return crowded(field("spec", name), len(entries))
    return None


def size_of(annotations: Mapping[Any, Any]) -> int:
    """How many characters annotations have, their keys and their texts; of what is no text, how many parts."""
    try:
        return sum(map(len, annotations)) + sum(map(len, annotations.values()))
    except TypeError:  # a number or null, which YAML may also have for a key
        return sum(map(len, map(str, annotations))) + sum(map(_size, annotations.values()))


def _size(value: object) -> int:
    return len(value) if isinstance(value, str | list | dict) else 1


def crowded(where: Where, count: int, what: str = "entries", most: int = MOST_ENTRIES) -> Problem:
    """The problem of having more of something than anybody needs, `most` of it."""
    return Problem(where, Kind.INVALID, ABSENT, f"has {count} {what}, of which no Service needs more than {most}")


def values_in(text: str) -> int:
    """How many values a JSON text has, or a few more: one for each bracket and each comma."""
    return text.count("{") + text.count("[") + text.count(",")


def some(names: Iterable[object], between: str = ", ") -> str:
    """The first names of many, with commas or other words between them, and how many more there are."""
    listed = list(names)
    more = f" and {len(listed) - MOST_NAMED} more" if len(listed) > MOST_NAMED else ""
    return (", " if more else between).join(str(name)[:_LONGEST_NAME] for name in listed[:MOST_NAMED]) + more
