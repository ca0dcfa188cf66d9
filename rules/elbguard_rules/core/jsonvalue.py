"""JsonValue: the JSON inside an annotation's text, as its class declares it, and how it is read.

An annotation holds an object, `Object(Autocreate)`, an array of objects, `ArrayOf(HealthCheck)`, or any other JSON,
`AnyJson(dict[str, list[str]])`. What can still be read of a text with mistakes is read: each mistake is reported once.
"""

from abc import abstractmethod
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from functools import cached_property
from itertools import islice
from types import NoneType
from typing import TYPE_CHECKING, Any, ClassVar, Literal, TypeVar, get_args, get_origin

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from elbguard_rules.core import folding, jsontext, wording
from elbguard_rules.core.default import Default
from elbguard_rules.core.gate import Gate
from elbguard_rules.core.limits import MOST_VALUES, crowded, values_in
from elbguard_rules.core.nearest import nearest
from elbguard_rules.core.problem import ABSENT, MOST_ENTRIES, MOST_TOLD, Kind, Problem, Step, Where, duplicate, invalid
from elbguard_rules.core.reader import Member, Owner, Reader
from elbguard_rules.core.reading import Malformed, Reading
from elbguard_rules.core.rule import Rule
from elbguard_rules.core.shapes import Shape

_Broken = tuple[tuple[Rule, Problem], ...]
_Named = tuple[tuple[Step, ...], str]  # the path of a member under its right name, and the name as it is written


class JsonValue(BaseModel):
    """A JSON object inside an annotation. Members are `Annotated[type | MISSING, ..., Rule(...)] = MISSING`.

    Reading a member whose own shape is wrong raises Malformed: the rule that asked stands down.
    """

    model_config = ConfigDict(strict=True, frozen=True, extra="ignore")

    blank_is_absent: ClassVar[bool] = False  # whether CCE reads "" in a text member as if it were not there
    is_complete: ClassVar[bool] = True  # whether documents name all members; if not, an unknown one may be right
    commented: ClassVar[Rule | None] = None  # what comments break, where documents show such a text
    foreign: ClassVar[Mapping[str, str]] = {}  # members that people bring from elsewhere, and what to say about them

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            if name in type(self).model_fields:
                raise Malformed(name)
            return super().__getattr__(name)


T = TypeVar("T")
V = TypeVar("V", bound=JsonValue)


def members_of(model: type[JsonValue]) -> dict[str, Member]:
    """The members of a JSON annotation by name. Raises TypeError when one has no rule."""
    found: dict[str, Member] = {}
    for name, info in model.model_fields.items():
        rules = [item for item in info.metadata if isinstance(item, Rule)]
        if len(rules) != 1:
            raise TypeError(f"{model.__name__}.{name} needs exactly one Rule in its Annotated type")
        kinds = set(kinds_of(info.annotation))
        choices = tuple(c for kind in kinds if get_origin(kind) is Literal for c in get_args(kind))
        default = next((item for item in info.metadata if isinstance(item, Default)), None)
        gates = tuple(item for item in info.metadata if isinstance(item, Gate))
        found[name] = Member(name, rules[0], default, gates, choices, str in kinds or bool(choices))
    return found


def kinds_of(hint: Any) -> Iterator[Any]:
    """The types that a type hint is made of, without `Annotated`, `Optional` and unions around them."""
    if get_origin(hint) is Literal or not get_args(hint) or isinstance(hint, type):
        yield hint
        return
    if get_origin(hint) in (list, dict):
        yield get_origin(hint)
        return
    for part in get_args(hint):
        if part is not NoneType:
            yield from kinds_of(part)


