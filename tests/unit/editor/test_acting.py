"""What is offered to do about findings: once it is done they are gone, and nothing else has changed."""

from collections import Counter
from collections.abc import Iterable
from functools import cache
from typing import Any, Final

import pytest
from lsprotocol.types import CodeAction, TextDocumentEdit, TextEdit

from elbguard.editor.actions import FIX_ALL, Actions
from elbguard.editor.curing import Curing, differences
from elbguard.editor.judging import Opinion, verdict
from elbguard.editor.opened import Opened
from elbguard.editor.silencing import silence
from elbguard.fix.edits import applied
from elbguard.fix.fixing import fixed
from elbguard.report.model import Entry
from elbguard.settings import Settings
from elbguard_rules import suppression
from tests.generators.casefile import Document, all_documents
from tests.support.cases import ROOT
from tests.support.trying import THOROUGH

DOCUMENTS: Final = [each for each in all_documents(ROOT) if not each.before and each.verdict != "admit"]
LEAST_CURES: Final = 140
HEAD: Final = "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\n  annotations:\n"
TAIL: Final = "\nspec:\n  type: LoadBalancer\n  ports: [{port: 80}]\n  selector: {app: web}\n"


def judged(text: str, settings: Settings | None = None, uri: str = "untitled:x") -> Opinion:
    return verdict(Opened(uri, 3, text), settings or Settings())


def actions(
    text: str, *, only: list[str] | None = None, versioned: bool = True, uri: str = "untitled:x"
) -> list[CodeAction]:
    """All that is offered anywhere in a text."""
    opinion = judged(text, uri=uri)
    made = Actions(opinion, Curing(opinion, Settings()), Settings(), versioned=versioned)
    return made.at(0, len(text), only, [])


def edits(action: CodeAction) -> list[TextEdit]:
    assert action.edit
    (document,) = action.edit.document_changes or ()
    assert isinstance(document, TextDocumentEdit)
    assert (document.text_document.uri, document.text_document.version) == ("untitled:x", 3)
    return [edit for edit in document.edits if isinstance(edit, TextEdit)]


def done(text: str, action: CodeAction) -> str:
    """The text once the editor has done it."""
    columns = Opened("untitled:x", 1, text).columns
    for edit in sorted(edits(action), key=lambda each: columns.offset(each.range.start), reverse=True):
        text = text[: columns.offset(edit.range.start)] + edit.new_text + text[columns.offset(edit.range.end) :]
    return text


def identity(entry: Entry) -> tuple[str, str]:
    return entry.rule.id, str(entry.finding.where.folded)


def test_every_finding_that_fix_cures_is_cured_by_itself_and_gone() -> None:
    cures = 0
    for document, settings, opinion in opinions()[:: 1 if THOROUGH else 3]:
        if not opinion.entries:
            continue
        curing = Curing(opinion, settings)
        if curing.all.changes:
            assert applied(document.manifest, curing.edits_of_all) == fixed(document.manifest, settings).text
        for entry in filter(curing.is_certain, opinion.entries):
            one = curing.one(entry)
            assert one, f"{document.file.name}:{document.line} {entry.rule.id}"
            after = judged(applied(document.manifest, one.edits), settings)
            assert identity(entry) not in map(identity, after.entries), one.said
            cures += 1
    assert cures >= LEAST_CURES / (1 if THOROUGH else 5)


@cache
def opinions() -> list[tuple[Document, Settings, Opinion]]:
    settings = ((document, Settings(**document.settings)) for document in DOCUMENTS)
    return [(document, given, judged(document.manifest, given)) for document, given in settings]


def _one_of_each_rule() -> Iterable[tuple[Document, Settings, Opinion, Entry]]:
    found: dict[str, tuple[Document, Settings, Opinion, Entry]] = {}
    for document, settings, opinion in opinions():
        for entry in opinion.entries:
            found.setdefault(entry.rule.id, (document, settings, opinion, entry))
    return found.values()


def test_a_finding_of_every_rule_can_be_suppressed_where_check_honours_it() -> None:
    ours = {rule.id for rule in suppression.RULES}
    for document, settings, opinion, entry in _one_of_each_rule():
        found = silence(entry, opinion, settings)
        if entry.rule.id in ours:
            assert found is None
            continue
        assert found, f"{document.file.name}:{document.line} {entry.rule.id}"
        after = judged(applied(document.manifest, found.edits), settings)
        come = Counter(map(identity, after.entries)) - Counter(map(identity, opinion.entries))
        assert {rule for rule, _ in come} <= {suppression.UNEXPLAINED.id}
        assert identity(entry) not in map(identity, after.entries)


