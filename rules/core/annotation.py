"""Annotation: the handle of one annotation key: how its text is read, what is filled in, since which version."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from types import NoneType
from typing import TYPE_CHECKING, Any, ClassVar, Final, Generic, Literal, TypeVar, get_args, get_origin

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from rules.core import jsontext, wording
from rules.core.facts import VersionGate
from rules.core.finding import ABSENT, Kind, Problem, Step, Where, annotation, duplicate, invalid
from rules.core.nearest import nearest
from rules.core.rule import Rule

if TYPE_CHECKING:
    from rules.core.policy import Policy
    from rules.core.service import Service

T = TypeVar("T")
_LONGEST_CACHED: Final = 8192  # characters of a text; longer ones are read anew each time, so the cache stays small


class Malformed(Exception):
    """A rule read an annotation, or a member of it, whose own shape is wrong and already reported."""


@dataclass(frozen=True, slots=True)
class Default:
    """What is written where the author wrote nothing.

    `value` is the text, or a function of the Service and the operator's policy (None: nothing can be written). `when`
    is a predicate over the Service; its docstring stands in the reference.
    """

    value: "str | Callable[[Service, Policy], str | None]"
    when: "Callable[[Service], bool] | None" = None


@dataclass(frozen=True, slots=True)
class Gate:
    """A condition on the cluster's version as data: `rule` breaks when `of` holds for the value but `needs` is unmet.

    `feature` is what the sentence is about; the annotation or member itself when empty.
    """

    rule: Rule
    needs: VersionGate
    of: Callable[[Any], bool] | None = None
    feature: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What an annotation's text says.

    `value` is the typed value, None where nothing could be read. `problems` are the mistakes of its own shape, each
    with the rule it breaks. `raw` is the JSON object as written, for those who fill it.
    """

    value: Any
    problems: tuple[tuple[Rule, Problem], ...] = ()
    raw: dict[str, Any] | None = None
    hints: tuple[Problem, ...] = ()


