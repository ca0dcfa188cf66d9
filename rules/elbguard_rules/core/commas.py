"""Commas: an annotation's text that lists things with commas between them."""

from collections.abc import Iterator
from typing import Any, Final

from elbguard_rules.core import cel
from elbguard_rules.core.limits import crowded
from elbguard_rules.core.problem import MOST_ENTRIES, required
from elbguard_rules.core.reader import Owner, Reader
from elbguard_rules.core.reading import Reading
from elbguard_rules.core.record import record

_BLANK: Final = r"\s\v\x{85}\p{Z}"  # what `trim` of CEL takes off
_ENTRY: Final = f"[^,]*[^,{_BLANK}][^,]*"
_NO_EMPTY_ENTRY: Final = f"^([{_BLANK}]*|{_ENTRY}(,{_ENTRY})*)$"


@record
class Items:
    """The things listed, as written, blanks included; none where the text is empty."""

    texts: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[str]:
        return iter(self.texts)

    def __len__(self) -> int:
        return len(self.texts)

    def repeated(self) -> Iterator[tuple[int, str]]:
        """Position and text of those that stand there for a second time."""
        seen: set[str] = set()
        for index, text in enumerate(self.texts):
            if text in seen:
                yield index, text
            seen.add(text)


@record
class Commas(Reader[Items]):
    """Reads such texts: an empty entry is wrong; `such_as` shows how it looks right."""

    several = "commas"
    such_as: str

    def read(self, text: str, owner: Owner) -> Reading:
        """The things listed."""
        if (count := text.count(",") + 1) > MOST_ENTRIES:
            return Reading(None, ((owner.rule, crowded(owner.at(), count)),))
        texts = text.split(",") if text.strip() else []
        detail = f"an entry is empty: put one comma between two entries, as in {self.such_as}"
        empty = (owner.at(index) for index, entry in enumerate(texts) if not entry.strip())
        problems = tuple((owner.rule, required(where, detail)) for where in empty)
        return Reading(None if problems else Items(tuple(texts)), problems)

    def samples(self) -> tuple[str, ...]:
        """One thing, two of it, empty entries, and nothing."""
        one = self.such_as.partition(",")[0]
        return (one, f"{one},{one}", f"{one}, {one}", f"{one},", ",", "", " ")

    def schema(self) -> dict[str, Any]:
        """`pattern`."""
        entry = r"\s*[^,\s][^,]*"
        return {"type": "string", "pattern": rf"^(\s*|{entry}(,{entry})*)$"}

    def cel(self, value: str) -> list[str]:
        """No entry is empty."""
        return [f"{value}.matches({cel.text(_NO_EMPTY_ENTRY)})"]
