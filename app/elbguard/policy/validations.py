"""Validations: the rules that CEL can see, as the API server evaluates them.

Shapes, gates and `needs.dedicated` are derived from what the annotations declare; other relations are said again in
restated.py. An expression is true where the Service is admitted. On UPDATE what a Service had before is
never refused: neither an annotation's text that is unchanged, nor a relation that was broken already. What nobody
judged before is no such thing.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from ipaddress import ip_address
from typing import Any, Final

from elbguard.policy.code import Code, joined
from elbguard.policy.relation import Broken, Relation, guilty
from elbguard.policy.restated import ENTRIES, LEFT_OUT, NEEDS_DEDICATED, USED, relations
from elbguard.policy.view import BEFORE, CHANGED, GIVEN, NOW, UPDATING, View
from elbguard.settings import Settings
from elbguard_rules.core.annotation import Annotation
from elbguard_rules.core.cel import among, text
from elbguard_rules.core.choice import Choice
from elbguard_rules.core.facts import Unknown, Version
from elbguard_rules.core.gate import Gate
from elbguard_rules.core.need import Dedicated
from elbguard_rules.core.problem import ABSENT, Kind, Problem, Severity, Where
from elbguard_rules.core.rule import Rule
from elbguard_rules.guard import ANNOTATIONS, CHECKS, RULES
from elbguard_rules.relations.needs import Unmet
from elbguard_rules.vocabulary.foreign import PREFIX

_SAMPLES: Final = ("?", ",", "x" * 100_000)  # texts that break every shape: what is said of them are the words
_PRODUCT: Final = "(elbguard)"


@dataclass(frozen=True, slots=True)
class Validation:
    """One rule: the expression, and what is said where it is false, as a text and, with the value found, as CEL.

    `guilty` gives the entries of a list that break it, as the value of the variable that the expression asks.
    """

    rule: Rule
    expression: str
    message: str
    message_expression: str = ""
    guilty: str = ""


def validations(settings: Settings) -> list[Validation]:
    """The errors that CEL can see, as the settings take them, by id."""
    errors = {id_: rule for id_, rule in RULES.items() if settings.policy.severity(rule) is Severity.ERROR}
    found = {each.rule.id: each for each in (*_shapes(), *_gates(settings), *_dedicated(), *_relations(settings))}
    return [found[id_] for id_ in errors if id_ in found]


def unexcused(each: Validation, excused: str) -> Validation:
    """The validation for which a mistake that was `excused` before an update is no old one."""

    def strict(expression: str) -> str:
        expression = expression.replace(UPDATING, f"{UPDATING} && !{excused}")
        return expression.replace(f" in {CHANGED}", f" in ({excused} ? {GIVEN} : {CHANGED})")

    return replace(each, expression=strict(each.expression), guilty=strict(each.guilty))


def left_out(settings: Settings) -> dict[str, list[str]]:
    """The other errors, by the reason why the policy has them not; the reason "" is none."""
    there = {each.rule.id for each in validations(settings)}
    found: dict[str, list[str]] = {}
    for id_, rule in RULES.items():
        if settings.policy.severity(rule) is Severity.ERROR and id_ not in there:
            found.setdefault(_reason(rule), []).append(id_)
    return found


def _reason(rule: Rule) -> str:
    if rule.id in LEFT_OUT:
        return LEFT_OUT[rule.id]
    owners = {owner.key for owner in ANNOTATIONS if owner.is_json}
    read = next((set(check.reads) for check in CHECKS if check.rule is rule), set())
    if read & owners or any(rule in _rules_of(owner) for owner in ANNOTATIONS if owner.is_json):
        return "they are about JSON inside an annotation"
    if any(gate.rule is rule for owner in ANNOTATIONS for _, gate in owner.all_gates):
        return "they are about releases: no --cluster-version is given, or it has the feature"
    everywhere = Settings(cluster_type="turbo", proxy_mode="ipvs", node_ip=(ip_address("192.0.2.1"),))
    return "they are about facts of the cluster that are not given" if rule.id in relations(everywhere) else ""


def _rules_of(owner: Annotation[Any]) -> list[Rule]:
    return [*owner.rules, *(gate.rule for _, gate in owner.all_gates)]


def _scalar() -> Iterator[Annotation[Any]]:
    return (owner for owner in ANNOTATIONS if not owner.is_json)


def _made(
    rule: Rule,
    expression: str,
    where: Where,
    kind: Kind | None,
    *words: str | Code,
    value: Code | None = None,
    entries: str = "",
) -> Validation:
    """A validation whose message has the form of our own findings."""
    quoted: list[str | Code] = ['"', value, '": '] if value else []
    parts = [f"{where}: ", *([f"{kind.label}: "] if kind else []), *quoted, *words, f" [{rule.id}] {_PRODUCT}"]
    if any(isinstance(part, Code) for part in parts):
        return Validation(rule, expression, f"{where}: {rule.says} [{rule.id}] {_PRODUCT}", joined(parts), entries)
    return Validation(rule, expression, "".join(map(str, parts)), guilty=entries)


def _both(demands: Iterable[str], joint: str = "\n  && ") -> str:
    return joint.join(demands)


def _refused(broken: Broken) -> str:
    """Refused is what breaks a rule now and did not before."""
    return f"!({_both(broken(NOW))})\n|| {UPDATING}\n  && {_both(broken(BEFORE))}"


def _shapes() -> Iterator[Validation]:
    for owner in _scalar():
        demands = owner.reader.cel(NOW.text(owner))
        if not owner.rules or (demands is None and owner.key not in ENTRIES):
            continue
        rule, problem = owner.rule, _problem(owner, *_SAMPLES)
        assert problem  # noqa: S101 - the samples are as wrong as can be
        kind, words, value, entries = problem.kind, problem.detail, Code(NOW.text(owner)), ""
        if owner.key in ENTRIES:
            entries, value = _list(owner), Code(f"{guilty(rule.id)}[0]")
            expression = f"{guilty(rule.id)}.size() == 0"
        elif demands and problem.value is not ABSENT:
            ours = "" if owner.key.startswith(PREFIX) else f"!{NOW.ours} || "
            right = _both(demands, " && ")
            expression = f"{ours}!({text(owner.key)} in {CHANGED})\n|| {right}"
        else:
            yield _made(rule, _refused(partial(_misshapen, owner)), owner.where, None, *_absent(owner, problem))
            continue
        yield _made(rule, expression, owner.where, kind, words, value=value, entries=entries)


def _absent(owner: Annotation[Any], problem: Problem) -> list[str | Code]:
    """What is said where no value is repeated; another thing of an empty text, where that is wrong too."""
    words = f"{problem.kind.label}: {problem.detail}"
    empty = None if owner.blank_is_absent else _problem(owner, "")
    if empty is None:
        return [words]
    nothing = f"{empty.kind.label}: {empty.detail}"
    return [Code(f"({NOW.text(owner)} == '' ? {text(nothing)} : {text(words)})")]


def _misshapen(owner: Annotation[Any], service: View) -> list[str]:
    demands = owner.reader.cel(service.text(owner))
    return [service.has(owner), f"!({_both(demands, ' && ')})"] if demands else []


def _list(owner: Annotation[Any]) -> str:
    """The entries of a changed list that are wrong and were not there before."""
    right = ENTRIES[owner.key]("entry")
    old = f"{UPDATING} && entry in {BEFORE.entries(owner)}"
    wrong = f"{NOW.entries(owner)}.filter(entry,\n  !({right})\n  && !({old}))"
    return f"{text(owner.key)} in {CHANGED}\n? {wrong}\n: []"


def _problem(owner: Annotation[Any], *samples: str) -> Problem | None:
    """What is wrong with the first of some texts that is wrong: its words serve for all."""
    return next((problem for sample in samples for _, problem in owner.read(sample).problems), None)


def _gates(settings: Settings) -> Iterator[Validation]:
    version = settings.cluster_version
    for owner in _scalar():
        for gate in owner.gates:
            used = _used(owner, gate)
            if version and used and _speaks(gate, version):
                yield _made(gate.rule, _refused(used), owner.where, Kind.FORBIDDEN, gate.demand(version))


def _speaks(gate: Gate, version: Version) -> bool:
    """Whether a release has not what the gate is about. Where no document tells, nothing is refused."""
    try:
        unmet = not gate.needs.leaves_open(version) and not gate.needs.met(version)
        return unmet and (gate.lower is None or gate.lower.met(version))
    except Unknown:
        return False


def _used(owner: Annotation[Any], gate: Gate) -> Broken | None:
    """What uses the feature of a gate; None where that is code which nobody said again."""
    plain = gate.of is None and gate.when is None
    if gate.rule.id not in USED and not plain and (gate.when or not owner.choices):
        return None

    def broken(service: View) -> list[str]:
        parts = [service.has(owner), *_right(owner, service)]
        if gate.rule.id in USED:
            return [*parts, *USED[gate.rule.id](service)]
        return [*parts, *_chosen(owner, service, gate)]

    return broken


def _right(owner: Annotation[Any], service: View) -> list[str]:
    """The text can be read: of one that cannot nothing else is said."""
    if owner.key in ENTRIES:
        right = ENTRIES[owner.key]("entry")
        return [f"{service.entries(owner)}.size() > 0", f"{service.entries(owner)}.all(entry,\n    {right})"]
    return owner.reader.cel(service.text(owner)) or []


def _chosen(owner: Annotation[Any], service: View, gate: Gate) -> list[str]:
    if gate.of is None:
        return []
    return [among(service.text(owner), [word for word in _words(owner) if gate.of(word)])]


def _words(owner: Annotation[Any]) -> tuple[str, ...]:
    """Its values where they are few, those too that nobody advertises."""
    return (*owner.choices, *(owner.reader.also if isinstance(owner.reader, Choice) else ()))


def _dedicated() -> Iterator[Validation]:
    for check in CHECKS:
        asked = check.function
        if isinstance(asked, Unmet) and isinstance(asked.need, Dedicated) and not asked.owner.is_json:
            yield _made(check.rule, _refused(_on_shared(asked)), asked.owner.where, Kind.FORBIDDEN, *NEEDS_DEDICATED)


def _on_shared(asked: Unmet) -> Broken:
    owner = asked.owner
    used = [word for word in _words(owner) if asked.used(word)]

    def broken(service: View) -> list[str]:
        chosen = [among(service.text(owner), used)] if owner.choices else _right(owner, service)
        return [service.gives(owner), *chosen, service.shared]

    return broken


def _relations(settings: Settings) -> Iterator[Validation]:
    for id_, each in relations(settings).items():
        if id_ in RULES:
            yield _made(
                RULES[id_], _expression(each), each.where, each.kind, *each.words, value=each.value, entries=each.guilty
            )


def _expression(relation: Relation) -> str:
    return f"!({_both(relation.broken(NOW))})" if relation.updated else _refused(relation.broken)