class JsonText(Reader[T]):
    """Base of what reads JSON: the text as a whole is judged here, its value by `value`."""

    commented: Rule | None = None  # what comments break, where documents show such a text

    def read(self, text: str, owner: Owner) -> Reading:
        """What the text says."""
        if len(text) > MOST_VALUES and (count := values_in(text)) > MOST_VALUES:
            return Reading(None, ((owner.rule, crowded(owner.at(), count, "values", MOST_VALUES)),))
        try:
            return self.value(jsontext.load(text), owner)
        except jsontext.DuplicateKey as mistake:
            return _twice(mistake, owner)
        except folding.Twice as twice:
            return _twice(_found(twice, text), owner)
        except jsontext.JsonMistake as mistake:
            problem = invalid(
                owner.at(), mistake.near(text), f"not JSON: {mistake.detail}", f"not JSON at {mistake.place}"
            )
            rule = self.commented if isinstance(mistake, jsontext.Comment) else None
            return Reading(None, ((rule or owner.rule, problem),))

    @abstractmethod
    def value(self, raw: Any, owner: Owner) -> Reading:
        """What the JSON says. Raises folding.Twice."""


class AnyJson(JsonText[T]):
    """Any JSON that has the type `kind`, strictly."""

    form = "json"
    words = "JSON"

    def __init__(self, kind: Any) -> None:
        self._kind = kind

    @cached_property
    def _adapter(self) -> TypeAdapter[T]:
        """Made when it is wanted first: a command that reads few annotations starts the sooner."""
        return TypeAdapter(self._kind)

    def value(self, raw: Any, owner: Owner) -> Reading:
        """The value, or all mistakes."""
        try:
            return Reading(self._adapter.validate_python(raw, strict=True))
        except ValidationError as error:
            found = error.errors(include_url=False)
            places = (tuple(step for step in each["loc"] if step != "[key]") for each in found)
            problems = (wording.problem(each, owner.at(*place)) for each, place in zip(found, places, strict=True))
            return Reading(None, tuple((owner.rule, problem) for problem in problems))

    def schema(self) -> dict[str, Any]:
        """What pydantic says of the type."""
        return self._adapter.json_schema()


class Objects(JsonText[T]):
    """Base of what reads objects of the class `model`."""

    def __init__(self, model: type[JsonValue]) -> None:
        self.model, self.commented = model, model.commented
        self.members = members_of(model)
        self.parts = frozenset(self.members)
        self.names = folding.Names(self.members)
        self.rules = (*((model.commented,) if model.commented else ()), *(m.rule for m in self.members.values()))
        self._blankable = frozenset(m.name for m in self.members.values() if m.is_text)

    def schema(self) -> dict[str, Any]:
        """What pydantic says of the class."""
        return TypeAdapter(self.model).json_schema()

    def written(self, name: str) -> tuple[tuple[Any, ...], list[Any]]:
        """How the class declares a member: its types, and what narrows them."""
        field = self.model.model_fields[name]
        return tuple(kinds_of(field.annotation)), field.metadata

    def _object(
        self, raw: dict[str, Any], owner: Owner, *inner: int
    ) -> tuple[JsonValue, _Broken, dict[str, Any], AbstractSet[str], tuple[Problem, ...], tuple[_Named, ...]]:
        """An object's value, mistakes, members under their right names, and the names of those with something in them.

        Then unknown members, and those in other capitals.
        """
        named: tuple[_Named, ...] = ()
        hints: tuple[Problem, ...] = ()
        if not raw.keys() <= self.members.keys():
            raw, written = self.names.righted(raw, inner)
            named = tuple(((*inner, right), name) for right, name in written.items())
            places = ((name, owner.at(*inner, name)) for name in raw if name not in self.members)
            unknown = (hint for name, where in places for hint in self._unknown(name, where))
            hints = tuple(islice(unknown, MOST_TOLD))
        given = raw
        if self.model.blank_is_absent and "" in raw.values():
            given = {name: value for name, value in raw.items() if value != "" or name not in self._blankable}
        try:
            return self.model.__pydantic_validator__.validate_python(given), (), raw, given.keys(), hints, named
        except ValidationError as error:
            value, broken = self._partly(given, owner, inner, error.errors(include_url=False))
            return value, broken, raw, given.keys(), hints, named

    def _partly(
        self, given: dict[str, Any], owner: Owner, inner: tuple[int, ...], errors: list[ErrorDetails]
    ) -> tuple[JsonValue, _Broken]:
        """What can still be read when some members are wrong: those raise Malformed when a rule asks for them."""
        broken = {str(error["loc"][0]): error for error in reversed(errors)}
        value = self.model.model_construct(**{k: v for k, v in given.items() if k in self.members and k not in broken})
        for name in broken:
            value.__dict__.pop(name, None)
        problems = tuple(
            (
                self.members[name].rule,
                wording.problem(error, owner.at(*inner, *error["loc"]), self.members[name].choices, self._limits(name)),
            )
            for name, error in broken.items()
        )
        return value, problems

    def _limits(self, name: str) -> str:
        """What a member may be, apart from its type, in words: `between 1 and 2000 Mbit/s`."""
        shapes = (item for item in self.model.model_fields[name].metadata if isinstance(item, Shape))
        return ", ".join(filter(None, (shape.limits for shape in shapes)))

    def _unknown(self, name: str, where: Where) -> Iterator[Problem]:
        close = nearest(name, self.members)
        if close or self.model.is_complete:
            detail = f'unknown member: did you mean "{close}"?' if close else "unknown member: CCE ignores it"
            foreign = self.model.foreign.get(name, "")
            yield Problem(where, Kind.INVALID, ABSENT, foreign or detail, "" if foreign else close or "")


