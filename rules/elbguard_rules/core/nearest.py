"""Did you mean: the nearest known word to one that is not known."""

from collections.abc import Iterable
from functools import lru_cache

FARTHEST = 2  # edits; the catalogue's policy for unknown keys
_LONGEST = 100  # characters of a word that may be meant for a known one; these have fewer than 70


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word within two edits of `word`, or equal but for case, hyphens and underscores; else None.

    Of several the closest wins, then the first in alphabetical order. Which other number was meant nobody can tell.
    """
    return _nearest(word, tuple(known)) if len(word) <= _LONGEST else None


@lru_cache(maxsize=256)  # of short words, so that nobody's texts fill the memory
def _nearest(word: str, known: tuple[str, ...]) -> str | None:
    plain = _plain(word)
    ranked = sorted(
        (0 if plain == _plain(other) else _distance(word, other), other)
        for other in known
        if abs(len(other) - len(word)) <= FARTHEST and not _has_another_number(word, other)
    )
    farthest = min(FARTHEST, max(1, len(word) // 3))  # two edits of a short word make any other
    return ranked[0][1] if ranked and ranked[0][0] <= farthest else None


def _has_another_number(word: str, other: str) -> bool:
    """Whether two words differ in their numbers only, as ELB101 and ELB102 do."""
    ours, theirs = ("".join(filter(str.isdigit, each)) for each in (word, other))
    return bool(ours and theirs) and ours != theirs and _letters(word) == _letters(other)


def _letters(word: str) -> str:
    return "".join(sign for sign in _plain(word) if not sign.isdigit())


def _plain(word: str) -> str:
    return word.casefold().replace("_", "").replace("-", "")


def _distance(a: str, b: str) -> int:
    """Edits (insert, delete, replace, swap neighbours) that turn `a` into `b`; of many only that they are."""
    a, b = _different(a, b)
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, start=1):
        before, last, row = row, before, [i]
        for j, y in enumerate(b, start=1):
            cost = min(before[j] + 1, row[-1] + 1, before[j - 1] + (x != y))
            if last and j > 1 and x == b[j - 2] and a[i - 2] == y:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
        if min(row) > FARTHEST and min(before) > FARTHEST:
            break  # it will not get less
    return row[-1]


def _different(a: str, b: str) -> tuple[str, str]:
    """Two words without what both begin and end with."""
    most = min(len(a), len(b))
    first = next((i for i in range(most) if a[i] != b[i]), most)
    last = next((i for i in range(most - first) if a[-1 - i] != b[-1 - i]), most - first)
    return a[first : len(a) - last], b[first : len(b) - last]
