"""Commas: an annotation's text that lists things with commas between them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from rules.core.finding import annotation, required
from rules.core.reading import Reading
from rules.core.rule import Rule


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
        for index, text in enumerate(self.texts):
            if text in self.texts[:index]:
                yield index, text


def commas(key: str, rule: Rule, such_as: str) -> Callable[[str], Reading]:
    """A reader of such texts, for an Annotation; an empty entry breaks `rule`, `such_as` shows how it looks right."""

    def read(text: str) -> Reading:
        texts = text.split(",") if text.strip() else []
        detail = f"an entry is empty: must be like {such_as}, with one comma between two"
        empty = ((rule, required(annotation(key, index), detail)) for index, t in enumerate(texts) if not t.strip())
        problems = tuple(empty)
        return Reading(None if problems else Items(tuple(texts)), problems)

    return read
