"""JsonValue: the JSON inside an annotation's text, as its class declares it, and how it is read.

An annotation holds an object (`Autocreate`), an array of objects (`list[HealthCheck]`), or any other JSON
(`Json(dict[str, list[str]])`). What can still be read of a text with mistakes is read: each mistake is reported once.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from types import NoneType
from typing import TYPE_CHECKING, Any, ClassVar, Final, Literal, get_args, get_origin

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from elbguard_rules.core import folding, jsontext, wording
from elbguard_rules.core.default import Default
from elbguard_rules.core.gate import Gate
from elbguard_rules.core.limits import MOST_VALUES, crowded, values_in
from elbguard_rules.core.nearest import nearest
from elbguard_rules.core.problem import ABSENT, MOST_ENTRIES, MOST_TOLD, Kind, Problem, Step, Where, duplicate, invalid
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


@dataclass(frozen=True, slots=True)
class Json:
    """Any other JSON: `of` is the type it is validated against, strictly."""

    of: Any


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a JsonValue as its class body declares it."""

    name: str
    rule: Rule
    default: Default | None
    gates: tuple[Gate, ...]
    choices: tuple[str, ...]
    is_text: bool


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


class JsonReader:
    """Reads the JSON text of one annotation.

    `kind` is a JsonValue, a list of one, or a `Json`; `rule` what the text as a whole must be; `at` makes a place from
    the steps inside the text.
    """

    def __init__(self, kind: Any, rule: Rule, at: Callable[..., Where]) -> None:
        self._rule, self._at = rule, at
        self.form: Final[Literal["object", "array", "json"]] = (
            "json" if isinstance(kind, Json) else "array" if get_origin(kind) is list else "object"
        )
        self.model: type[JsonValue] = {"object": kind, "array": (*get_args(kind), kind)[0]}.get(self.form, JsonValue)
        self.members: dict[str, Member] = {} if self.form == "json" else members_of(self.model)
        self.names = folding.Names(self.members)
        self._kind = kind.of if isinstance(kind, Json) else kind
        self._blankable = frozenset(m.name for m in self.members.values() if m.is_text)

    @cached_property
    def adapter(self) -> TypeAdapter[Any]:
        """What validates the JSON as a whole, and describes it in JSON Schema; made when it is wanted first."""
        return TypeAdapter(self._kind)

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules about what stands inside the text."""
        commented = (self.model.commented,) if self.model.commented else ()
        return (*commented, *(member.rule for member in self.members.values()))

    def read(self, text: str) -> Reading:
        """What the text says; a pure function of it."""
        if (count := values_in(text)) > MOST_VALUES:
            return Reading(None, ((self._rule, crowded(self._at(), count, "values", MOST_VALUES)),))
        try:
            return self._read(jsontext.load(text))
        except jsontext.DuplicateKey as mistake:
            return self._twice(mistake)
        except folding.Twice as twice:
            return self._twice(_found(twice, text))
        except jsontext.JsonMistake as mistake:
            problem = invalid(
                self._at(), mistake.near(text), f"not JSON: {mistake.detail}", f"not JSON at {mistake.place}"
            )
            commented = self.model.commented if isinstance(mistake, jsontext.Comment) else None
            return Reading(None, ((commented or self._rule, problem),))

    def _twice(self, mistake: jsontext.DuplicateKey) -> Reading:
        problem = duplicate(self._at(*mistake.path), mistake.path[-1], mistake.detail, "is given twice")
        return Reading(None, ((self._rule, problem),))

    def _read(self, raw: Any) -> Reading:
        if self.form == "json":
            return self._any(raw)
        return self._array(raw) if self.form == "array" else self._whole(raw)

    def _any(self, raw: Any) -> Reading:
        try:
            return Reading(self.adapter.validate_python(raw, strict=True))
        except ValidationError as error:
            found = error.errors(include_url=False)
            places = (tuple(step for step in each["loc"] if step != "[key]") for each in found)
            return Reading(
                None,
                tuple(
                    (self._rule, wording.problem(each, self._at(*place), (), {}))
                    for each, place in zip(found, places, strict=True)
                ),
            )

    def _whole(self, raw: Any) -> Reading:
        if not isinstance(raw, dict):
            detail = f"must be a JSON object in braces, not {wording.kind_of(raw)}"
            return Reading(None, ((self._rule, invalid(self._at(), raw, detail, wording.briefly(detail))),))
        value, broken, raw, hints, written = self._object(raw)
        return Reading(value, broken, raw, hints, written=written)

    def _array(self, raw: Any) -> Reading:
        """The elements, each by itself. One object in the place of an array is read as its only element."""
        if not isinstance(raw, list | dict):
            detail = f"must be a JSON array of objects, in brackets, not {wording.kind_of(raw)}"
            return Reading(None, ((self._rule, invalid(self._at(), raw, detail, wording.briefly(detail))),))
        values: list[JsonValue] = []
        broken: list[tuple[Rule, Problem]] = []
        hints: list[Problem] = []
        written: list[_Named] = []
        elements = raw if isinstance(raw, list) else [raw]
        if len(elements) > MOST_ENTRIES:
            return Reading(None, ((self._rule, crowded(self._at(), len(elements), "elements")),))
        for index, element in enumerate(elements):
            if len(broken) > MOST_TOLD:
                break
            if not isinstance(element, dict):
                detail = f"must be a JSON object in braces, not {wording.kind_of(element)}"
                broken.append((self._rule, invalid(self._at(index), element, detail, wording.briefly(detail))))
                continue
            value, wrong, _, unknown, named = self._object(element, index)
            values.append(value)
            broken += wrong
            hints += unknown[: MOST_TOLD - len(hints)]  # hints refuse nothing, so they must not keep rules from asking
            written += named
        whole = tuple(values) if len(values) == len(elements) else None
        return Reading(whole, tuple(broken), None, tuple(hints), isinstance(raw, dict), tuple(written))

    def _object(
        self, raw: dict[str, Any], *inner: int
    ) -> tuple[JsonValue, _Broken, dict[str, Any], tuple[Problem, ...], tuple[_Named, ...]]:
        """An object's value, mistakes, members under their right names, unknown ones, those in other capitals."""
        named: tuple[_Named, ...] = ()
        hints: tuple[Problem, ...] = ()
        if not raw.keys() <= self.members.keys():
            raw, written = self.names.righted(raw, inner)
            named = tuple(((*inner, right), name) for right, name in written.items())
            unknown = (hint for name in raw if name not in self.members for hint in self._unknown(name, inner))
            hints = tuple(islice(unknown, MOST_TOLD))
        given = raw
        if self.model.blank_is_absent:
            given = {name: value for name, value in raw.items() if value != "" or name not in self._blankable}
        try:
            return self.model.__pydantic_validator__.validate_python(given), (), raw, hints, named
        except ValidationError as error:
            value, broken = self._partly(given, inner, error.errors(include_url=False))
            return value, broken, raw, hints, named

    def _partly(
        self, given: dict[str, Any], inner: tuple[int, ...], errors: list[ErrorDetails]
    ) -> tuple[JsonValue, _Broken]:
        """What can still be read when some members are wrong: those raise Malformed when a rule asks for them."""
        broken = {str(error["loc"][0]): error for error in reversed(errors)}
        value = self.model.model_construct(**{k: v for k, v in given.items() if k in self.members and k not in broken})
        for name in broken:
            value.__dict__.pop(name, None)
        problems = tuple(
            (
                self.members[name].rule,
                wording.problem(
                    error, self._at(*inner, *error["loc"]), self.members[name].choices, {}, limits=self._limits(name)
                ),
            )
            for name, error in broken.items()
        )
        return value, problems

    def _limits(self, name: str) -> str:
        """What a member may be, apart from its type, in words: `between 1 and 2000 Mbit/s`."""
        shapes = (item for item in self.model.model_fields[name].metadata if isinstance(item, Shape))
        return ", ".join(filter(None, (shape.limits for shape in shapes)))

    def _unknown(self, name: str, inner: tuple[int, ...]) -> Iterator[Problem]:
        close = nearest(name, self.members)
        if close or self.model.is_complete:
            detail = f'unknown member: did you mean "{close}"?' if close else "unknown member: CCE ignores it"
            foreign = self.model.foreign.get(name, "")
            yield Problem(
                self._at(*inner, name), Kind.INVALID, ABSENT, foreign or detail, "" if foreign else close or ""
            )


def _found(twice: folding.Twice, text: str) -> jsontext.DuplicateKey:
    """The member given twice, with its place in the text."""
    *around, name = twice.path
    within = jsontext.scan(text).at(tuple(around))
    start, end = within.keys[str(name)] if within else (0, 0)
    return jsontext.DuplicateKey(str(twice), start, end, twice.path, text)
