"""The cure of a value: letters of another case, blanks around it, numbers with and without quotes, other dialects."""

import re
from collections.abc import Collection
from typing import Any, Final

from elbguard.fix.certain import bare, surely
from elbguard.fix.edits import Edit
from elbguard.fix.protocol_list import listed
from elbguard_rules.annotations.acl_id import a_group_is_named_by_its_id
from elbguard_rules.annotations.acl_type import ACL_TYPE
from elbguard_rules.annotations.autocreate import AUTOCREATE
from elbguard_rules.annotations.elb_class import ELB_CLASS
from elbguard_rules.annotations.elb_id import is_uuid
from elbguard_rules.annotations.health_check_options import an_array_stands_in_brackets, targets_are_in_capitals
from elbguard_rules.annotations.pass_through import PASS_THROUGH
from elbguard_rules.annotations.protocol_port import PROTOCOL_PORT, protocols_are_lower_case
from elbguard_rules.core.annotation import Annotation
from elbguard_rules.core.finding import Finding
from elbguard_rules.core.jsontext import JsonMistake, Node, scan
from elbguard_rules.core.jsonvalue import Objects
from elbguard_rules.core.shapes import Whole
from elbguard_rules.guard import ANNOTATIONS, OWNERS
from elbguard_rules.relations.keys import OTHER_CAPITALS, UNKNOWN_MEMBER

_SWITCHED: Final = {"true", "false", "on", "off"}
# Words of others of which it is certain what they mean here; what that is, the finding says.
_SURE: Final[dict[str, Collection[str]]] = {
    ELB_CLASS.key: {"shared", "dedicated"},
    ACL_TYPE.key: {"blacklist", "whitelist"},
    **{owner.key: owner.reader.hints for owner in ANNOTATIONS if owner.choices and _SWITCHED.issuperset(owner.choices)},
}
_CHOICES: Final = {PASS_THROUGH.key: ("true", "false", "onlyLocal")}  # where the shape does not list them
_MEMBER_CHOICES: Final = {
    (AUTOCREATE.key, "bandwidth_sharetype"): ("PER",),
    (AUTOCREATE.key, "eip_type"): ("5_telcom", "5_union", "5_bgp", "5_sbgp"),
}
_WHOLE: Final = re.compile(r"0|[1-9][0-9]{0,17}", re.ASCII)


def choices(key: str) -> tuple[str, ...]:
    """The values that an annotation can have, where they are few."""
    return (OWNERS[key].choices if key in OWNERS else ()) or _CHOICES.get(key, ())


def cured(finding: Finding, text: str) -> tuple[Edit, ...]:
    """The edits of an annotation's text that cure a finding about it; none where that is not certain."""
    key, inner = str(finding.where.steps[2]), finding.where.inner
    owner = OWNERS.get(key)
    if owner is None:
        return ()
    if owner is PROTOCOL_PORT:
        return listed(text) if finding.rule in (PROTOCOL_PORT.rule, protocols_are_lower_case.rule) else ()
    if finding.rule is a_group_is_named_by_its_id.rule:
        return _without_blanks(text, int(inner[0]))
    if not owner.members:
        sure = finding.problem.meant if text.strip().lower() in _SURE.get(key, ()) else ""
        return _text(text, 0, text, choices(key), sure) if not inner else ()
    try:
        node = scan(text)
    except JsonMistake:
        return ()
    if finding.rule is an_array_stands_in_brackets.rule:
        return (Edit(node.start, node.start, "["), Edit(node.end, node.end, "]"))
    return _within(finding, owner, node, text)


