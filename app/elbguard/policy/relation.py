"""A relation that CEL can see: what breaks it and what is then said; and the kinds there are several of."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from elbguard.policy.code import Code
from elbguard.policy.view import BEFORE, NOW, UPDATING, View, number
from elbguard_rules.annotations.elb_class import ELB_CLASS
from elbguard_rules.annotations.protocol_port import PROTOCOL_PORT
from elbguard_rules.core.annotation import Annotation
from elbguard_rules.core.cel import text
from elbguard_rules.core.problem import Kind, Where

Broken = Callable[[View], list[str]]  # what together breaks a rule, of the Service at one moment
Entry = Callable[[View, str], str]  # what makes an entry of a list break it


@dataclass(frozen=True, slots=True)
class Relation:
    """A rule that CEL can see: what breaks it, where, and the words of the finding, with the value it quotes.

    On UPDATE what broke it before is not refused, save that of what is `updated` nothing was there before. `guilty`
    gives the entries of a list that break it.
    """

    broken: Broken
    where: Where
    kind: Kind | None
    words: tuple[str | Code, ...]
    value: Code | None = None
    updated: bool = False
    guilty: str = ""


def forbidden(broken: Broken, owner: Annotation[Any], *words: str | Code) -> Relation:
    """Something is written that must not be."""
    return Relation(broken, owner.where, Kind.FORBIDDEN, words)


def required(broken: Broken, owner: Annotation[Any], *words: str | Code) -> Relation:
    """Something is not written that must be."""
    return Relation(broken, owner.where, Kind.REQUIRED, words)


def together(owner: Annotation[Any], other: Annotation[Any]) -> Relation:
    """Two annotations that exclude each other."""
    return forbidden(lambda s: [s.gives(owner), s.gives(other)], owner, f"not together with {other.key}")


def guilty(rule: str) -> str:
    """The variable with the entries that break a rule."""
    return f"variables.guilty_of_{rule}"


def listed(rule: str, bad: Entry, kind: Kind, *words: str | Code, position: int = 0) -> dict[str, Relation]:
    """A rule that entries of elb.protocol-port break, by its id; on UPDATE those that did not break it before.

    {entry} in the words is the one at `position` of them.
    """
    old = f"{UPDATING} && entry in {BEFORE.listeners} && {bad(BEFORE, 'entry')}"
    entries = f"{NOW.listeners}.filter(entry,\n  {bad(NOW, 'entry')}\n  && !({old}))"
    first = (
        Code(f"{guilty(rule)}[{guilty(rule)}.size() > {position} ? {position} : 0]")
        if position
        else Code(f"{guilty(rule)}[0]")
    )
    said = tuple(Code(w.expression.format(entry=first.expression)) if isinstance(w, Code) else w for w in words)

    def broken(service: View) -> list[str]:
        return [f"{guilty(rule)}.size() > 0"]

    value = Code(f"{first.expression}.split(':')[0] + ':' + string({number(first.expression)})")
    return {rule: Relation(broken, PROTOCOL_PORT.where, kind, said, value, updated=True, guilty=entries)}


def kept(
    owner: Annotation[Any],
    instead: str,
    *,
    real: Callable[[str], list[str]] = lambda old: [],
    same: Callable[[str], str] = str,
    beside: str = "",
) -> Relation:
    """A value that was there and is no longer the same; `real`: what else must hold for the old one.

    `same` is what is compared of both; `beside` is an expression that says more of what was removed.
    """
    old, new, gone = BEFORE.text(owner), NOW.text(owner), f"!({NOW.gives(owner)})"
    right = owner.reader.cel

    def broken(service: View) -> list[str]:
        changed = " && ".join([*(right(new) or ()), f"{same(new)} != {same(old)}"])
        another = [] if owner is ELB_CLASS else [f"!{NOW.is_dnat}"]  # then the class speaks
        return [BEFORE.gives(owner), *another, *(right(old) or ()), *real(old), f"({gone} || {changed})"]

    labels = Code(f"""({gone} ? 'Required value: ' : 'Invalid value: "' + {new} + '": ')""")
    back = " + ".join(filter(None, ["'removed: put it back'", beside]))
    done = Code(f"({gone} ? {back} : {text(f'changed: {instead}')})")
    words = (labels, 'was "', Code(old), '" and cannot be ', done)
    return Relation(broken, owner.where, None, words, updated=True)
