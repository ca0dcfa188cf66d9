"""Annotation: the handle of one annotation key: how its text is read, what is filled in, since which version."""

from collections.abc import Iterator
from functools import cached_property
from typing import Any, Final, Literal, TypeVar, get_args, get_origin

from pydantic import TypeAdapter, ValidationError

from elbguard_rules.core import wording
from elbguard_rules.core.default import Default
from elbguard_rules.core.gate import Gate
from elbguard_rules.core.jsonvalue import Json, JsonReader, JsonValue, Member, kinds_of
from elbguard_rules.core.problem import Step, Where, annotation
from elbguard_rules.core.reading import Readable, Reading
from elbguard_rules.core.remembered import READINGS
from elbguard_rules.core.rule import Rule

T = TypeVar("T")
_MODEL: Final = type(JsonValue)


class Annotation(Readable[T]):
    """One annotation key.

    `type` is a JsonValue, a list of one, a `Json`, any type that pydantic can validate from the text, or a function
    from the text to a Reading; `rule` says what the text must be, None where any text will do.
    `blank_is_absent`: CCE reads the empty text as if the key were not there. `after_create`: `free` to change, `fixed`,
    or `kept`: fixed, and restored when an update merely omits it. `hints` translates values of neighbouring
    products into CCE's, `whose` says whose words they are.
    """

    def __init__(  # noqa: PLR0913 - what an annotation is, by name
        self,
        key: str,
        type: Any,  # noqa: A002 - the word is right at the place where annotations are declared
        rule: Rule | None,
        *,
        blank_is_absent: bool = True,
        after_create: Literal["free", "fixed", "kept"] = "free",
        default: Default | None = None,
        gates: tuple[Gate, ...] = (),
        hints: dict[str, str] | None = None,
        whose: dict[str, str] | None = None,
    ) -> None:
        self.key, self.type, self._rule = key, type, rule
        self.blank_is_absent, self.after_create = blank_is_absent, after_create
        self.default, self.gates = default, gates
        self.hints, self.whose = hints or {}, whose or {}
        self.choices: tuple[str, ...] = ()
        self.members: dict[str, Member] = {}
        self.where = annotation(key)
        self.json: JsonReader | None = None
        if _is_json(type):
            self.json = JsonReader(type, self.rule, self.at)
            self.members = self.json.members
        elif not _is_reader(type):
            self.choices = tuple(c for kind in kinds_of(type) if get_origin(kind) is Literal for c in get_args(kind))

    def __repr__(self) -> str:
        return f"Annotation({self.key!r})"

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules about the shape of the text and of its members."""
        own = (self._rule,) if self._rule else ()
        return (*own, *(self.json.rules if self.json else ()))

    @property
    def rule(self) -> Rule:
        """The rule about the text's own shape; only an annotation whose text may be anything has none."""
        if self._rule is None:
            raise TypeError(f"{self.key} may be any text")
        return self._rule

    @property
    def form(self) -> Literal["json", "commas", "word"]:
        """How the text says several things: as JSON, with commas between them (or as its reader wants), not at all."""
        return "json" if self.json else "commas" if _is_reader(self.type) else "word"

    @property
    def is_object(self) -> bool:
        """Whether the text is a JSON object with members, to which absent ones can be added."""
        return self.json is not None and self.json.form == "object"

    @property
    def all_gates(self) -> Iterator[tuple[str, Gate]]:
        """The gates of the annotation, under the name "", and of its members under theirs."""
        yield from (("", gate) for gate in self.gates)
        yield from ((member.name, gate) for member in self.members.values() for gate in member.gates)

    def at(self, *inner: Step) -> Where:
        """The place of a member or list element inside the annotation's text."""
        return Where(self.where.steps, inner)

    def read(self, text: str) -> Reading:
        """Read the annotation's text; a pure function of the text, so its result is remembered for a while."""
        reading = READINGS.get(self.key, text)
        if reading is None:
            reading = self._read(text)
            READINGS.put(self.key, text, reading)
        return reading

    @cached_property
    def _validate(self) -> Any:
        """Made when a text is read first: a command that reads few annotations starts the sooner."""
        return TypeAdapter(self.type).validator.validate_python

    def _read(self, text: str) -> Reading:
        if self.json:
            return self.json.read(text)
        if _is_reader(self.type):
            reading: Reading = self.type(text)
            return reading
        try:
            return Reading(self._validate(text))
        except ValidationError as error:
            found = error.errors(include_url=False)[0]
            return Reading(
                None, ((self.rule, wording.problem(found, self.where, self.choices, self.hints, self.whose)),)
            )


def _is_json(kind: Any) -> bool:
    element = get_args(kind)[0] if get_origin(kind) is list else kind
    return isinstance(kind, Json) or isinstance(element, _MODEL)


def _is_reader(kind: Any) -> bool:
    return callable(kind) and not isinstance(kind, type) and get_origin(kind) is None
