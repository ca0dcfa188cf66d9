"""`elbguard lsp`, asked as an editor asks it: the real command, by its protocol."""

import json
from collections.abc import Iterator

import pytest

from tests.support.command import check
from tests.support.editing import Editor, Json
from tests.support.places import ROOT

SAMPLES = sorted((ROOT / "app/elbguard/demo/samples").glob("*.yaml"))
BAD = (ROOT / "app/elbguard/demo/samples/2-one-mistake.yaml").read_text(encoding="utf-8")
GOOD = (ROOT / "app/elbguard/demo/samples/1-works.yaml").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def editor() -> Iterator[Editor]:
    """Run one server for the tests that need nothing of their own."""
    with Editor() as running:
        yield running


def codes(diagnostics: list[Json]) -> list[str]:
    return [each["code"] for each in diagnostics if "code" in each]


def test_a_document_has_the_findings_of_a_check_at_their_places(editor: Editor) -> None:
    for sample in SAMPLES:
        found = editor.open(sample.as_uri(), sample.read_text(encoding="utf-8"))
        editor.close(sample.as_uri())

        told = json.loads(check(sample.name, "--format", "json", cwd=sample.parent).stdout)["findings"]
        assert [(e["code"], e["range"]["start"]["line"], e["range"]["start"]["character"]) for e in found] == [
            (e["rule"], e["line"] - 1, e["column"] - 1) for e in told
        ]
        assert all(each["source"] == "elbguard" for each in found)
