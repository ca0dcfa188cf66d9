"""Which known word was surely meant: the only one that is a slip of the pen away."""

import re
from collections.abc import Iterable
from typing import Final

_SHORTEST: Final = 3  # letters; of shorter words one edit makes any other
_SEPARATORS: Final = re.compile(r"[-_\s]+")


def folded(word: str) -> str:
    """The word without what people vary: case, blanks around it, hyphens for underscores."""
    return _SEPARATORS.sub("_", word.strip().casefold())


def bare(word: str) -> str:
    """The word without case, blanks, hyphens and underscores."""
    return folded(word).replace("_", "")


def surely(word: str, known: Iterable[str]) -> str | None:
    """The one known word equal to `word` but for case, hyphens and underscores, or else the one a single edit away."""
    plain = bare(word)
    words = list(known)
    equal = [other for other in words if bare(other) == plain]
    near = equal or [other for other in words if len(word) >= _SHORTEST and one_edit_apart(word, other)]
    return near[0] if len(near) == 1 else None


def one_edit_apart(a: str, b: str) -> bool:
    """Whether one insertion, deletion, replacement or swap of neighbours turns `a` into `b`."""
    if a == b or abs(len(a) - len(b)) > 1:
        return False
    i = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    swapped = a[i + 1 : i + 2] + a[i : i + 1] + a[i + 2 :]
    return a[i + 1 :] == b[i:] or a[i:] == b[i + 1 :] or a[i + 1 :] == b[i + 1 :] or swapped == b[i:]
