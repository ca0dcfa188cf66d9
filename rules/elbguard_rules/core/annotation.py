"""Annotation: the handle of one annotation key: how its text is read, what is filled in, since which version."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal, TypeVar

from elbguard_rules.core.default import Default
from elbguard_rules.core.fact import Fact, Subject, Tier
from elbguard_rules.core.facts import Profile
from elbguard_rules.core.gate import Gate
from elbguard_rules.core.need import Need
from elbguard_rules.core.problem import Step, Where, annotation
from elbguard_rules.core.reader import Member, Reader
from elbguard_rules.core.reading import Readable, Reading
from elbguard_rules.core.record import record
from elbguard_rules.core.remembered import READINGS
from elbguard_rules.core.rule import Rule

T = TypeVar("T")


class Annotation(Readable[T]):
    """One annotation key.

    `reader` reads its text; `rule` says what the text must be, None where any text will do. `purpose` says what it
    is for, `about` is its subject, `tier` how well it is known, `clouds` those that document it. `blank_is_absent`:
    CCE reads the empty text as if the key were not there. `after_create`: `free` to change, `fixed`, `kept`: fixed,
    and restored when an update merely omits it, unless `keeps` says no to the text, which never was a value, or
    `lasting`: the load balancer keeps the setting when the annotation goes, and `reset` is what to write for that
    instead. `default` is filled in; `gates` are the releases that it or its values need, `needs` what it asks of
    the rest; `facts` are those that neither these nor rules say. `form` is how the text says several things: as JSON,
    with commas between them (or as its reader wants), not at all.
    """

    def __init__(  # noqa: PLR0913 - what an annotation is, by name
        self,
        key: str,
        reader: Reader[T],
        rule: Rule | None = None,
        *,
        purpose: str,
        about: Subject,
        tier: Tier,
        blank_is_absent: bool = True,
        after_create: Literal["free", "fixed", "kept", "lasting"] = "free",
        reset: str | None = None,
        keeps: Callable[[str], bool] | None = None,
        default: Default | None = None,
        gates: tuple[Gate, ...] = (),
        needs: tuple[Need, ...] = (),
        clouds: tuple[Profile, ...] = ("huawei", "otc"),
        facts: tuple[Fact, ...] = (),
    ) -> None:
        self.key, self.reader, self._rule = key, reader, rule
        self.purpose, self.about, self.tier, self.facts = purpose, about, tier, facts
        self.blank_is_absent, self.after_create = blank_is_absent, after_create
        self.keeps, self.reset, self.default, self.gates, self.needs, self.clouds = (
            keeps,
            reset,
            default,
            gates,
            needs,
            clouds,
        )
        self.where = annotation(key)
        self.name = key.removeprefix("kubernetes.io/")  # by which people and settings name it
        self.defaulted = tuple(member for member in reader.members.values() if member.default)
        self.form: Literal["json", "commas", "word"] = "json" if self.is_json else reader.several

    def __repr__(self) -> str:
        return f"Annotation({self.key!r})"

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules about the shape of the text and of its members."""
        own = (self._rule,) if self._rule else ()
        return (*own, *self.reader.rules)

    @property
    def rule(self) -> Rule:
        """The rule about the text's own shape; only an annotation whose text may be anything has none."""
        if self._rule is None:
            raise TypeError(f"{self.key} may be any text")
        return self._rule

    @property
    def choices(self) -> tuple[str, ...]:
        """Its values where they are few."""
        return self.reader.choices

    @property
    def members(self) -> Mapping[str, Member]:
        """The members of the JSON object in its text, or of each element of the array."""
        return self.reader.members

    @property
    def is_json(self) -> bool:
        """Whether the text is JSON."""
        return self.reader.form != "text"

    @property
    def is_object(self) -> bool:
        """Whether the text is a JSON object with members, to which absent ones can be added."""
        return self.reader.form == "object"

    @property
    def all_gates(self) -> Iterator[tuple[str, Gate]]:
        """The gates of the annotation, under the name "", and of its members under theirs."""
        yield from (("", gate) for gate in self.gates)
        yield from ((member.name, gate) for member in self.members.values() for gate in member.gates)

    def at(self, *inner: Step) -> Where:
        """The place of a member or list element inside the annotation's text."""
        return Where(self.where.steps, inner)

    def having(self, *parts: str) -> "Having":
        """What a rule names that is about these parts of the text alone: members of its JSON, words, protocols."""
        if unknown := set(parts) - self.reader.parts:
            raise ValueError(f"{self.key} never has {unknown} in it")
        return Having(self, frozenset(parts))

    def read(self, text: str) -> Reading:
        """Read the annotation's text; a pure function of the text, so its result is remembered for a while.

        A word is read as quickly as it would be looked up.
        """
        if self.form == "word":
            return self.reader.read(text, self)
        reading = READINGS.get(self.key, text)
        if reading is None:
            reading = self.reader.read(text, self)
            READINGS.put(self.key, text, reading)
        return reading


@record
class Having:
    """An annotation with at least one of `parts` in its text."""

    annotation: Annotation[Any]
    parts: frozenset[str]
