"""What a pipeline may trust: exit codes where there is nothing, only files that are files, one report."""

import json
import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from tests.support.command import check, findings, ran
from tests.support.manifests import BAD, GOOD
from tests.support.places import environment
from tests.support.trying import thorough

NO_ID = BAD.replace("    kubernetes.io/elb.id: 5083f225-9bf8-48fa-9c8b-67bd9693c4c0\n", "")


@pytest.mark.parametrize(
    "text",
    [
        *("", " \n\n", "\ufeff", "# Source: nothing\n", "---\n", "---\n---\n...\n", "null\n", "~", "{}", "[1, 2]\n"),
        *("Error: chart not found\n", "chart not found\n", '"text"', "Error: a\n---\nWARNING: b\n"),
    ],
)
def test_exit_code_2_and_one_sentence_where_no_manifest_came(tmp_path: Path, text: str) -> None:
    done = check("-", stdin=text, cwd=tmp_path)

    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert "on standard input" in done.stderr


@pytest.mark.parametrize(
    "text", ["kind: ConfigMap\n", "apiVersion: v1\nkind: List\nitems: []\n", f"# first\n---\n{GOOD}"]
)
def test_exit_code_0_where_manifests_came_of_which_none_is_wrong(tmp_path: Path, text: str) -> None:
    assert check("-", stdin=text, cwd=tmp_path).returncode == 0


def test_standard_input_that_is_closed_is_one_sentence(tmp_path: Path) -> None:
    command = ["bash", "-c", f"exec {sys.executable} -m elbguard check - <&-"]
    done = ran(*command, cwd=tmp_path)

    assert (done.returncode, done.stderr) == (2, "<stdin>: error: cannot be read: it is closed\n")


def test_services_can_be_required(tmp_path: Path) -> None:
    (tmp_path / "map.yaml").write_text("apiVersion: v1\nkind: ConfigMap\n")
    without = [check(".", *flags, cwd=tmp_path) for flags in ((), ("--require-services",))]
    (tmp_path / "web.yaml").write_text(GOOD)
    found = check(".", "--require-services", cwd=tmp_path)
    (tmp_path / "web.yaml").write_text(BAD)
    wrong = check(".", "--require-services", cwd=tmp_path)

    assert [done.returncode for done in (*without, found, wrong)] == [0, 2, 0, 1]
    assert without[1].stderr == "Error: no Service in 1 file, and --require-services asks for one\n"


def test_an_empty_path_is_not_the_current_folder(tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text(BAD)
    done = check("", cwd=tmp_path)

    assert (done.returncode, done.stderr) == (2, '"": error: is no path: write . for the current folder\n')
    assert "ELB101" not in done.stdout


@pytest.mark.parametrize("argument", [".", "**/*.y*", "**/svc.y*", "*/**/svc.yaml", "**"])
def test_links_in_a_loop_are_followed_once(tmp_path: Path, argument: str) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "to-a").symlink_to(tmp_path / "a")
        (tmp_path / name / "to-b").symlink_to(tmp_path / "b")
        (tmp_path / name / "up").symlink_to(tmp_path)
    (tmp_path / "itself").symlink_to("itself")
    (tmp_path / "a" / "svc.yaml").write_text(BAD)
    (tmp_path / "b" / "svc.yaml").symlink_to("../a/svc.yaml")
    done = check(argument, "--format", "json", cwd=tmp_path)

    assert done.returncode == 1
    assert [f["resource"]["name"] for f in findings(done)] == ["web"]


def test_a_folder_behind_a_link_is_read(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "bad.yaml").write_text(BAD)
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / "link").symlink_to("../elsewhere")

    assert [f["file"] for f in findings(check("here", "--format", "json", cwd=tmp_path))] == ["here/link/bad.yaml"]


@pytest.mark.parametrize("argument", [".", "*.yaml", "**/*.yaml"])
def test_what_is_no_regular_file_is_skipped_with_a_word(tmp_path: Path, argument: str) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    (tmp_path / "gone.yaml").symlink_to("nowhere.yaml")
    (tmp_path / "null.yaml").symlink_to("/dev/null")
    (tmp_path / "good.yaml").write_text(GOOD)
    done = check(argument, cwd=tmp_path)

    assert done.returncode == 0
    assert sorted(done.stderr.splitlines()) == [
        "gone.yaml: note: a link to nothing, skipped",
        "null.yaml: note: not a regular file, skipped",
        "pipe.yaml: note: not a regular file, skipped",
    ]
    assert "No mistakes in 1 Service of 1 file; skipped 3 files" in done.stdout


