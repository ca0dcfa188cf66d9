"""`elbguard lsp`, asked as an editor asks it: the real command, by its protocol."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from tests.support.command import check, elbguard
from tests.support.editing import Editor, Json
from tests.support.places import ROOT, environment

SAMPLES: Final = sorted((ROOT / "app/elbguard/demo/samples").glob("*.yaml"))
HEAD: Final = "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\n  annotations:\n"
TAIL: Final = "\nspec:\n  type: LoadBalancer\n  ports: [{port: 80}]\n  selector: {app: web}\n"
CLASS: Final = "kubernetes.io/elb.class"
ID: Final = "0b9a6c4d-bd8b-45cc-bfc8-ff0f9da54e95"
BAD: Final = f"{HEAD}    {CLASS}: Union\n    kubernetes.io/elb.id: {ID}{TAIL}"
ABLE: Final = {
    "workspace": {
        "didChangeWatchedFiles": {"dynamicRegistration": True},
        "workspaceEdit": {"documentChanges": True},
    }
}
ANSWERS: Final = {
    "workspace": {"configuration": True, "didChangeConfiguration": {"dynamicRegistration": True}},
}
DEPENDS: Final = BAD.replace("Union", "performance")  # on the release: v1.15 has no class performance


@pytest.fixture(scope="module")
def editor() -> Iterator[Editor]:
    """Run one server for the tests that need nothing of their own."""
    with Editor() as running:
        yield running
        running.settled()
        assert running.shown == []  # nothing pops up, whatever is typed


def codes(diagnostics: list[Json]) -> list[str]:
    return [each["code"] for each in diagnostics if "code" in each]


def place(diagnostic: Json) -> tuple[int, int, int, int]:
    start, end = diagnostic["range"]["start"], diagnostic["range"]["end"]
    return start["line"], start["character"], end["line"], end["character"]


def at(text: str, word: str) -> Json:
    """The position of a word, in UTF-16."""
    before = text[: text.index(word)]
    line = before.rpartition("\n")[2]
    return {"line": before.count("\n"), "character": len(line.encode("utf-16-le")) // 2}


def test_a_document_has_the_findings_of_a_check_at_their_places(editor: Editor) -> None:
    for sample in SAMPLES:
        found = editor.open(sample.as_uri(), sample.read_text(encoding="utf-8"))
        editor.close(sample.as_uri())

        told = json.loads(check(sample.name, "--format", "json", cwd=sample.parent).stdout)["findings"]
        assert [(each["code"], *place(each)) for each in found] == [
            (e["rule"], e["line"] - 1, e["column"] - 1, e["end_line"] - 1, e["end_column"] - 1) for e in told
        ]
        assert all(each["source"] == "elbguard" for each in found)
        assert all(each["codeDescription"]["href"].startswith("https://") for each in found)


@pytest.fixture(scope="module")
def able() -> Iterator[Editor]:
    """Run one server for an editor that can do more."""
    with Editor(capabilities=ABLE) as running:
        yield running


def test_columns_are_counted_in_utf_16(editor: Editor) -> None:
    _expect_columns(editor, "utf-16", 2)


def test_columns_are_counted_in_the_units_that_were_agreed_upon() -> None:
    with Editor(capabilities={"general": {"positionEncodings": ["utf-7", "utf-8", "utf-16"]}}) as editor:
        _expect_columns(editor, "utf-8", 4)


def _expect_columns(editor: Editor, encoding: str, width: int) -> None:
    text = f'{HEAD}    note: \'🚀\'\n    kubernetes.io/elb.autocreate: \'{{"name": "🚀", "type": "pubic"}}\'{TAIL}'
    found = editor.open("untitled:columns", text)

    (type_,) = [each for each in found if each["code"] == "ELB203"]
    column = text.splitlines()[6].index('"pubic"') - 1 + width
    assert place(type_) == (6, column, 6, column + len('"pubic"'))
    there = {"line": 6, "character": column + 7}
    shown = editor.request("textDocument/hover", textDocument={"uri": "untitled:columns"}, position=there)
    assert "ELB203" in shown["contents"]["value"]
    assert editor.server["capabilities"]["positionEncoding"] == encoding
    editor.close("untitled:columns")


def test_the_last_version_has_the_last_word(editor: Editor) -> None:
    uri = "file:///tmp/versions.yaml"
    editor.open(uri, BAD)
    for version in range(2, 30):
        editor.type(uri, BAD if version % 2 else BAD.replace("Union", "union"), version)
    editor.type(uri, BAD.replace("Union", "Performance"), 30)

    assert "ELB101" in codes(editor.diagnostics(uri, 30))

    editor.settled()
    assert all(told["version"] < 30 for told in editor.published(uri))
    editor.close(uri)
    assert editor.diagnostics(uri, None) == []


def test_typing_without_a_rest_and_closing_leaves_nothing_behind(editor: Editor) -> None:
    uri = "file:///tmp/closed.yaml"
    editor.open(uri, BAD)
    editor.type(uri, BAD, 2)
    editor.close(uri)
    editor.type(uri, BAD, 3)

    assert editor.diagnostics(uri, None) == []
    editor.settled()
    assert editor.latest[uri] == []


def test_what_cannot_be_read_while_somebody_types_keeps_what_was_said_of_the_rest(editor: Editor) -> None:
    uri = "file:///tmp/half.yaml"
    text = f"{BAD}---\n{BAD.replace(ID, f'1{ID[1:]}')}"
    before = editor.open(uri, text)
    assert codes(before) == ["ELB101", "ELB101"]

    typed = text.replace("  name: web\n", "  name: web\n  labels: {'\n", 1)
    found = editor.change(uri, typed, 2)

    assert codes(found) == ["ELB101", "ELB101"]
    assert [place(each)[0] for each in found if "code" in each] == [6, 18]  # a line further down
    (broken,) = [each for each in found if "code" not in each]
    assert broken["message"].startswith("not valid YAML")
    assert codes(editor.change(uri, text, 3)) == ["ELB101", "ELB101"]
    editor.close(uri)


FOREIGN: Final = {
    "a values file": "service:\n  annotations:\n    kubernetes.io/elb.class: Union\n",
    "a list": "- a\n- b\n",
    "nothing": "",
    "no YAML": "a: [b\n",
    "prose": "This is: not: YAML\n\tat all",
    "a workflow": "on: push\njobs: {}\n",
    "a Deployment": BAD.replace("Service", "Deployment"),
}


@pytest.mark.parametrize("name", FOREIGN)
def test_of_what_is_no_manifest_nothing_is_said(editor: Editor, name: str) -> None:
    found = editor.open("file:///tmp/foreign.yaml", FOREIGN[name])
    editor.close("file:///tmp/foreign.yaml")

    assert codes(found) == []
    assert all(each["severity"] == 3 for each in found), found


def test_a_page_that_shows_a_manifest_is_none(editor: Editor) -> None:
    uri = "file:///tmp/page.md"

    assert editor.open(uri, f"# Services\n\n```yaml\n{BAD}```\n: [", language="markdown") == []
    editor.close(uri)


def test_a_template_is_said_to_be_one(editor: Editor) -> None:
    (told,) = editor.open("file:///tmp/template.yaml", BAD.replace("web", "{{ .Values.name }}", 1))
    editor.close("file:///tmp/template.yaml")

    assert told["severity"] == 3
    assert "template" in told["message"]


def test_a_text_of_megabytes_is_left_to_the_command(editor: Editor) -> None:
    (told,) = editor.open("file:///tmp/large.yaml", BAD + "#" * 1024 * 1024)
    editor.close("file:///tmp/large.yaml")

    assert "elbguard check" in told["message"]


HOSTILE: Final = (
    "a: " + "[" * 20_000,
    "a: &a [x]\n" + "".join(f"b{n}: &b{n} [*{'a' if n == 0 else f'b{n - 1}'}{', *a' * 9}]\n" for n in range(50)),
    BAD + "\x00\x01\ud800\u202e",
    "\ufeff" + BAD,
    BAD.replace("\n", "\r"),
    BAD.replace("Union", "'" + "{" * 50_000 + "'"),
    f"{HEAD}" + "".join(f"    kubernetes.io/elb.x{n}: y\n" for n in range(5_000)) + TAIL,
    "---\n" * 20_000,
    f"{HEAD}    kubernetes.io/elb.autocreate: '" + '{"a":' * 5_000 + f"'{TAIL}",
    "kind: Service\nmetadata: {annotations: {? [a] : b, 1: 2, kubernetes.io/elb.class: [x]}}\n",
)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_odd_documents_are_answered_for(editor: Editor, text: str) -> None:
    uri = "file:///tmp/odd.yaml"
    editor.open(uri, text)
    for line in (0, 5, 10_000):
        there = {"textDocument": {"uri": uri}, "position": {"line": line, "character": 31}}
        editor.request("textDocument/completion", **there)
        editor.request("textDocument/hover", **there)
    where = {"start": {"line": 0, "character": 0}, "end": {"line": 12, "character": 0}}
    editor.request("textDocument/codeAction", textDocument={"uri": uri}, range=where, context={"diagnostics": []})
    editor.close(uri)


def test_messages_that_are_none_end_nothing(editor: Editor) -> None:
    editor.send_bytes(b"{")
    editor.send_bytes(b"[]")
    editor.send_bytes(b'{"jsonrpc": "2.0", "method": "textDocument/didChange", "params": {"x": 1}}')
    editor.notify("textDocument/didSave", textDocument={"uri": "file:///never/opened.yaml"})
    editor.close("file:///never/opened.yaml")

    assert "error" in editor.ask("textDocument/none")
    assert codes(editor.open("file:///tmp/after.yaml", BAD)) == ["ELB101"]
    editor.close("file:///tmp/after.yaml")


@pytest.mark.parametrize(
    "uri",
    [
        "untitled:Untitled-1",
        "file:///tmp/a%20folder/%F0%9F%9A%80%23.yaml",
        "file:///tmp/a folder/x.yaml",
        "file:///c%3A/Users/me/x.yaml",
        "file:///C:/Users/me/x.yaml",
        "file://server/share/x.yaml",
        "vscode-remote://ssh-remote%2Bhost/home/me/x.yaml",
        "git:/tmp/x.yaml?%7B%22ref%22%3A%22HEAD%22%7D",
        "x.yaml",
        "",
    ],
)
def test_addresses_of_all_kinds_come_back_as_they_were(editor: Editor, uri: str) -> None:
    assert codes(editor.open(uri, BAD)) == ["ELB101"]
    editor.close(uri)
    assert editor.diagnostics(uri, None) == []


def test_json_is_read_as_json(editor: Editor) -> None:
    text = json.dumps(
        {"kind": "Service", "metadata": {"annotations": {CLASS: "Union"}}, "spec": {"type": "LoadBalancer"}}
    )

    assert "ELB101" in codes(editor.open("untitled:Untitled-2", text, language="json"))
    assert "ELB101" in codes(editor.open("file:///tmp/x.json", text, language="json"))
    editor.close("untitled:Untitled-2")
    editor.close("file:///tmp/x.json")


def test_a_cure_is_an_edit_of_the_version_that_was_judged(able: Editor, tmp_path: Path) -> None:
    uri = (tmp_path / "a.yaml").as_uri()
    (told,) = able.open(uri, BAD, 7)
    actions = able.request(
        "textDocument/codeAction",
        textDocument={"uri": uri},
        range=told["range"],
        context={"diagnostics": [told]},
    )
    cure, ignore, fix_all = actions

    assert [each["kind"] for each in actions] == ["quickfix", "quickfix", "source.fixAll.elbguard"]
    assert cure["diagnostics"] == ignore["diagnostics"] == [told]
    (edits,) = cure["edit"]["documentChanges"]
    assert edits["textDocument"] == {"uri": uri, "version": 7}
    assert edits["edits"] == [{"range": {**told["range"], "end": {"line": 5, "character": 30}}, "newText": "u"}]
    assert fix_all["edit"] == cure["edit"]
    assert ignore["edit"]["documentChanges"][0]["edits"][0]["newText"] == "  # elbguard: ignore[ELB101] "
    assert able.server["capabilities"]["codeActionProvider"]["codeActionKinds"] == [
        "quickfix",
        "source.fixAll.elbguard",
    ]


def test_completion_and_its_explanation(editor: Editor) -> None:
    uri = "file:///tmp/typing.yaml"
    text = f"{HEAD}    kubernetes.io/elb.cl{TAIL}"
    editor.open(uri, text)
    where = at(text, "elb.cl")
    where["character"] += len("elb.cl")
    offered = editor.request("textDocument/completion", textDocument={"uri": uri}, position=where)

    (item,) = [each for each in offered["items"] if each["label"] == CLASS]
    assert item["textEdit"]["range"] == {"start": {"line": 5, "character": 4}, "end": where}
    explained = editor.request("completionItem/resolve", **item)
    assert explained["documentation"]["value"] == elbguard("explain", CLASS, "--format", "markdown").stdout
    editor.close(uri)


def test_each_document_is_judged_by_its_own_project_file(editor: Editor, tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    for folder, version in ((one, "v1.15.11-r1"), (two, "v1.28.2-r0")):
        (folder / "deep").mkdir(parents=True)
        (folder / ".elbguard.yaml").write_text(f"cluster-version: {version}\nexclude: [left-out]\n")
    folders = [{"uri": folder.as_uri(), "name": folder.name} for folder in (one, two)]
    editor.notify("workspace/didChangeWorkspaceFolders", event={"added": folders, "removed": []})

    old = codes(editor.open((one / "deep/b.yaml").as_uri(), DEPENDS))
    new = codes(editor.open((two / "deep/b.yaml").as_uri(), DEPENDS))
    by_check = check(str(_written(one / "deep/b.yaml", DEPENDS)), "--format", "json", cwd=one)

    assert old == [each["rule"] for each in json.loads(by_check.stdout)["findings"]]
    assert set(old) - set(new), "class performance needs a release"
    assert codes(editor.open((two / "left-out/c.yaml").as_uri(), BAD)) == []
    assert "ELB102" in codes(editor.open("untitled:in-the-first-folder", DEPENDS))
    editor.notify("workspace/didChangeWorkspaceFolders", event={"added": [], "removed": folders})
    assert "ELB102" not in codes(editor.diagnostics("untitled:in-the-first-folder", 1))
    editor.close("untitled:in-the-first-folder")


def _written(file: Path, text: str) -> Path:
    file.write_text(text, encoding="utf-8")
    return file


def test_a_project_file_that_changes_is_heeded_and_its_mistakes_are_told_there(able: Editor, tmp_path: Path) -> None:
    project = _written(tmp_path / ".elbguard.yaml", "ignore: [ELB101]\n")
    uri = (tmp_path / "a.yaml").as_uri()
    patterns = able.registered()["params"]["registrations"][0]["registerOptions"]["watchers"]
    assert "**/.elbguard.{yaml,yml}" in [each["globPattern"] for each in patterns]
    assert codes(able.open(uri, BAD)) == []

    def told(content: str) -> list[Json]:
        project.write_text(content)
        change = {"uri": project.as_uri(), "type": 2}
        able.notify("workspace/didChangeWatchedFiles", changes=[change])
        return able.diagnostics(uri, 1)

    assert codes(told("{}")) == ["ELB101"]

    assert codes(told("# ours\nignore: [ELB777]\n")) == ["ELB101"]
    (mistake,) = able.diagnostics(project.as_uri(), None)
    assert mistake["range"]["start"]["line"] == 1
    assert "ELB777" in mistake["message"]
    assert "ELB777" in able.message()["message"]

    assert codes(told("# ours\nignore: [ELB777]\n\n")) == ["ELB101"]
    assert codes(told("ignore: [ELB101]\n")) == []
    assert able.diagnostics(project.as_uri(), None) == []

    told("cluster-version: [")
    assert able.diagnostics(project.as_uri(), None)
    project.unlink()
    able.notify("workspace/didChangeWatchedFiles", changes=[{"uri": project.as_uri(), "type": 3}])
    assert able.diagnostics(project.as_uri(), None) == []
    able.settled()
    assert len(able.shown) == 1  # and the first was taken: the same is said only once


def test_a_project_file_is_judged_as_it_is_typed_and_counts_when_it_is_saved(able: Editor, tmp_path: Path) -> None:
    project = _written(tmp_path / ".elbguard.yaml", "")
    uri = (tmp_path / "a.yaml").as_uri()
    assert codes(able.open(uri, BAD)) == ["ELB101"]
    (mistake,) = able.open(project.as_uri(), "# x\nignor: [ELB101]\n")
    assert place(mistake)[0] == 1
    assert able.change(project.as_uri(), "ignore: [ELB101]\n", 2) == []

    project.write_text("ignore: [ELB101]\n")
    able.notify("textDocument/didSave", textDocument={"uri": project.as_uri()})

    assert codes(able.diagnostics(uri, 1)) == []


def test_what_the_editor_is_told_stands_above_flags_and_those_above_a_file(tmp_path: Path) -> None:
    config = _written(tmp_path / "ours.yaml", "severity: {ELB101: warning}\n")
    flags = ("--stdio", "--config", str(config), "--ignore", "ELB102")
    a, b = (tmp_path / "a.yaml").as_uri(), (tmp_path / "b.yaml").as_uri()
    with Editor(*flags, options={"clusterVersion": "v1.9"}, ELBGUARD_CLUSTER_VERSION="v1.28.2-r0") as editor:
        (told,) = editor.open(a, BAD)
        assert (told["code"], told["severity"]) == ("ELB101", 2)
        assert "ELB102" not in codes(editor.open(b, DEPENDS))

        def configured(**settings: Any) -> list[Json]:
            editor.notify("workspace/didChangeConfiguration", settings={"elbguard": settings})
            return editor.diagnostics(a, 1) + editor.diagnostics(b, 1)

        assert {"ELB101", "ELB102"} <= set(codes(configured(ignore=["ELB104"])))
        assert "ELB101" not in codes(configured(ignore="ELB101"))

        configured(**{"cluster-version": "x", "ignore": "ELB101"})
        assert "cluster-version" in editor.message()["message"]


def test_an_editor_that_can_be_asked_is_asked(tmp_path: Path) -> None:
    uri = (tmp_path / "a.yaml").as_uri()
    with Editor(capabilities=ANSWERS, configuration={"ignore": ["ELB101"]}) as editor:
        (registration,) = editor.registered()["params"]["registrations"]
        assert registration["registerOptions"] == {"section": "elbguard"}
        assert editor.registered()["params"]["items"] == [{"section": "elbguard"}]
        assert codes(editor.open(uri, BAD)) == []

        editor.configuration = None
        editor.notify("workspace/didChangeConfiguration", settings=None)
        assert codes(editor.diagnostics(uri, 1)) == ["ELB101"]


def test_facts_that_are_wanting_are_told_in_the_log_once(able: Editor, tmp_path: Path) -> None:
    able.open((tmp_path / "a.yaml").as_uri(), DEPENDS)
    able.open((tmp_path / "b.yaml").as_uri(), DEPENDS)
    able.settled()

    logged = [each["message"] for each in able.logged if "cluster version unknown" in each["message"]]
    assert len(logged) == 1
    assert logged[0].endswith("give --cluster-version, or write it into .elbguard.yaml")


def test_a_file_that_is_renamed_is_another_document(editor: Editor, tmp_path: Path) -> None:
    old, new = (tmp_path / "old.yaml").as_uri(), (tmp_path / "new.yaml").as_uri()
    editor.open(old, BAD)
    editor.notify("workspace/didRenameFiles", files=[{"oldUri": old, "newUri": new}])
    editor.close(old)

    assert codes(editor.open(new, BAD)) == ["ELB101"]
    action = editor.request(
        "textDocument/codeAction",
        textDocument={"uri": new},
        range={"start": {"line": 5, "character": 0}, "end": {"line": 6, "character": 0}},
        context={"diagnostics": [], "only": ["source.fixAll"]},
    )[0]
    assert list(action["edit"]["changes"]) == [new]
    editor.settled()
    assert editor.latest[old] == []
    editor.close(new)


def test_folders_come_and_go(editor: Editor, tmp_path: Path) -> None:
    project = _written(tmp_path / ".elbguard.yaml", "ignore: [ELB101]\n").parent
    assert codes(editor.open("untitled:x", BAD)) == ["ELB101"]
    event = {"added": [{"uri": project.as_uri(), "name": "x"}], "removed": []}
    editor.notify("workspace/didChangeWorkspaceFolders", event=event)
    assert codes(editor.diagnostics("untitled:x", 1)) == []


def test_an_editor_that_leaves_without_a_word_is_no_success() -> None:
    with Editor() as editor:
        editor.notify("exit")
        assert editor.process.wait() == 1


def test_an_editor_that_dies_takes_the_server_with_it() -> None:
    with Editor() as editor:
        assert editor.process.stdin
        editor.process.stdin.close()
        assert editor.process.wait() == 1


def _python(code: str) -> Any:
    command = [sys.executable, "-c", code]
    return subprocess.run(command, cwd=ROOT, env=environment(), capture_output=True, text=True, check=False)


def test_without_its_package_it_says_what_to_install() -> None:
    done = _python(
        "import sys; sys.modules['pygls'] = None; sys.argv = ['elbguard', 'lsp']; from elbguard.cli import main; main()"
    )

    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.splitlines() == ["Error: the language server needs the package pygls: pip install 'pygls>=2.0'"]


def test_no_other_verb_loads_its_package() -> None:
    done = _python("import sys, elbguard.cli; print(sorted({'pygls', 'lsprotocol', 'asyncio'} & sys.modules.keys()))")

    assert done.stdout == "[]\n"


def test_the_help_names_the_verb() -> None:
    assert "lsp " in elbguard("--help").stdout
    assert "docs/editors.md" in elbguard("lsp", "--help").stdout
