"""What an editor is told of a text is what `elbguard check` finds in it, at the same places."""

from pathlib import Path

import pytest
from lsprotocol.types import Diagnostic, DiagnosticSeverity, DiagnosticTag, PositionEncodingKind

from elbguard.check.checking import check
from elbguard.check.judge import Judge
from elbguard.editor.diagnostics import diagnostics
from elbguard.editor.judging import verdict
from elbguard.editor.opened import Opened
from elbguard.report.model import Entry
from elbguard.report.sentences import sentence
from elbguard.settings import Settings
from tests.generators.casefile import Document, all_documents
from tests.support.cases import ROOT
from tests.support.places import ROOT as PROJECT

SAMPLES = sorted((PROJECT / "app/elbguard/demo/samples").glob("*.yaml"))
UTF32 = PositionEncodingKind.Utf32
DOCUMENTS = [document for document in all_documents(ROOT) if not document.before]


def told(text: str, settings: Settings, uri: str = "untitled:x") -> list[Diagnostic]:
    return diagnostics(verdict(Opened(uri, 1, text, encoding=UTF32), settings))


def findings(found: list[Diagnostic]) -> list[tuple[object, ...]]:
    """The diagnostics that are findings: rule, severity, place, message."""
    starts = [(each, each.range.start, each.range.end) for each in found if each.code]
    return [
        (e.code, e.severity, s.line + 1, s.character + 1, t.line + 1, t.character + 1, e.message) for e, s, t in starts
    ]


def reported(file: Path, settings: Settings) -> list[tuple[object, ...]]:
    """The same of a report."""
    return list(map(listed, check([str(file)], settings, jobs=1).entries))


def listed(entry: Entry) -> tuple[object, ...]:
    severity = DiagnosticSeverity.Error if entry.severity == "error" else DiagnosticSeverity.Warning
    span = entry.span
    return entry.rule.id, severity, span.line, span.column, span.end_line, span.end_column, sentence(entry)


def test_every_case_has_the_findings_that_a_check_has() -> None:
    for document in DOCUMENTS:
        settings = Settings(**document.settings)

        found = told(document.manifest, settings)

        entries = sorted(map(listed, Judge(settings).judge(document.manifest, "untitled:x").entries), key=str)
        assert sorted(findings(found), key=str) == entries, document.line


@pytest.mark.parametrize("few", [DOCUMENTS[start::40] for start in range(0, 40, 5)], ids=range(8))
def test_cases_have_the_same_findings_as_in_a_report(few: list[Document], tmp_path: Path) -> None:
    file = tmp_path / "case.yaml"
    for document in few:
        settings = Settings(**document.settings)
        file.write_text(document.manifest, encoding="utf-8")

        found = told(document.manifest, settings, file.as_uri())

        assert findings(found) == reported(file, settings), document.line


@pytest.mark.parametrize("file", SAMPLES, ids=lambda file: file.name)
def test_every_sample_has_the_same_findings(file: Path) -> None:
    found = told(file.read_text(encoding="utf-8"), Settings(), file.as_uri())

    assert findings(found) == reported(file, Settings())


def test_what_does_nothing_and_what_is_old_is_marked_so() -> None:
    text = ONE.replace("elb.class: union", "elb.clas: union\n    kubernetes.io/session-affinity-mode: SOURCE_IP")

    tags = {each.range.start.line: each.tags for each in told(text, Settings()) if each.code == "ELB903"}

    assert tags == {
        6: [DiagnosticTag.Unnecessary],
        7: [DiagnosticTag.Unnecessary, DiagnosticTag.Deprecated],
    }


ONE = """apiVersion: v1
kind: Service
metadata:
  name: one
  annotations:
    kubernetes.io/elb.id: 0b9a6c4d-bd8b-45cc-bfc8-ff0f9da54e95
    kubernetes.io/elb.class: union
spec:
  type: LoadBalancer
  ports: [{port: 80, targetPort: 80}]
  selector: {app: one}
"""


def test_objects_that_collide_are_told_of_with_the_place_of_the_other(tmp_path: Path) -> None:
    file = tmp_path / "two.yaml"
    text = f"{ONE}---\n{ONE.replace('one', 'two')}"
    file.write_text(text, encoding="utf-8")

    found = told(text, Settings(), file.as_uri())

    assert findings(found) == reported(file, Settings())
    related = [each for found in found for each in found.related_information or ()]
    assert [(each.message, each.location.range.start.line) for each in related] == [
        ("Service two stands here", 12),
        ("Service one stands here", 0),
    ]