def _within(finding: Finding, owner: Annotation[Any], node: Node, text: str) -> tuple[Edit, ...]:
    """The edits that cure a finding about a member, or its name; `node` is the whole of the text."""
    inner = finding.where.inner
    within = node.at(inner[:-1]) if len(inner) == (1 if owner.is_object else 2) else None
    if within is None or inner[-1] not in within.members:
        return ()
    name = str(inner[-1])
    right = owner.reader.names.right(name) if isinstance(owner.reader, Objects) else None
    if finding.rule is UNKNOWN_MEMBER:
        return _member_name(owner, name, within)
    if finding.rule is OTHER_CAPITALS:
        return _renamed(name, right, within)
    if finding.rule is targets_are_in_capitals.rule:
        return _in_capitals(within.members[name], text)
    return _member(owner, right, within.members[name], text) if right else ()


def _text(written: str, at: int, value: str, allowed: tuple[str, ...], sure: str = "") -> tuple[Edit, ...]:
    """The edits of `written`, which begins at `at`, so that it says what its author meant by `value`.

    `sure` is another of the values `allowed` that is meant for certain.
    """
    meant = value.strip()
    if allowed:
        equal = [choice for choice in allowed if bare(choice) == bare(value)]
        found = equal[0] if len(equal) == 1 else sure
        if not found:
            return ()
        meant = found
    if not meant or meant == value:
        return ()
    if written != value:  # escapes stand in it
        return (Edit(at, at + len(written), meant),)
    core = value.strip()
    start = at + value.index(core)
    end, last = start + len(core), at + len(value)
    edits = (Edit(at, start, ""), Edit(start, end, meant), Edit(end, last, ""))
    return tuple(edit for edit in edits if edit.text != value[edit.start - at : edit.end - at])


def _without_blanks(text: str, index: int) -> tuple[Edit, ...]:
    """The edits that take away the blanks around a UUID, the entry at `index` of a list with commas."""
    entries = text.split(",")
    core = entries[index].strip()
    start = len(",".join(entries[:index])) + (index > 0)
    return (Edit(start, start + len(entries[index]), core),) if is_uuid(core) else ()


def _member(owner: Annotation[Any], name: str, node: Node, text: str) -> tuple[Edit, ...]:
    """The edits of a member's value, which is `node`."""
    member, value = owner.members[name], node.value
    allowed = member.choices or _MEMBER_CHOICES.get((owner.key, name), ())
    kinds, metadata = owner.reader.written(name) if isinstance(owner.reader, Objects) else ((), ())
    if isinstance(value, str):
        if allowed or member.is_text:
            return _text(text[node.start + 1 : node.end - 1], node.start + 1, value, allowed)
        return _unquoted(node, set(kinds))
    if not member.is_text or allowed or type(value) not in (int, float):
        return ()
    if type(value) is float and any(isinstance(shape, Whole) for shape in metadata):
        return (Edit(node.start, node.end, f'"{int(value)}"'),) if value.is_integer() else ()
    return (Edit(node.start, node.start, '"'), Edit(node.end, node.end, '"'))


def _unquoted(node: Node, kinds: set[Any]) -> tuple[Edit, ...]:
    """The edits of a string, which is `node`, where a number is asked, or true or false."""
    meant = node.value.strip().lower()
    number = int in kinds and _WHOLE.fullmatch(meant)
    return (Edit(node.start, node.end, meant),) if number or (bool in kinds and meant in ("true", "false")) else ()


def _in_capitals(node: Node, text: str) -> tuple[Edit, ...]:
    """The edits of a string, which is `node`, that says the right thing in small letters."""
    start, end = node.start + 1, node.end - 1
    return (Edit(start, end, node.value.upper()),) if text[start:end] == node.value else ()


def _member_name(owner: Annotation[Any], name: str, node: Node) -> tuple[Edit, ...]:
    """The edits of a member's name in `node`, the object around it."""
    meant = surely(name, owner.members)
    others = [other for other in node.members if other != name]
    if meant is None or meant in others or any(surely(str(o), owner.members) == meant for o in others):
        return ()
    return _renamed(name, meant, node)


def _renamed(name: str, right: str | None, node: Node) -> tuple[Edit, ...]:
    """The edits that give a member of `node` its right name."""
    start, end = node.keys[name]
    return (Edit(start + 1, end - 1, right),) if right else ()
