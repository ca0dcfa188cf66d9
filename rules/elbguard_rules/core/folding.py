"""Folding: the member of a JSON object that a name stands for, as CCE's controllers take it.

They are written in Go. Its encoding/json takes a name that differs from a member's in capitals only for that member,
by Unicode's simple case folding, and of several the last one counts (documentation of Unmarshal). Beyond ASCII two
letters fold to one of ASCII: U+017F, the long s, and U+212A, the sign of the unit kelvin.
"""

from collections.abc import Iterable, Mapping
from string import ascii_lowercase, ascii_uppercase
from typing import Any, Final

Path = tuple[str | int, ...]
_BEYOND: Final = {"\u017f": "s", "\u212a": "k"}
_SMALL: Final = str.maketrans(ascii_uppercase + "".join(_BEYOND), ascii_lowercase + "".join(_BEYOND.values()))


def folded(name: str) -> str:
    """The name in small letters, as far as a letter of ASCII stands for it."""
    return name.translate(_SMALL)


def advice(written: str, right: str) -> str:
    """What to say about a member whose name is written in other capitals."""
    odd = sorted(set(written) & _BEYOND.keys())
    letters = "".join(f"; U+{ord(letter):04X} stands in it for the letter {_BEYOND[letter]}" for letter in odd)
    return f'CCE takes it for "{right}": write it so{letters}'


class Twice(ValueError):
    """An object gives a member twice, not both times in the same capitals; `path` leads to the later name."""

    def __init__(self, path: Path, first: str, then: str, right: str) -> None:
        super().__init__(f"the member {right!r} is given twice, as {first!r} and as {then!r}: to CCE they are the same")
        self.path = path


class Names:
    """The names of an object's members; none of them differs from another in capitals only."""

    def __init__(self, members: Iterable[str]) -> None:
        self._known: Final = {folded(name): name for name in members}
        self._longest: Final = max(map(len, self._known), default=0)

    def right(self, name: str) -> str | None:
        """The member that a name stands for; None where it stands for none."""
        return self._known.get(folded(name)) if len(name) <= self._longest else None  # folding keeps the length

    def righted(self, given: Mapping[str, Any], around: Path = ()) -> tuple[dict[str, Any], dict[str, str]]:
        """An object with its members under their right names, and by those the names that are written otherwise.

        `around` leads to the object. Raises Twice.
        """
        found: dict[str, Any] = {}
        written: dict[str, str] = {}
        for name, value in given.items():
            right = self.right(name) or name
            if right in found:
                raise Twice((*around, name), written.get(right, right), name, right)
            if right != name:
                written[right] = name
            found[right] = value
        return found, written
