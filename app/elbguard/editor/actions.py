"""Actions: what an editor offers to do about findings, with the edits that do it."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from lsprotocol.types import (
    CodeAction,
    CodeActionKind,
    Diagnostic,
    OptionalVersionedTextDocumentIdentifier,
    TextDocumentEdit,
    TextEdit,
    WorkspaceEdit,
)

from elbguard.editor.curing import Curing
from elbguard.editor.diagnostics import span
from elbguard.editor.judging import Opinion
from elbguard.editor.silencing import silence
from elbguard.fix.edits import Edit
from elbguard.report.model import Entry
from elbguard.report.sentences import count, shortened
from elbguard.settings import Settings

FIX_ALL: Final = f"{CodeActionKind.SourceFixAll.value}.elbguard"
KINDS: Final = (CodeActionKind.QuickFix, FIX_ALL)
_MOST: Final = 20  # findings at one place that something is offered for
_LONGEST: Final = 100  # characters of a title


class Actions:
    """Makes the actions for one version of a document; `versioned`: whether the editor heeds versions in edits."""

    def __init__(self, opinion: Opinion, curing: Curing, settings: Settings, *, versioned: bool) -> None:
        self._opinion, self._curing, self._settings, self._versioned = opinion, curing, settings, versioned
        self._opened = opinion.of

    def at(self, start: int, end: int, only: Sequence[str] | None, told: Sequence[Diagnostic]) -> list[CodeAction]:
        """What is offered for the characters [start, end); `only` are the kinds that are asked for, None for all.

        `told` are diagnostics that the editor has there: an action names those that it is about.
        """
        here = [each for each in self._opinion.entries if _touches(span(each, self._opened), start, end)][:_MOST]
        actions: list[CodeAction] = []
        if _is_wanted(CodeActionKind.QuickFix.value, only):
            for entry in here:
                actions += self._cures(entry, told)
            for entry in here:
                actions += self._silences(entry, told)
        if _is_wanted(FIX_ALL, only) and (only is not None or here):
            actions += self._all()
        return _unlike(actions)

    def _cures(self, entry: Entry, told: Sequence[Diagnostic]) -> Iterator[CodeAction]:
        if not self._curing.is_certain(entry):
            return
        if one := self._curing.one(entry):
            title, edits = f"Fix: {shortened(one.said, _LONGEST)}", one.edits
        else:
            title, edits = f"Fix {entry.rule.id} and what it depends on", self._curing.edits_of_all
        yield CodeAction(
            title, CodeActionKind.QuickFix, self._about(entry, told), is_preferred=True, edit=self._edit(edits)
        )

    def _silences(self, entry: Entry, told: Sequence[Diagnostic]) -> Iterator[CodeAction]:
        if found := silence(entry, self._opinion, self._settings):
            where = "here, by a comment" if found.by == "comment" else "in this Service, by an annotation"
            title = f"Ignore {entry.rule.id} {where}: say why"
            yield CodeAction(title, CodeActionKind.QuickFix, self._about(entry, told), edit=self._edit(found.edits))

    def _all(self) -> Iterator[CodeAction]:
        if changes := self._curing.all.changes:
            title = f"Fix all that is certain ({count(len(changes), 'place')})"
            yield CodeAction(title, FIX_ALL, edit=self._edit(self._curing.edits_of_all))

    def _about(self, entry: Entry, told: Sequence[Diagnostic]) -> list[Diagnostic] | None:
        where = self._opened.columns.range(*span(entry, self._opened))
        return [each for each in told if each.code == entry.rule.id and each.range == where] or None

    def _edit(self, edits: Iterable[Edit]) -> WorkspaceEdit:
        changes = [TextEdit(self._opened.columns.range(edit.start, edit.end), edit.text) for edit in edits]
        if not self._versioned:
            return WorkspaceEdit({self._opened.uri: changes})
        document = OptionalVersionedTextDocumentIdentifier(self._opened.uri, self._opened.version)
        return WorkspaceEdit(document_changes=[TextDocumentEdit(document, list(changes))])


def _touches(where: tuple[int, int], start: int, end: int) -> bool:
    return where[0] <= end and start <= where[1]


def _is_wanted(kind: str, only: Sequence[str] | None) -> bool:
    """Whether one of the kinds asked for is this one, or one that it belongs to."""
    return only is None or any(not each or kind == each or kind.startswith(f"{each}.") for each in only)


def _unlike(actions: list[CodeAction]) -> list[CodeAction]:
    """The actions without those that do the same as one before."""
    found: list[CodeAction] = []
    for action in actions:
        if all((each.edit, each.kind) != (action.edit, action.kind) for each in found):
            found.append(action)
    return found
