"""Commas: an annotation's text that lists things with commas between them."""

from collections.abc import Iterator
from dataclasses import dataclass

from elbguard_rules.core.limits import crowded
from elbguard_rules.core.problem import MOST_ENTRIES, annotation, required
from elbguard_rules.core.reading import Reading
from elbguard_rules.core.rule import Rule


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
class Commas:
    """A reader of such texts: an empty entry breaks `rule`; `such_as` shows how it looks right."""

    key: str
    rule: Rule
    such_as: str

    def __call__(self, text: str) -> Reading:
        """What the text says."""
        if (count := text.count(",") + 1) > MOST_ENTRIES:
            return Reading(None, ((self.rule, crowded(annotation(self.key), count)),))
        texts = text.split(",") if text.strip() else []
        detail = f"an entry is empty: put one comma between two entries, as in {self.such_as}"
        places = (annotation(self.key, index) for index, entry in enumerate(texts) if not entry.strip())
        problems = tuple((self.rule, required(place, detail)) for place in places)
        return Reading(None if problems else Items(tuple(texts)), problems)


def commas(key: str, rule: Rule, such_as: str) -> Commas:
    """A reader of such texts, for an Annotation; an empty entry breaks `rule`, `such_as` shows how it looks right."""
    return Commas(key, rule, such_as)
