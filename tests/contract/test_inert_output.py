"""Nothing that others named acts on the terminal, or on the CI system, that shows what the command prints."""

import json
import os
import re
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.contract.test_switched_off import BAD
from tests.support.command import check, elbguard

COMMANDS = re.compile(r"^\s*::(?!(?:error|warning|notice) )|##[a-z]*\[", re.MULTILINE)
NAMES = (
    "::stop-commands::x.yaml",
    "##[command]rm -rf.yaml",
    "##vso[task.setvariable variable=a]b.yaml",
    "##teamcity[x].yaml",
    "a\n::stop-commands::x.yaml",
    "a\r::error::x.yaml",
    "\x1b[31mred\x1b]0;title\x07.yaml",
    "bidi\u202egnp.yaml",
    "c1\x9b31m\x7f.yaml",
    " ::add-mask::a.yaml",
)
FORMATS = ("text", "short", "json", "sarif", "junit", "github", "html")


def _is_inert(text: str) -> bool:
    return not COMMANDS.search(text) and all(char.isprintable() or char == "\n" for char in text)


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("name", NAMES)
def test_a_name_of_a_file_is_shown_and_not_obeyed(name: str, form: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(f"{BAD}---\nkind: Service\na: {{{{ x }}}}\n---\na: b: c\n")

    done = check(name, "--format", form, "--statistics", cwd=tmp_path)

    assert done.returncode == 2
    assert _is_inert(done.stdout), ascii(done.stdout)
    assert _is_inert(done.stderr), ascii(done.stderr)


@pytest.mark.parametrize("name", NAMES)
def test_readers_of_a_report_get_the_name_as_it_is(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(BAD)

    found = json.loads(check(name, "--format", "json", cwd=tmp_path).stdout)
    assert {each["file"] for each in found["findings"]} == {name}
    if "\x1b" not in name:  # which XML cannot say
        suites = ElementTree.fromstring(check(name, "--format", "junit", cwd=tmp_path).stdout)  # noqa: S314 - our own
        assert [suite.get("name") for suite in suites] == [name]


@pytest.mark.parametrize("name", NAMES)
def test_what_cannot_be_read_is_said_without_acting(name: str, tmp_path: Path) -> None:
    (tmp_path / name).symlink_to("nowhere")
    (tmp_path / f"b{name}").write_bytes(b"kind: Service \xff")

    for words in ((".",), (".", "--strict"), (name,), (f"gone{name}",), (f"{name}*",)):
        done = check(*words, cwd=tmp_path)
        assert _is_inert(done.stdout + done.stderr), ascii(done.stderr)


@pytest.mark.parametrize("name", NAMES)
def test_words_of_the_command_line_are_said_without_acting(name: str, tmp_path: Path) -> None:
    for words in (
        ["check", ".", f"--{name}"],
        ["check", ".", "--format", name],
        ["check", ".", "--fail-on", name],
        ["check", ".", "--ignore", name],
        ["check", ".", "--severity", name],
        ["check", ".", "--cluster-version", name],
        ["check", ".", "--baseline", name],
        ["check", ".", "--config", name],
        ["check", ".", "--jobs", name],
        ["fix", ".", "--exclude", f"{name}\\"],
        ["explain", name],
        ["explain", "ELB101", "--format", name],
        [name],
    ):
        done = elbguard(*words, cwd=tmp_path)
        assert done.returncode == 2, words
        assert _is_inert(done.stdout + done.stderr), ascii(done.stderr)


@pytest.mark.parametrize("name", NAMES)
def test_a_fix_is_said_without_acting(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(BAD.replace("nope", "Union"))
    shown = elbguard("fix", name, cwd=tmp_path)
    written = elbguard("fix", "--write", name, cwd=tmp_path)

    assert _is_inert(shown.stdout + shown.stderr), ascii(shown.stdout)
    assert _is_inert(written.stdout + written.stderr)
    assert "class: union" in (tmp_path / name).read_text()


def test_git_applies_the_diff_of_a_file_with_an_odd_name(tmp_path: Path) -> None:
    for name in NAMES:
        file = tmp_path / name
        file.write_text(BAD.replace("nope", "Union"))
        diff = elbguard("fix", name, cwd=tmp_path).stdout
        done = applied(diff, tmp_path)
        assert done == 0, ascii(diff)
        assert "class: union" in file.read_text()


def applied(diff: str, folder: Path) -> int:
    """Have git apply a diff; gives its exit code."""
    return subprocess.run(["git", "apply", "-"], input=diff, text=True, cwd=folder, check=False).returncode


def test_github_obeys_nothing_in_a_diff(tmp_path: Path) -> None:
    text = BAD.replace("nope", "Union").replace("name: web", "name: web\n  labels:\n    a: >-\n      ::error::x")
    (tmp_path / "a.yaml").write_text(text)

    done = elbguard("fix", "a.yaml", cwd=tmp_path, GITHUB_ACTIONS="true")
    first, *diff, last = done.stdout.splitlines()
    word, token = first.rsplit("::", 1)
    assert (word, last) == ("::stop-commands", f"::{token}::")
    assert not any(token in line for line in diff)
    assert applied(done.stdout, tmp_path) == 0


def test_values_and_names_in_a_manifest_do_not_act(tmp_path: Path) -> None:
    odd = r"\e[31m\n::stop-commands::x\r##[group]\u202e\x9b"
    (tmp_path / "a.yaml").write_text(
        BAD.replace("nope", f'"{odd}"').replace("name: web", f'name: "{odd}"\n  namespace: "::a"')
    )
    for form in FORMATS:
        done = check("a.yaml", "--format", form, cwd=tmp_path)
        assert done.returncode == 1
        assert _is_inert(done.stdout + done.stderr), ascii(done.stdout)
    fixed = elbguard("fix", "--write", "a.yaml", cwd=tmp_path)
    assert _is_inert(fixed.stdout + fixed.stderr)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes in folders here")
def test_a_folder_with_an_odd_name_is_named_without_acting(tmp_path: Path) -> None:
    folder = tmp_path / "a\n::stop-commands::b"
    folder.mkdir()
    (folder / ".elbguard.yaml").write_text("ignore: ELB101")
    os.mkfifo(folder / "pipe.yaml")

    for words in ((".",), (str(folder),)):
        done = check(*words, cwd=folder)
        assert _is_inert(done.stdout + done.stderr), ascii(done.stderr)


@pytest.mark.parametrize("words", [(), ("generate",)])
def test_who_names_no_verb_reads_the_help_line_by_line(words: tuple[str, ...]) -> None:
    done = elbguard(*words)

    assert done.returncode == 2
    assert done.stderr.rstrip("\n") == elbguard(*words, "--help").stdout.rstrip("\n")
