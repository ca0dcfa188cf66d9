"""Choice: a text that is one of a few words."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, Literal, TypeVar

from elbguard_rules.core import cel, wording
from elbguard_rules.core.reader import Owner, Reader
from elbguard_rules.core.reading import Reading

Word = TypeVar("Word", bound=str)
OnOff = Literal["true", "false"]
OTHER_WORDS: Final = {
    **dict.fromkeys(("on", "yes", "1", "enable", "enabled"), "true"),
    **dict.fromkeys(("off", "no", "0", "disable", "disabled"), "false"),
}
_NONE: Final[Mapping[str, str]] = MappingProxyType({})


class Choice(Reader[Word]):
    """One of `choices`; `hints` translates words of others into them, `whose` says whose words those are.

    A word of `also` is right as well, and advertised nowhere.
    """

    def __init__(
        self,
        *choices: Word,
        hints: Mapping[str, str] = _NONE,
        whose: Mapping[str, str] = _NONE,
        also: tuple[Word, ...] = (),
    ) -> None:
        self.choices, self.hints, self.whose, self.also = choices, hints, whose, also
        self.parts = frozenset((*choices, *also))
        self._readings: dict[str, Reading] = {word: Reading(word, parts=frozenset((word,))) for word in self.parts}

    def read(self, text: str, owner: Owner) -> Reading:
        """The word, as it is written."""
        reading = self._readings.get(text)
        if reading is None:
            problem = wording.choice(text, owner.at(), self.choices, self.hints, self.whose)
            reading = Reading(None, ((owner.rule, problem),))
        return reading

    def samples(self) -> tuple[str, ...]:
        """Each word, one in other capitals, one of others, and nothing."""
        return (*self.choices, self.choices[0].swapcase(), *list(self.hints)[:2], "?", "")

    def schema(self) -> dict[str, Any]:
        """`enum`."""
        return {"type": "string", "enum": [*self.choices, *self.also]}

    def cel(self, value: str) -> list[str]:
        """It is among them."""
        return [cel.among(value, (*self.choices, *self.also))]


class Switch(Choice[OnOff]):
    """What is on or off: true or false."""

    def __init__(self) -> None:
        super().__init__("true", "false", hints=OTHER_WORDS)

    def used(self, value: OnOff) -> bool:
        """What is off needs nothing."""
        return value == "true"
