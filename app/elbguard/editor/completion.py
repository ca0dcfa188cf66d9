"""Completion: what may be written where the cursor is, with the edit that writes it."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any, Final

from lsprotocol.types import (
    CompletionItem,
    CompletionItemKind,
    CompletionItemTag,
    InsertTextFormat,
    MarkupContent,
    MarkupKind,
    TextEdit,
)

from elbguard.editor import offers
from elbguard.editor.cursor import Spot, spot
from elbguard.editor.jsoncursor import JsonSpot, json_spot
from elbguard.editor.opened import Opened
from elbguard.editor.rule_names import nameable, named_at
from elbguard.explain.explain_command import NotKnown, explain
from elbguard.explain.in_words import short
from elbguard.fix.style import is_bare
from elbguard.settings import Settings
from elbguard_rules import suppression
from elbguard_rules.core.annotation import Annotation
from elbguard_rules.core.fact import Tier
from elbguard_rules.core.gate import Gate
from elbguard_rules.core.jsonvalue import Objects
from elbguard_rules.core.reader import Member
from elbguard_rules.guard import OWNERS

TRIGGERS: Final = ('"', "[", "'", "/", ".", "{", ",", ":", " ", "-", "_")
_SUBJECT: Final = "subject"
_WHERE_MEMBERS_ARE: Final = {"object": ("{",), "array": ("{", "[{")}
_PLAIN: Final = {list: "[$1]", dict: "{$1}", str: '"$1"'}


def completions(opened: Opened, offset: int, settings: Settings, *, snippets: bool) -> list[CompletionItem]:
    """What may be written at an offset; outside of the annotations of a Service only the names of rules to ignore."""
    if (begins := named_at(opened.text, offset)) is not None:
        return list(_rules(opened, begins, offset))
    where = spot(opened.text, offset)
    if where is None:
        return []
    writing = _Writing(opened, where, settings, snippets=snippets)
    if not where.key:
        return list(writing.keys())
    owner = OWNERS.get(where.key)
    if owner is None:
        return []
    return list(writing.inside(owner) if owner.is_json else writing.words(owner))


def explained(item: CompletionItem) -> CompletionItem:
    """An item with what `elbguard explain` says about it."""
    subject = item.data.get(_SUBJECT) if isinstance(item.data, dict) else None
    if isinstance(subject, str):
        with suppress(NotKnown):
            item.documentation = MarkupContent(MarkupKind.Markdown, explain(subject, "markdown"))
    return item


def _rules(opened: Opened, start: int, offset: int) -> Iterator[CompletionItem]:
    """The rules, by their ids; who types a name finds them by that."""
    typed = opened.text[start:offset]
    for rule in nameable():
        yield CompletionItem(
            rule.id,
            kind=CompletionItemKind.Constant,
            detail=f"{rule.name}: {rule.says}",
            filter_text=rule.name if typed and rule.name.startswith(typed.lower()) else rule.id,
            text_edit=TextEdit(opened.columns.range(start, offset), rule.id),
            data={_SUBJECT: rule.id},
        )


class _Writing:
    """Makes the items for one place."""

    def __init__(self, opened: Opened, where: Spot, settings: Settings, *, snippets: bool) -> None:
        self._opened, self._where, self._settings, self._snippets = opened, where, settings, snippets
        self._json = where.quote == '"' and (where.flow or opened.name.lower().endswith(".json"))

    def keys(self) -> Iterator[CompletionItem]:
        """The annotations that are not there yet."""
        where = self._where
        end = where.end + len(where.quote) * where.closed
        typed = self._opened.text[where.start : where.offset]
        for number, owner in enumerate(offers.annotations(self._settings)):
            if owner.key in where.given:
                continue
            name = owner.key + where.quote
            value = "" if where.named else f": {self._value(owner)}"
            yield self._item(
                owner.key,
                (where.start, end),
                _escaped(name) + value,
                name + (": " if value else ""),
                kind=CompletionItemKind.Property,
                detail=_detail(owner.purpose, owner.gates),
                sort_text=f"{number:03}",
                filter_text=owner.key if owner.key.startswith(typed) else short(owner.key),
                tags=[CompletionItemTag.Deprecated] if owner.tier is Tier.LEGACY else None,
                data={_SUBJECT: short(owner.key)},
            )
        if suppression.KEY not in where.given:
            name = suppression.KEY + where.quote
            yield self._item(
                suppression.KEY,
                (where.start, end),
                _escaped(name) + ("" if where.named else ': "$1"'),
                name + ("" if where.named else ": "),
                kind=CompletionItemKind.Property,
                detail="what elbguard is not to report, and why",
                sort_text="999",
                data={_SUBJECT: suppression.KEY},
            )

    def words(self, owner: Annotation[Any]) -> Iterator[CompletionItem]:
        """The words that an annotation may be."""
        where = self._where
        if self._opened.text[where.value : where.start].strip():
            return  # behind a comment, or other words
        for number, word in enumerate(offers.choices(owner, self._settings)):
            text = word + where.quote * (not where.closed)
            if not where.quote and not is_bare(word, flow=where.flow):
                text = f'"{word}"'
            yield self._item(
                word,
                (where.start, where.end),
                _escaped(text),
                text,
                kind=CompletionItemKind.EnumMember,
                detail=_since(gate for gate in owner.gates if gate.of is not None and _is_about(gate, word)),
                sort_text=f"{number:03}",
                data={_SUBJECT: short(owner.key)},
            )

    def inside(self, owner: Annotation[Any]) -> Iterator[CompletionItem]:
        """The members of an annotation's JSON, or the values of one."""
        where = self._where
        inner = json_spot(self._opened.text, where.value, where.offset, where.stop, escaped=where.quote == '"')
        if inner.kinds not in _WHERE_MEMBERS_ARE.get(owner.reader.form, ()):
            return
        if inner.member is None:
            yield from self._members(owner, inner)
        elif inner.member in owner.members:
            yield from self._values(owner, owner.members[inner.member], inner)

    def _members(self, owner: Annotation[Any], inner: JsonSpot) -> Iterator[CompletionItem]:
        quote, start, end = self._around(inner)
        named = self._opened.text[end : end + 20].lstrip().startswith(":")
        for number, member in enumerate(offers.members(owner, self._settings)):
            if member.name in inner.names:
                continue
            name = f"{quote}{member.name}{quote}"
            value = "" if named else f": {_in_quotes(self._member(owner, member), quote)}"
            yield self._item(
                member.name,
                (start, end),
                _escaped(name) + value,
                name + (": " if value else ""),
                kind=CompletionItemKind.Field,
                detail=_detail(member.rule.says, member.gates),
                sort_text=f"{number:03}",
                filter_text=name,
                data={_SUBJECT: f"{short(owner.key)}.{member.name}"},
            )

    def _values(self, owner: Annotation[Any], member: Member, inner: JsonSpot) -> Iterator[CompletionItem]:
        quote, start, end = self._around(inner)
        for number, word in enumerate(offers.choices(member, self._settings)):
            text = f"{quote}{word}{quote}"
            yield self._item(
                word,
                (start, end),
                _escaped(text),
                text,
                kind=CompletionItemKind.EnumMember,
                sort_text=f"{number:03}",
                filter_text=text,
                data={_SUBJECT: f"{short(owner.key)}.{member.name}"},
            )

    def _around(self, inner: JsonSpot) -> tuple[str, int, int]:
        """How JSON's quotes are written here, and the span of a word with those that it has."""
        quote = '\\"' if self._where.quote == '"' else '"'
        end = self._where.end
        if not inner.in_text:
            return quote, inner.start, end
        closed = self._opened.text.startswith(quote, end)
        return quote, inner.start - len(quote), end + len(quote) * closed

    def _value(self, owner: Annotation[Any]) -> str:
        """A snippet for the value of an annotation."""
        quote = '"' if self._json else "'"
        if owner.is_json:
            braces = {"object": "{$1\\}", "array": "[{$1\\}]"}.get(owner.reader.form, "$1")
            return f"{quote}{braces}{quote}"
        words = offers.choices(owner, self._settings)
        bare = not self._json and all(is_bare(word, flow=self._where.flow) for word in words)
        return f"{_choice(words)}" if words and bare else f'"{_choice(words)}"'

    def _member(self, owner: Annotation[Any], member: Member) -> str:
        """A snippet for the value of a member."""
        if words := offers.choices(member, self._settings):
            return f'"{_choice(words)}"'
        kinds = owner.reader.written(member.name)[0] if isinstance(owner.reader, Objects) else ()
        return next((text for kind, text in _PLAIN.items() if kind in kinds), "$1").replace("}", "\\}")

    def _item(self, label: str, span: tuple[int, int], snippet: str, plain: str, **more: Any) -> CompletionItem:
        edit = TextEdit(self._opened.columns.range(*span), snippet if self._snippets else plain)
        form = InsertTextFormat.Snippet if self._snippets else InsertTextFormat.PlainText
        return CompletionItem(label, text_edit=edit, insert_text_format=form, **more)


def _is_about(gate: Gate, word: str) -> bool:
    return gate.when is None and gate.of is not None and bool(gate.of(word))


def _detail(says: str, gates: Iterable[Gate]) -> str:
    return "; ".join(filter(None, (says.removesuffix("."), _since(offers.whole(gates)))))


def _since(gates: Iterable[Gate]) -> str:
    """Since which releases something exists."""
    return "; ".join(f"since {gate.needs}" for gate in gates)


def _choice(words: Iterable[str]) -> str:
    """A place in a snippet, with the words to choose from."""
    listed = ",".join(_escaped(word).replace(",", "\\,").replace("|", "\\|") for word in words)
    return f"${{1|{listed}|}}" if listed else "$1"


def _escaped(text: str) -> str:
    """A text in a snippet, where some characters have a meaning."""
    return text.replace("\\", "\\\\").replace("$", "\\$").replace("}", "\\}")


def _in_quotes(snippet: str, quote: str) -> str:
    """A snippet of JSON as it is written here: between double quotes with backslashes, which snippets write twice."""
    return snippet.replace('"', _escaped(quote))