class Object(Objects[V]):
    """One object, as its class declares it."""

    form = "object"
    words = "a JSON object"

    def __init__(self, model: type[V]) -> None:
        super().__init__(model)

    def value(self, raw: Any, owner: Owner) -> Reading:
        """The object, as far as it can be read."""
        if not isinstance(raw, dict):
            detail = f"must be a JSON object in braces, not {wording.kind_of(raw)}"
            return Reading(None, ((owner.rule, invalid(owner.at(), raw, detail, wording.briefly(detail))),))
        value, broken, raw, parts, hints, written = self._object(raw, owner)
        return Reading(value, broken, raw, hints, written=written, parts=parts)


class ArrayOf(Objects[tuple[V, ...]]):
    """An array of objects, each read by itself. One object in the place of an array is read as its only element."""

    form = "array"
    words = "a JSON array of objects"

    def __init__(self, model: type[V]) -> None:
        super().__init__(model)

    def value(self, raw: Any, owner: Owner) -> Reading:
        """The elements, as far as they can be read."""
        if not isinstance(raw, list | dict):
            detail = f"must be a JSON array of objects, in brackets, not {wording.kind_of(raw)}"
            return Reading(None, ((owner.rule, invalid(owner.at(), raw, detail, wording.briefly(detail))),))
        values: list[JsonValue] = []
        broken: list[tuple[Rule, Problem]] = []
        hints: list[Problem] = []
        written: list[_Named] = []
        parts: AbstractSet[str] = set()
        elements = raw if isinstance(raw, list) else [raw]
        if len(elements) > MOST_ENTRIES:
            return Reading(None, ((owner.rule, crowded(owner.at(), len(elements), "elements")),))
        for index, element in enumerate(elements):
            if len(broken) > MOST_TOLD:
                break
            if not isinstance(element, dict):
                detail = f"must be a JSON object in braces, not {wording.kind_of(element)}"
                broken.append((owner.rule, invalid(owner.at(index), element, detail, wording.briefly(detail))))
                continue
            value, wrong, _, given, unknown, named = self._object(element, owner, index)
            parts |= given
            values.append(value)
            broken += wrong
            hints += unknown[: MOST_TOLD - len(hints)]  # hints refuse nothing, so they must not keep rules from asking
            written += named
        whole = tuple(values) if len(values) == len(elements) else None
        lone = isinstance(raw, dict)
        return Reading(whole, tuple(broken), None, tuple(hints), lone, tuple(written), parts & self.parts)


def _twice(mistake: jsontext.DuplicateKey, owner: Owner) -> Reading:
    problem = duplicate(owner.at(*mistake.path), mistake.path[-1], mistake.detail, "is given twice")
    return Reading(None, ((owner.rule, problem),))


def _found(twice: folding.Twice, text: str) -> jsontext.DuplicateKey:
    """The member given twice, with its place in the text."""
    *around, name = twice.path
    within = jsontext.scan(text).at(tuple(around))
    start, end = within.keys[str(name)] if within else (0, 0)
    return jsontext.DuplicateKey(str(twice), start, end, twice.path, text)
