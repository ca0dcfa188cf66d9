"""Filling: what the author left out and the document has a default for, as additions to the annotations.

Only absent things are added. A text that is given keeps every byte; a member is added behind its last one. What was
filled in before and nobody has set since counts as absent, so that it follows what the author wants now.
"""

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from elbguard_rules.core.annotation import Annotation
from elbguard_rules.core.default import Default
from elbguard_rules.core.managed import is_nobodys
from elbguard_rules.core.policy import Policy
from elbguard_rules.core.reading import Malformed
from elbguard_rules.core.record import record
from elbguard_rules.core.service import Service

_COLON: Final = re.compile(r'"([ \t\n\r]*:[ \t\n\r]*)')
_FIRST: Final = re.compile(r"\{([ \t\n\r]*)")


@record
class Fill:
    """One annotation that gets a new text: the key, the text it had (None: it was absent), the text it gets."""

    key: str
    before: str | None
    after: str


def fill(service: Service, annotations: Sequence[Annotation[Any]], policy: Policy) -> tuple[Fill, ...]:
    """What to add to a Service; the caller made sure that every annotation can be read.

    A new load balancer gets the defaults. On other updates only what the old Service had and the new one merely omits
    is added, so that a replaced or re-applied manifest changes nothing: of an annotation that may not change after
    creation the old value, of any other the default; and the default of what the update itself switches on. What is no
    map of annotations is left to the API server to refuse.
    """
    if not isinstance(service.raw.get("metadata"), dict):
        return ()
    if not isinstance(service.metadata.get("annotations", {}), dict | None):
        return ()
    found = tuple(_fills(_Filler(service, policy), annotations))
    if not found or service.is_new:
        return found
    more = fill(filled(service, found), annotations, policy)  # a type public that was restored calls for more
    return _merged(found, more) if more else found


def made(service: Service, annotations: Sequence[Annotation[Any]], policy: Policy) -> dict[str, str]:
    """The texts of these annotations in an update that were filled in before, and that nobody has set since."""
    old, found = service.old, {}
    if old is None or service.is_new:
        return {}
    for owner in annotations:
        text = service.annotations.get(owner.key)
        if isinstance(text, str) and text == old.annotations.get(owner.key) and is_nobodys(service.metadata, owner.key):
            created = without(Service(old.raw, namespace=old.namespace), (owner.key,))
            if _Filler(created, policy).absent(owner) == text:
                found[owner.key] = text
    return found


def without(service: Service, keys: Collection[str]) -> Service:
    """The Service without some of its annotations."""
    return _with_texts(service, {key: text for key, text in service.annotations.items() if key not in keys})


def filled(service: Service, fills: Iterable[Fill]) -> Service:
    """The Service with what is added to it."""
    return _with_texts(service, {**service.annotations, **{fill.key: fill.after for fill in fills}})


def _with_texts(service: Service, texts: Mapping[str, Any]) -> Service:
    raw = {**service.raw, "metadata": {**service.metadata, "annotations": texts}}
    return Service(raw, service.old, service.namespace)


def _merged(first: Iterable[Fill], then: Iterable[Fill]) -> tuple[Fill, ...]:
    found = {fill.key: fill for fill in first}
    for fill in then:
        found[fill.key] = Fill(fill.key, found[fill.key].before if fill.key in found else fill.before, fill.after)
    return tuple(found.values())


def _fills(filler: "_Filler", annotations: Iterable[Annotation[Any]]) -> Iterator[Fill]:
    for owner in annotations:
        before = filler.service.annotations.get(owner.key)
        after = filler.absent(owner) if before is None else filler.given(owner, before)
        if after is not None and after != before:
            yield Fill(owner.key, before, after)


class _Filler:
    def __init__(self, service: Service, policy: Policy) -> None:
        self.service, self.policy = service, policy

    def absent(self, owner: Annotation[Any]) -> str | None:
        """The text for an annotation that is not there."""
        service, old = self.service, self.service.old
        if not self.policy.fills(owner.name):
            return None
        if not service.is_new:
            kept = old.annotations.get(owner.key) if old else None
            if not isinstance(kept, str) or not kept:
                return self._text(owner) if kept is None and old and self._is_switched_on(owner, old) else None
            if owner.after_create == "kept" and (owner.keeps is None or owner.keeps(kept)):
                return kept
        return self._text(owner)

    def _is_switched_on(self, owner: Annotation[Any], old: Service) -> bool:
        """Whether it is this update that asks for something which the default is a part of."""
        when = owner.default.when if owner.default else None
        try:
            return when is not None and not when(old) and when(self.service)
        except Malformed:
            return False

    def _text(self, owner: Annotation[Any]) -> str | None:
        """The default text."""
        if owner.default is None:
            return None
        text = self._value(owner.default)
        if text is not None and owner.is_object:
            members = self._members(owner, {}, lambda _: True)
            return json.dumps(members) if members else None
        return text

    def given(self, owner: Annotation[Any], text: str) -> str | None:
        """The text of an annotation that is there, with the members it lacks."""
        reading = self.service.reading(owner)
        if reading is None or reading.raw is None:
            return None
        old = self.service.old.reading(owner) if self.service.old and not self.service.is_new else None
        had: Mapping[str, Any] = (old.raw or {}) if old else {}
        members = self._members(owner, reading.raw, lambda member: old is None or member in had)
        if owner.after_create != "free":
            members = {
                name: had.get(name, value) for name, value in members.items() if self._ours(owner, name, had, value)
            }
        return append_members(text, members) if members else None

    @staticmethod
    def _ours(owner: Annotation[Any], name: str, had: Mapping[str, Any], value: str) -> bool:
        """Whether what an update omits was filled in by us; what an author wrote is theirs to leave out."""
        default = owner.members[name].default
        return (default is not None and default.made_up) or name not in had or had[name] == value

    def _members(self, owner: Annotation[Any], given: Mapping[str, Any], wanted: Any) -> dict[str, str]:
        found: dict[str, str] = {}
        for member in owner.defaulted:
            if not member.default or member.name in given or not wanted(member.name):
                continue
            if self.policy.fills(f"{owner.name}.{member.name}"):
                value = self._value(member.default)
                if value is not None:
                    found[member.name] = value
        return found

    def _value(self, default: Default) -> str | None:
        try:
            if default.when and not default.when(self.service):
                return None
            return default.value if isinstance(default.value, str) else default.value(self.service, self.policy)
        except Malformed:
            return None


def append_members(text: str, members: Mapping[str, str]) -> str:
    """A JSON object's text with members added behind its last one, in the spacing the author uses."""
    body = text.rstrip()[:-1]
    kept = body.rstrip()
    first, colon = _FIRST.search(text), _COLON.search(text)
    gap = first.group(1) if first else ""
    between = colon.group(1) if colon and "\n" not in colon.group(1) else ": "
    empty = kept.lstrip() == "{"
    added = [f"{_quoted(name)}{between}{_quoted(value)}" for name, value in members.items()]
    comma = "," + (gap if "\n" in gap else " " if " " in between or " " in gap else "")
    return kept + ("" if empty else comma) + comma.join(added) + text[len(kept) :]


def _quoted(text: str) -> str:
    """A text as JSON; most have nothing that is to be escaped."""
    plain = text.isascii() and text.isprintable() and '"' not in text and "\\" not in text
    return f'"{text}"' if plain else json.dumps(text)
