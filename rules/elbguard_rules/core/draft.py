"""Draft: a Service that is not yet what will be applied. What is not known of it is not judged."""

from collections.abc import Mapping
from typing import Any, Final, TypeVar

from elbguard_rules.core import unfilled
from elbguard_rules.core.finding import Finding
from elbguard_rules.core.jsonvalue import JsonValue
from elbguard_rules.core.problem import Step, Where
from elbguard_rules.core.reading import Malformed, Readable, Reading
from elbguard_rules.core.service import Port, Service

T = TypeVar("T")
_TYPE: Final = "LoadBalancer"
_MUST_BE_KNOWN: Final = ("type", "loadBalancerClass")  # without these nobody can tell which rules are about it


class _Fields(dict[str, Any]):
    """Fields of which one that is yet to be filled in, or to be added by others, cannot be read: that is Malformed."""

    __slots__ = ("partial",)

    def __init__(self, fields: Mapping[str, Any], *, partial: bool) -> None:
        super().__init__(fields)
        self.partial = partial

    def get(self, key: str, default: Any = None) -> Any:
        if key not in self and self.partial and key not in _MUST_BE_KNOWN:
            raise Malformed(key)
        value = super().get(key, default)
        if isinstance(value, str) and unfilled.awaited(value):
            raise Malformed(key)
        return value

    def __getitem__(self, key: str) -> Any:
        return self.get(key)


class Draft(Service):
    """A Service whose texts may have variables in them, and of which parts may stand elsewhere.

    A rule that reads something unfilled stands down, as it does at what is malformed. `partial`: others add to it
    before it is applied, as overlays of kustomize do to a base, so a rule that reads something absent stands down too.
    `patch`: it is what others are changed by, so that its type and its ports are not all there is. Where a variable
    stands for annotations, or for the key of one, any annotation may be among them.
    """

    __slots__ = ("may_have_any", "partial", "patch")

    def __init__(
        self, raw: Mapping[str, Any], namespace: str = "", *, partial: bool = False, patch: bool = False
    ) -> None:
        super().__init__(raw, namespace=namespace)
        self.partial, self.patch = partial or patch, patch
        self.spec = _Fields(self.spec, partial=self.partial)
        named = any(_named_by(key) for key in self.annotations)
        self.may_have_any = self.partial or named or any(w.steps[0] == "metadata" for w in self._for_mappings())

    @property
    def written(self) -> Mapping[str, Any]:
        """The spec as it is written; reading it raises nothing."""
        spec = self.raw.get("spec")
        return spec if isinstance(spec, dict) else {}

    @property
    def is_judgeable(self) -> bool:
        """Whether it can be told which rules are about it."""
        values = (self.raw.get("spec"), *(self.written.get(name) for name in _MUST_BE_KNOWN))
        return not any(isinstance(value, str) and unfilled.awaited(value) for value in values)

    @property
    def type(self) -> str:
        """spec.type; where others may say it, that of a load balancer."""
        return _TYPE if self.partial and not self.spec.get("type") else super().type

    @property
    def ports(self) -> tuple[Port, ...]:
        """spec.ports, where all of them are known."""
        if self.patch or (self.partial and "ports" not in self.spec):
            raise Malformed("ports")
        entries = self.spec.get("ports")
        for entry in entries if isinstance(entries, list) else ():
            values = entry.values() if isinstance(entry, dict) else (entry,)
            if any(isinstance(value, str) and unfilled.awaited(value) for value in values):
                raise Malformed("ports")
        return super().ports

    def reading(self, annotation: Readable[Any]) -> Reading | None:
        """What the annotation's text says, without what is unfilled in it."""
        key = annotation.key
        if key not in self._readings:
            reading = super().reading(annotation)
            text = self.annotations.get(key)
            places = unfilled.places(text, unfilled.awaited) if isinstance(text, str) else ()
            if reading is not None and places:
                self._readings[key] = _without(reading, [inner for inner, _ in places])
        return self._readings[key]

    def _value(self, annotation: Readable[Any]) -> Any:
        if self.may_have_any and annotation.key not in self.annotations:
            raise Malformed(annotation.key)
        return super()._value(annotation)

    def __contains__(self, annotation: Readable[Any]) -> bool:
        """Whether the annotation is there with something in it. Raises Malformed where others may add it."""
        if self.may_have_any and annotation.key not in self.annotations:
            raise Malformed(annotation.key)
        return super().__contains__(annotation)

    def unfilled(self) -> dict[Where, str]:
        """All places that are unfilled, as far as rules read them, and what stands there."""
        found = self._for_mappings()
        for key, text in self.annotations.items():
            if what := _named_by(key):
                found[Where(("metadata", "annotations", key))] = what
            elif isinstance(text, str) and isinstance(key, str) and key.startswith("kubernetes.io/"):
                for inner, what in unfilled.places(text, unfilled.awaited):
                    found[Where(("metadata", "annotations", key), inner)] = what
        found.update(_texts(dict(self.written), ("spec",)))
        return found

    def _for_mappings(self) -> dict[Where, str]:
        """The variables that stand for all of metadata, of its annotations, or of spec."""
        metadata = self.raw.get("metadata")
        notes = metadata.get("annotations") if isinstance(metadata, dict) else None
        found: dict[Where, str] = {}
        for steps, text in (
            (("metadata",), metadata),
            (("metadata", "annotations"), notes),
            (("spec",), self.raw.get("spec")),
        ):
            if isinstance(text, str) and (what := unfilled.variable(text)):
                found[Where(steps)] = what
        return found

    def is_at_a_variable(self, finding: Finding) -> bool:
        """Whether a finding is about an annotation whose key is yet to be filled in."""
        steps = finding.where.steps
        return steps[:2] == ("metadata", "annotations") and len(steps) == 3 and bool(_named_by(steps[2]))

    def concerns(self, finding: Finding, places: Mapping[Where, str]) -> bool:
        """Whether a finding is about what is unfilled at `places`, or lies in it."""
        where = finding.where
        if any(w.steps == where.steps[: len(w.steps)] and not w.inner for w in places):
            return True
        return any(w.steps == where.steps and w.inner == where.inner[: len(w.inner)] for w in places)


