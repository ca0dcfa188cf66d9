"""Reader: how the text of an annotation is read, and what it may be, for code, JSON Schema and the API server."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar, Final, Generic, Literal, Protocol, TypeVar

from elbguard_rules.core.default import Default
from elbguard_rules.core.gate import Gate
from elbguard_rules.core.problem import Step, Where
from elbguard_rules.core.reading import Reading
from elbguard_rules.core.record import record
from elbguard_rules.core.rule import Rule

T = TypeVar("T")
_NONE: Final[Mapping[str, Any]] = MappingProxyType({})


class Owner(Protocol):
    """Whose text is read: its place, and the rule that a wrong one breaks."""

    @property
    def rule(self) -> Rule:
        """The rule about the text as a whole."""
        ...

    def at(self, *inner: Step) -> Where:
        """The place of the text, or of something inside it."""
        ...


@record
class Member:
    """A member of the JSON object in a text."""

    name: str
    rule: Rule
    default: Default | None
    gates: tuple[Gate, ...]
    choices: tuple[str, ...]
    is_text: bool


class Reader(ABC, Generic[T]):
    """Reads a text as a `T`.

    `form` is what the text is: plain, or JSON with an object, an array of objects, or anything else in it. `choices`
    are its values where they are few, `hints` the words of others for them, `whose` whose words those are; `members`
    those of an object, or of each element of an array; `parts` all that a Reading may have in its `parts`.
    """

    form: ClassVar[Literal["text", "object", "array", "json"]] = "text"
    several: ClassVar[Literal["commas", "word"]] = "word"  # whether a plain text lists things, with commas between
    words: ClassVar[str] = "a text"  # what the text is, for a reader of the reference
    choices: tuple[str, ...] = ()
    hints: Mapping[str, str] = _NONE
    whose: Mapping[str, str] = _NONE
    members: Mapping[str, Member] = _NONE
    parts: frozenset[str] = frozenset()
    rules: tuple[Rule, ...] = ()  # about what stands inside the text

    @abstractmethod
    def read(self, text: str, owner: Owner) -> Reading:
        """What the text says; a pure function of it."""

    def samples(self) -> tuple[str, ...]:
        """Texts to try: right ones, borderline ones and wrong ones; none where only an example can tell."""
        return ()

    def used(self, value: T) -> bool:
        """Whether a value asks for something; what is empty or off needs nothing."""
        return bool(value)

    def schema(self) -> dict[str, Any]:
        """The JSON Schema of what is read: of the text, or of the JSON in it."""
        return {"type": "string"}

    def cel(self, value: str) -> list[str] | None:
        """What must hold for the text that the CEL expression `value` gives; None where only code can tell."""
        return None