STYLES: Final = {
    "in single quotes": ': \'{"type": "Inner"}\'',
    "in double quotes": ': "{\\"type\\": \\"Inner\\"}"',
    "in a literal block": ': |\n      {\n        "type": "Inner"\n      }',
    "in a folded block": ': >-\n      {\n        "type": "Inner"\n      }',
    "in quotes on several lines": ': \'{\n        "type":\n        "Inner"}\'',
    "behind a comment": ': \'{"type": "Inner"}\' # 🚀 ours',
    "behind a suppression": ': \'{"type": "Inner"}\' # elbguard: ignore[ELB206] why',
    "in braces": "",
}
JSON: Final = (
    '{"kind": "Service", "metadata": {"name": "🚀", "annotations": {\n "kubernetes.io/elb.autocreate":'
    ' "{\\"type\\": \\"Inner\\"}"}},\n'
    ' "spec": {"type": "LoadBalancer", "ports": [{"port": 80}], "selector": {"a": "b"}}}'
)


def written(style: str, ends: str = "\n") -> str:
    text = f"{HEAD}    kubernetes.io/elb.autocreate{STYLES[style]}{TAIL}" if STYLES[style] else JSON
    return text.replace("\n", ends)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_a_cure_changes_the_characters_of_the_mistake_alone(style: str, ends: str) -> None:
    text = written(style, ends)
    cure = next(each for each in actions(text) if "Inner" in each.title)

    assert cure.title == 'Fix: metadata.annotations[kubernetes.io/elb.autocreate].type: "Inner" becomes "inner"'
    assert cure.is_preferred
    assert done(text, cure) == text.replace("Inner", "inner")


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_a_suppression_is_written_where_a_comment_may_stand_else_as_an_annotation(style: str, ends: str) -> None:
    text = written(style, ends)
    ignore = next(each for each in actions(text) if "ELB203" in each.title and each.title.startswith("Ignore"))

    found = done(text, ignore)

    assert "ELB203" in {entry.rule.id for entry in judged(text).entries}
    assert "ELB203" not in {entry.rule.id for entry in judged(found).entries}
    assert ("elbguard.io/ignore" in found) == (style in ("in braces",))
    assert found.count("\r\n") in (0, found.count("\n"))


def test_all_that_is_certain_is_one_action_that_an_editor_may_do_on_saving() -> None:
    text = f"{HEAD}    kubernetes.io/elb.class: Union\n    kubernetes.io/elb.lb-algorithm: round_robin{TAIL}"

    (action,) = actions(text, only=["source.fixAll"])

    assert action.kind == FIX_ALL == "source.fixAll.elbguard"
    assert done(text, action) == fixed(text, Settings()).text != text
    assert actions(text, only=["source.fixAll.elbguard"]) == actions(text, only=["source"]) == [action]
    assert actions(text, only=["refactor"]) == actions(text, only=["source.organizeImports"]) == []
    assert {each.kind for each in actions(text, only=["quickfix"])} == {"quickfix"}
    assert actions(text, only=[]) == []


def test_an_editor_that_knows_no_versions_gets_edits_without_them() -> None:
    text = f"{HEAD}    kubernetes.io/elb.class: Union{TAIL}"

    (action,) = actions(text, only=["source.fixAll"], versioned=False)

    assert action.edit
    assert action.edit.document_changes is None
    assert list(action.edit.changes or {}) == ["untitled:x"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "a"),
        ("a\nb\nc", "a\nc"),
        ("a\r\nb\r\n", "a\r\nx\r\nb\r\n"),
        ("🚀 a\n" * 3, "🚀 b\n" * 3),
        ("a\n" * 5000, "b\n" * 5000),
        ("aa", "aaa"),
        ("x\ny\n", "y\nx\n"),
        ("same", "same"),
    ],
    ids=range(8),
)
def test_differences_make_one_text_of_the_other(before: str, after: str) -> None:
    assert applied(before, differences(before, after)) == after


def test_nothing_is_offered_for_what_cannot_be_read() -> None:
    assert actions(f"{HEAD}    kubernetes.io/elb.class: 'Union") == []


def test_nothing_is_offered_away_from_findings(**_: Any) -> None:
    opinion = judged(f"{HEAD}    kubernetes.io/elb.class: Union{TAIL}")
    made = Actions(opinion, Curing(opinion, Settings()), Settings(), versioned=True)

    assert made.at(0, 5, None, []) == []