def _named_by(key: object) -> str:
    """The variable in the key of an annotation; else nothing."""
    return unfilled.variable(key) if isinstance(key, str) else ""


def _texts(value: object, path: tuple[Step, ...]) -> dict[Where, str]:
    """The unfilled texts among fields, a selector's left out: no rule reads it."""
    found: dict[Where, str] = {}
    if isinstance(value, str):
        if what := unfilled.awaited(value):
            found[Where(path)] = what
    elif isinstance(value, dict):
        for name, item in value.items():
            if path != ("spec",) or name != "selector":
                found.update(_texts(item, (*path, name)))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            found.update(_texts(item, (*path, index)))
    return found


def _without(reading: Reading, places: list[tuple[Step, ...]]) -> Reading:
    """The reading as if nobody knew what stands at the places: a rule that asks for it stands down."""
    problems = tuple((rule, problem) for rule, problem in reading.problems if not _lies_in(problem.where.inner, places))
    hints = tuple(hint for hint in reading.hints if not _lies_in(hint.where.inner, places))
    value = reading.value
    if isinstance(value, JsonValue) and () not in places:
        value = _member_less(value, {str(inner[0]) for inner in places})
    elif isinstance(value, tuple) and all(isinstance(each, JsonValue) for each in value) and () not in places:
        value = tuple(
            _member_less(each, {str(inner[1]) for inner in places if len(inner) > 1 and inner[0] == index})
            for index, each in enumerate(value)
        )
    else:
        value = None
    return Reading(value, problems, reading.raw, hints, reading.lone, reading.written, reading.parts)


def _lies_in(inner: tuple[Step, ...], places: list[tuple[Step, ...]]) -> bool:
    return any(inner[: len(place)] == place for place in places)


def _member_less(value: JsonValue, names: set[str]) -> JsonValue:
    """A copy whose members of these names cannot be read."""
    copy = value.model_copy()
    for name in names & set(type(value).model_fields):
        copy.__dict__.pop(name, None)
    return copy
