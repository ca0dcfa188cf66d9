"""What was read before, bounded in bytes over all annotations together.

GitOps sends the same texts all day; mutation, validation and the old object of an update share theirs. Nobody's texts
can fill a worker's memory.
"""

from typing import Final

from elbguard_rules.core.reading import Reading

_MOST: Final = 2 * 1024 * 1024  # bytes of each generation, by the estimate below
_LONGEST: Final = 8192  # characters of a text that is worth remembering
_ENTRY: Final = 512  # bytes of a reading and its places in the maps
_ELEMENT: Final = 1024  # bytes of an object or a list entry that was read, at most


class Remembered:
    """Readings by annotation and text, in two generations: what nobody asked for in the last one is forgotten.

    Only short texts without mistakes are remembered: of the others no two are alike, and their readings may be large.
    No lock: two threads may both read a text, which does no harm.
    """

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self.forget()

    def forget(self) -> None:
        """Forget everything, as if no text had been seen yet."""
        self._young: dict[tuple[str, str], Reading] = {}
        self._old: dict[tuple[str, str], Reading] = {}
        self._size = 0

    def get(self, key: str, text: str) -> Reading | None:
        """The reading of a text of an annotation; None where it is not remembered."""
        if len(text) > _LONGEST:
            return None
        place = (key, text)
        reading = self._young.get(place)
        if reading is None and (reading := self._old.get(place)) is not None:
            self._keep(place, reading)
        return reading

    def put(self, key: str, text: str, reading: Reading) -> None:
        """Remember a reading, unless it is too large or full of mistakes."""
        if len(text) <= _LONGEST and not (reading.problems or reading.hints or reading.written):
            self._keep((key, text), reading)

    def _keep(self, place: tuple[str, str], reading: Reading) -> None:
        text = place[1]
        self._size += _ENTRY + 4 * len(text) + _ELEMENT * (1 + text.count(","))
        if self._size > self._most:
            self._old, self._young, self._size = self._young, {}, 0
        self._young[place] = reading


READINGS: Final = Remembered()