def test_a_link_to_nothing_that_was_asked_for_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "gone.yaml").symlink_to("nowhere.yaml")
    done = check("gone.yaml", cwd=tmp_path)

    assert (done.returncode, done.stderr) == (2, "gone.yaml: error: a link to nothing\n")


def test_a_pipe_that_was_asked_for_is_read(tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text(BAD)
    command = ["bash", "-c", f"{sys.executable} -m elbguard check <(cat bad.yaml)"]
    done = ran(*command, cwd=tmp_path)

    assert done.returncode == 1


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Hundreds of files with findings about values that are there and values that are not, and with trouble."""
    folder = tmp_path_factory.mktemp("many")
    kinds = [GOOD, BAD, NO_ID, BAD + BAD.replace("  name:", "  namespace: a\n  name:"), "kind: Service\n: : [", "{{ x"]
    kinds.append(NO_ID.replace("metadata:", "metadata:\n  labels: {a: 1, a: 2}"))
    kinds.append(f"# Source: chart/web.yaml\n{NO_ID}")
    for number in range(320):
        (folder / f"{number:03}.yaml").write_text(kinds[number % len(kinds)].replace("name: web", f"name: w{number}"))
    check(".", "--baseline", "base.txt", "--write-baseline", "--ignore", "ELB101", cwd=folder)
    return folder


@pytest.mark.parametrize("flags", [(), *thorough(("--baseline", "base.txt"), ("--strict", "--statistics"))])
def test_the_report_does_not_depend_on_the_number_of_processes(many: Path, flags: tuple[str, ...]) -> None:
    forms = ("text", "short", "json", "sarif", "junit", "github", "html")
    files = {jobs: {form: many / f"{form}-by-{jobs}.txt" for form in forms} for jobs in ("1", "3")}
    one, three = (
        check(
            *(".", "--format", "text", "--jobs", jobs, *flags),
            *(word for form, file in files[jobs].items() for word in ("--format", f"{form}={file}")),
            cwd=many,
        )
        for jobs in ("1", "3")
    )

    assert (one.stdout, one.stderr, one.returncode) == (three.stdout, three.stderr, three.returncode)
    for form in forms:
        written = files["1"][form].read_text(encoding="utf-8")
        assert written == files["3"][form].read_text(encoding="utf-8")
        assert "ABSENT" not in written
        assert "ELB101" in written
        assert ("ELB110" in written) == (flags[:1] != ("--baseline",))


def test_standard_input_is_read_whatever_the_number_of_processes(many: Path) -> None:
    one, three = (check("-", ".", "--jobs", jobs, stdin=BAD, cwd=many).stdout for jobs in ("1", "3"))

    assert one == three
    assert one.startswith("<stdin>:6:30: error[ELB101]")


def test_a_baseline_of_several_processes_is_that_of_one(many: Path) -> None:
    for jobs in ("1", "4"):
        check(".", "--baseline", f"by-{jobs}", "--write-baseline", "--jobs", jobs, cwd=many)

    assert (many / "by-1").read_bytes() == (many / "by-4").read_bytes()
    assert len(json.loads((many / "by-1").read_text())["findings"]) > 300


@pytest.mark.parametrize("jobs", ["1", "3"])
@pytest.mark.parametrize("everybody", [True, False], ids=["the terminal's processes", "one process"])
def test_ctrl_c_is_130_without_a_traceback(tmp_path: Path, jobs: str, everybody: bool) -> None:
    text = "---\n".join(BAD.replace("name: web", f"name: web-{number}") for number in range(15))
    for number in range(200):
        (tmp_path / f"{number:04}.yaml").write_text(text)
    command = [sys.executable, "-c", _TELLING, "check", ".", "--jobs", jobs]
    with subprocess.Popen(
        command, cwd=tmp_path, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    ) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == b"checking\n"
        (os.killpg if everybody else os.kill)(running.pid, signal.SIGINT)
        try:
            out, err = running.communicate(timeout=60)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(running.pid, signal.SIGKILL)

    assert (running.returncode, err, out) == (130, b"Interrupted.\n", b"")


_TELLING = """\
import elbguard.cli, elbguard.check.checking
def progress(done, total):
    if done == 1:
        print("checking", flush=True)
elbguard.check.checking.bar = lambda: progress
elbguard.cli.main()
"""


def test_what_a_baseline_hides_is_counted_and_what_is_stale_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(BAD)
    (tmp_path / "b.yaml").write_text(NO_ID.replace("name: web", "name: b"))
    check(".", "--baseline", "base", "--write-baseline", cwd=tmp_path)
    same = check(".", "--baseline", "base", cwd=tmp_path)
    (tmp_path / "b.yaml").unlink()
    gone = check(".", "--baseline", "base", cwd=tmp_path)
    one = check("a.yaml", "--baseline", "base", cwd=tmp_path)
    (tmp_path / "a.yaml").write_text(GOOD)
    mended = check("a.yaml", "--baseline", "base", "--format", "json", cwd=tmp_path)

    assert "Nothing new in 2 Services of 2 files; 3 findings hidden by the baseline" in same.stdout
    assert "No mistakes" not in same.stdout
    assert (same.stderr, one.stderr) == ("", "")
    assert "base: note: found no more: ELB110 in Service/b, " in gone.stderr
    assert mended.stderr.startswith("base: note: found no more: ELB101 in Service/web, ")
    assert "Service/b" not in mended.stderr
    assert [json.loads(mended.stdout)["summary"]["hidden"], mended.returncode] == [0, 0]


@pytest.mark.parametrize("form", ["yaml", "json"])
def test_a_key_given_twice_is_reported_at_its_second_place(tmp_path: Path, form: str) -> None:
    text = GOOD.replace("annotations:\n", "annotations:\n    kubernetes.io/elb.class: union\n")
    text = text.replace("spec:", "    kubernetes.io/elb.class: union\nspec:")
    text = text.replace("[{port: 80}]", "\n  - name: a\n    port: 80\n    name: b")
    if form == "json":
        text = (
            '{"kind": "Service", "metadata": {"name": "web", "annotations": {\n"kubernetes.io/elb.class": "union",\n'
            '"kubernetes.io/elb.id": "5083f225-9bf8-48fa-9c8b-67bd9693c4c0",\n\n\n"kubernetes.io/elb.class": "union"'
            '}}, "spec": {"type": "LoadBalancer", "selector": {"a": "b"}, "ports": [\n\n\n\n{"name": "a", "port": 80,\n'
            '"name": "b"}]}}'
        )
    (tmp_path / f"web.{form}").write_text(text)
    done = check(".", "--format", "json", cwd=tmp_path)
    found = {(f["rule"], f["severity"]): text.splitlines()[f["line"] - 1][f["column"] - 1 :] for f in findings(done)}

    assert done.returncode == 1
    assert sorted(found) == [("ELB951", "error"), ("ELB952", "warning")]
    assert found["ELB951", "error"].strip('"').startswith("kubernetes.io/elb.class")
    assert found["ELB952", "warning"].strip('"').startswith("name")
    assert "line" in next(f["message"] for f in findings(done) if f["rule"] == "ELB951")


@pytest.mark.parametrize(
    "suppressed",
    [
        lambda text: text.replace("again: x\nspec", "again: x # elbguard: ignore[ELB951] two readers\nspec"),
        lambda text: text.replace("annotations:", 'annotations:\n    elbguard.io/ignore: "ELB951: two readers"'),
    ],
)
def test_a_key_given_twice_can_be_suppressed_and_switched_off(tmp_path: Path, suppressed: object) -> None:
    assert callable(suppressed)
    text = GOOD.replace("annotations:", "annotations:\n    again: x").replace("spec:", "    again: x\nspec:")

    assert check("-", stdin=text, cwd=tmp_path).returncode == 1
    assert check("-", "--ignore", "annotation-given-twice", stdin=text, cwd=tmp_path).returncode == 0
    assert check("-", "--fail-on", "warning", stdin=suppressed(text), cwd=tmp_path).returncode == 0


def test_every_key_given_three_times_is_reported_twice(tmp_path: Path) -> None:
    text = GOOD.replace("spec:", "spec:\n  type: ClusterIP\n  type: NodePort")

    assert [f["line"] for f in findings(check("-", "--format", "json", stdin=text, cwd=tmp_path))] == [9, 10]