class JsonValue(BaseModel):
    """A JSON object inside an annotation. Members are `Annotated[type | MISSING, ..., Rule(...)] = MISSING`.

    Reading a member whose own shape is wrong raises Malformed: the rule that asked stands down.
    """

    model_config = ConfigDict(strict=True, frozen=True, extra="ignore")

    blank_is_absent: ClassVar[bool] = False  # whether CCE reads "" in a text member as if it were not there

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            if name in type(self).model_fields:
                raise Malformed(name)
            return super().__getattr__(name)


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a JsonValue as its class body declares it."""

    name: str
    rule: Rule
    default: Default | None
    gate: Gate | None
    choices: tuple[str, ...]
    is_text: bool


def members_of(model: type[JsonValue]) -> dict[str, Member]:
    """The members of a JSON annotation by name. Raises TypeError when one has no rule."""
    found: dict[str, Member] = {}
    for name, info in model.model_fields.items():
        rules = [item for item in info.metadata if isinstance(item, Rule)]
        if len(rules) != 1:
            raise TypeError(f"{model.__name__}.{name} needs exactly one Rule in its Annotated type")
        kinds = set(_kinds(info.annotation))
        choices = tuple(c for kind in kinds if get_origin(kind) is Literal for c in get_args(kind))
        default = next((item for item in info.metadata if isinstance(item, Default)), None)
        gate = next((item for item in info.metadata if isinstance(item, Gate)), None)
        found[name] = Member(name, rules[0], default, gate, choices, str in kinds or bool(choices))
    return found


def _kinds(hint: Any) -> Iterator[Any]:
    if get_origin(hint) is Literal or not get_args(hint) or isinstance(hint, type):
        yield hint
        return
    if get_origin(hint) is list:
        yield list
        return
    for part in get_args(hint):
        if part is not NoneType:
            yield from _kinds(part)


class Annotation(Generic[T]):
    """One annotation key.

    `type` is a JsonValue, any type that pydantic can validate from the text, or a function from the text to a Reading;
    `rule` says what the text must be, None where any text will do.
    `blank_is_absent`: CCE reads the empty text as if the key were not there. `after_create`: `free` to change, `fixed`,
    or `kept`: fixed, and restored when an update merely omits it. `hints` translates values of neighbouring
    products into CCE's.
    """

    def __init__(
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
    ) -> None:
        self.key, self.type, self._rule = key, type, rule
        self.blank_is_absent, self.after_create = blank_is_absent, after_create
        self.default, self.gates = default, gates
        self.hints = hints or {}
        self.members: dict[str, Member] = {}
        self.where = annotation(key)
        self._cached = lru_cache(maxsize=1024)(self._read)
        if isinstance(type, _MODEL):
            self.members = members_of(type)
            self._validate: Any = type.__pydantic_validator__.validate_python
        elif not _is_reader(type):
            self._validate = TypeAdapter(type).validator.validate_python
            self.choices = tuple(c for kind in _kinds(type) if get_origin(kind) is Literal for c in get_args(kind))
        self._blankable = frozenset(m.name for m in self.members.values() if m.is_text)

    def __repr__(self) -> str:
        return f"Annotation({self.key!r})"

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules about the shape of the text and of its members."""
        own = (self._rule,) if self._rule else ()
        return (*own, *(member.rule for member in self.members.values()))

    @property
    def rule(self) -> Rule:
        """The rule about the text's own shape; only an annotation whose text may be anything has none."""
        if self._rule is None:
            raise TypeError(f"{self.key} may be any text")
        return self._rule

    @property
    def is_json(self) -> bool:
        """Whether the text is a JSON object with members."""
        return bool(self.members)

    def at(self, *inner: Step) -> Where:
        """The place of a member or list element inside the annotation's text."""
        return Where(self.where.steps, inner)

    def read(self, text: str) -> Reading:
        """Read the annotation's text; a pure function of the text, so its result is kept."""
        return self._cached(text) if len(text) <= _LONGEST_CACHED else self._read(text)

    def forget(self) -> None:
        """Forget all readings, as if no text had been seen yet."""
        self._cached.cache_clear()

    def _read(self, text: str) -> Reading:
        if self.members:
            return self._read_json(text)
        if _is_reader(self.type):
            reading: Reading = self.type(text)
            return reading
        try:
            return Reading(self._validate(text))
        except ValidationError as error:
            found = error.errors(include_url=False)[0]
            return Reading(None, ((self.rule, wording.problem(found, self.where, self.choices, self.hints)),))

    def _read_json(self, text: str) -> Reading:
        try:
            raw = jsontext.load(text)
        except jsontext.DuplicateKey as mistake:
            inner = tuple(mistake.path)
            return Reading(None, ((self.rule, duplicate(self.at(*inner), inner[-1], mistake.detail)),))
        except jsontext.JsonMistake as mistake:
            return Reading(None, ((self.rule, invalid(self.where, mistake.near(text), f"not JSON: {mistake.detail}")),))
        if not isinstance(raw, dict):
            detail = f"must be a JSON object in braces, not {wording.kind_of(raw)}"
            return Reading(None, ((self.rule, invalid(self.where, raw, detail)),))
        given = raw
        if self.type.blank_is_absent:
            given = {name: value for name, value in raw.items() if value != "" or name not in self._blankable}
        hints = tuple(self._unknown(name) for name in raw if name not in self.members)
        try:
            return Reading(self._validate(given), (), raw, hints)
        except ValidationError as error:
            return self._partly(given, raw, hints, error.errors(include_url=False))

    def _partly(
        self, given: dict[str, Any], raw: dict[str, Any], hints: tuple[Problem, ...], errors: list[ErrorDetails]
    ) -> Reading:
        """What can still be read when some members are wrong: those raise Malformed when a rule asks for them."""
        broken = {str(error["loc"][0]): error for error in reversed(errors)}
        value = self.type.model_construct(**{k: v for k, v in given.items() if k in self.members and k not in broken})
        for name in broken:
            value.__dict__.pop(name, None)
        problems = tuple(
            (self.members[name].rule, wording.problem(error, self.at(*error["loc"]), self.members[name].choices, {}))
            for name, error in broken.items()
        )
        return Reading(value, problems, raw, hints)

    def _unknown(self, name: str) -> Problem:
        close = nearest(name, self.members)
        detail = f'did you mean "{close}"?' if close else "CCE does not know this member and ignores it"
        return Problem(self.at(name), Kind.INVALID, ABSENT, detail)


_MODEL: Final = type(JsonValue)


def _is_reader(kind: Any) -> bool:
    return callable(kind) and not isinstance(kind, type) and get_origin(kind) is None
