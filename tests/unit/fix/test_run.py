"""Files fixed as the command line asks for it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path

import pytest

from elbguard.fix.diff import diff
from elbguard.fix.fix_command import run
from elbguard.settings import Settings

WRONG = (
    "# größe\nkind: Service\nmetadata:\n  annotations:\n    kubernetes.io/elb.id: {id}\n"
    "    kubernetes.io/elb.class: Union\nspec:\n  type: LoadBalancer\n"
).format(id="5083f225-9bf8-48fa-9c8b-67bd9693c4c0")
RIGHT = WRONG.replace("Union", "union")


class Outcome:
    """A run with its exit code and what it wrote."""

    def __init__(self, arguments: Sequence[str | Path], *, write: bool = False, colour: bool = False) -> None:
        out, err = TextIOWrapper(BytesIO(), "ascii"), StringIO()
        self.code = run(
            [*map(str, arguments)], Settings(), write=write, defaults=False, out=out, err=err, colour=colour
        )
        out.flush()
        self.out, self.err = out.buffer.getvalue().decode(), err.getvalue()


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def wrote(name: str, text: str = WRONG, encoding: str = "utf-8") -> Path:
    path = Path(name)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(text.encode(encoding))
    return path


def test_without_write_the_diff_is_shown_and_nothing_written() -> None:
    path = wrote("a.yaml")
    outcome = Outcome([path])

    assert outcome.code == 1
    assert outcome.out == (
        "--- a/a.yaml\n+++ b/a.yaml\n@@ -3,6 +3,6 @@\n metadata:\n   annotations:\n"
        "     kubernetes.io/elb.id: 5083f225-9bf8-48fa-9c8b-67bd9693c4c0\n"
        "-    kubernetes.io/elb.class: Union\n+    kubernetes.io/elb.class: union\n spec:\n   type: LoadBalancer\n"
    )
    assert outcome.err == "would fix 1 place in 1 file: write it with --write\n"
    assert path.read_text(encoding="utf-8") == WRONG


def test_with_write_files_are_rewritten_and_changes_listed() -> None:
    wrote("m/a.yaml")
    wrote("m/b.yml", RIGHT)
    wrote("m/c.json", "{}")
    outcome = Outcome(["m"], write=True)

    assert (outcome.code, outcome.out) == (0, "")
    assert outcome.err.splitlines() == [
        f'm/a.yaml:6:30: {CLASS}: "Union" becomes "union" [ELB101]',
        "fixed 1 place in 1 file",
    ]
    assert Path("m/a.yaml").read_text(encoding="utf-8") == RIGHT
    assert Outcome(["m"], write=True).err == ""
    assert Outcome(["m"]).code == 0


def test_standard_input_goes_to_standard_output(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", TextIOWrapper(BytesIO(WRONG.replace("\n", "\r\n").encode())))
    outcome = Outcome(["-"], write=True)

    assert outcome.out == RIGHT.replace("\n", "\r\n")
    assert outcome.code == 0


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_encoding_and_line_ends_stay(encoding: str, end: str) -> None:
    path = wrote("a.yaml", WRONG.replace("\n", end), encoding)
    Outcome([path], write=True)

    assert path.read_bytes() == RIGHT.replace("\n", end).encode(encoding)


def test_the_mode_of_a_file_stays_and_a_link_stays_a_link() -> None:
    path = wrote("a.yaml")
    path.chmod(0o751)
    link = Path("link.yaml")
    link.symlink_to(path)
    Outcome([link], write=True)

    assert link.is_symlink()
    assert path.read_text(encoding="utf-8") == RIGHT
    assert path.stat().st_mode & 0o777 == 0o751
    assert sorted(os.listdir()) == ["a.yaml", "link.yaml"]


def test_what_cannot_be_done_is_said_and_the_rest_is_done() -> None:
    wrote("broken.yaml", "a: b: c\n")
    wrote("latin.yaml", "\xff", "latin-1")
    wrote("a.yaml")
    outcome = Outcome(["gone.yaml", "broken.yaml", "latin.yaml", "a.yaml"], write=True)

    assert outcome.code == 2
    assert "gone.yaml: error: no such file or folder" in outcome.err
    assert "broken.yaml:1:5: error:" in outcome.err
    assert "latin.yaml:1:1: error: is not UTF-8 text" in outcome.err
    assert Path("a.yaml").read_text(encoding="utf-8") == RIGHT


def test_a_file_that_changed_meanwhile_is_not_overwritten(monkeypatch: pytest.MonkeyPatch) -> None:
    path = wrote("a.yaml")
    monkeypatch.setattr("elbguard.fix.fix_command.read", lambda file: f"{WRONG}# older\n")
    outcome = Outcome([path], write=True)

    assert outcome.code == 2
    assert "a.yaml: error: was changed by someone else meanwhile: nothing is written" in outcome.err
    assert path.read_text(encoding="utf-8") == WRONG


def test_a_read_only_file_is_not_overwritten(monkeypatch: pytest.MonkeyPatch) -> None:
    path = wrote("a.yaml")
    monkeypatch.setattr(os, "access", lambda path, mode: False)  # root may write anything
    outcome = Outcome([path], write=True)

    assert outcome.code == 2
    assert "a.yaml: error: cannot be written: it is read-only" in outcome.err
    assert path.read_text(encoding="utf-8") == WRONG


def test_a_failed_write_leaves_the_file_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    path = wrote("a.yaml")
    monkeypatch.setattr(os, "replace", full)
    outcome = Outcome([path], write=True)

    assert "a.yaml: error: cannot be written: No space left on device" in outcome.err
    assert os.listdir() == ["a.yaml"]
    assert path.read_text(encoding="utf-8") == WRONG


def test_colours_are_for_terminals() -> None:
    path = wrote("a.yaml")

    assert "\x1b[31m-    kubernetes.io/elb.class: Union\x1b[0m\n" in Outcome([path], colour=True).out
    assert "\x1b" not in Outcome([path]).out


@pytest.mark.skipif(not shutil.which("git"), reason="git is not installed: nobody can apply the diff")
@pytest.mark.parametrize("text", [WRONG, WRONG.replace("\n", "\r\n"), WRONG.rstrip(), f"#\x85 \u2028\n{WRONG}"])
def test_git_applies_the_diff(text: str) -> None:
    path = wrote("m/a.yaml", text)
    outcome = Outcome([path])
    subprocess.run(["git", "apply", "-"], input=outcome.out.encode(), check=True, cwd=path.parent.parent)

    assert path.read_bytes().decode() == text.replace("Union", "union")


def test_texts_that_are_the_same_have_no_diff() -> None:
    assert diff(WRONG, WRONG, "a.yaml") == ""


CLASS = "metadata.annotations[kubernetes.io/elb.class]"
PER_PORT = """\
apiVersion: v1
kind: Service
metadata:
  name: shop
  annotations:
    kubernetes.io/elb.id: 5083f225-9bf8-48fa-9c8b-67bd9693c4c0
    kubernetes.io/elb.class: union  # shared
    kubernetes.io/elb.health-check-options: '[
    {
        "target_service_port": "TCP:80",
        "delay": 5,
        "max-retries": "3"
    },
    {
        "protocol": "http",
        "path": "/größe",
        "monitor_port": 9090,
        "target_service_port": "TCP:443"
    }
    ]'
spec:
  selector: {app: shop}
  type: LoadBalancer
  ports: [{port: 80, name: a}, {port: 443, name: b}]
"""


def test_an_array_over_several_lines_is_cured_where_it_stands() -> None:
    path = wrote("shop.yaml", PER_PORT)
    outcome = Outcome([path], write=True)
    right = PER_PORT.replace(": 5,", ': "5",').replace("max-retries", "max_retries")

    assert path.read_text(encoding="utf-8") == right.replace('"http"', '"HTTP"').replace("9090", '"9090"')
    place = "metadata.annotations[kubernetes.io/elb.health-check-options]"
    assert outcome.err.splitlines() == [
        f'shop.yaml:11:18: {place}[0].delay: 5 becomes "5" [ELB437]',
        f'shop.yaml:12:9: {place}[0].max-retries: "max-retries" becomes "max_retries" [ELB902]',
        f'shop.yaml:15:21: {place}[1].protocol: "http" becomes "HTTP" [ELB440]',
        f'shop.yaml:17:25: {place}[1].monitor_port: 9090 becomes "9090" [ELB436]',
        "fixed 4 places in 1 file",
    ]
    assert Outcome([path]).code == 0


def test_extended_attributes_of_a_file_stay() -> None:
    path = wrote("a.yaml")
    try:
        os.setxattr(path, "user.reviewed-by", b"me")
    except OSError:
        pytest.skip("this file system has no extended attributes: nobody can lose them here")
    Outcome([path], write=True)

    assert path.read_text(encoding="utf-8") == RIGHT
    assert os.getxattr(path, "user.reviewed-by") == b"me"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file to somebody else")
def test_owner_and_group_of_a_file_stay() -> None:
    path = wrote("a.yaml")
    os.chown(path, 12345, 54321)
    path.chmod(0o640)
    Outcome([path], write=True)
    status = path.stat()

    assert path.read_text(encoding="utf-8") == RIGHT
    assert (status.st_uid, status.st_gid, status.st_mode & 0o777) == (12345, 54321, 0o640)


def test_an_owner_that_cannot_stay_is_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    path = wrote("a.yaml")
    monkeypatch.setattr("elbguard.fix.rewriting.shutil.copymode", forbidden)  # as chown is for those who are not root
    outcome = Outcome([path], write=True)

    assert outcome.code == 2
    assert "a.yaml: error: cannot be written so that owner, group and attributes stay" in outcome.err
    assert os.listdir() == ["a.yaml"]
    assert path.read_text(encoding="utf-8") == WRONG


def test_a_file_with_two_names_is_not_parted_from_the_other() -> None:
    path = wrote("a.yaml")
    os.link(path, "b.yaml")
    outcome = Outcome(["a.yaml"], write=True)

    assert outcome.code == 2
    assert "a.yaml: error: has 2 names (hard links), and only one of them would change" in outcome.err
    assert path.read_text(encoding="utf-8") == WRONG
    assert path.samefile("b.yaml")


@pytest.mark.parametrize("write", [True, False])
def test_errors_that_only_their_author_can_cure_are_counted_and_end_in_1(write: bool) -> None:
    wrote("a.yaml", RIGHT.replace("union", "shiny"))
    wrote("b.yaml")
    outcome = Outcome(["a.yaml", "b.yaml"], write=write)

    assert outcome.code == 1
    assert outcome.err.endswith("1 error left that only you can cure: elbguard check shows it\n")
    assert Outcome(["b.yaml"]).code == (0 if write else 1)


def test_what_may_have_been_meant_is_said() -> None:
    wrote("a.yaml", RIGHT.replace("union", "unoin"))
    outcome = Outcome(["a.yaml"], write=True)

    assert "a.yaml:6:30: note: left alone, as it is not certain: " + CLASS in outcome.err
    assert 'did you mean "union"?' in outcome.err


def test_a_key_whose_prefix_is_missing_is_left_alone_and_said() -> None:
    wrote("a.yaml", RIGHT.replace("annotations:", "annotations:\n    elb.lb-algorithm: ROUND_ROBIN", 1))
    outcome = Outcome(["a.yaml"], write=True)

    assert "write kubernetes.io/elb.lb-algorithm" in outcome.err


@pytest.mark.parametrize("text", ["", "# nothing\n", "Error: chart not found\n"])
def test_nothing_on_standard_input_is_an_error(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(sys, "stdin", TextIOWrapper(BytesIO(text.encode())))
    outcome = Outcome(["-"], write=True)

    assert outcome.code == 2
    assert "on standard input" in outcome.err


@pytest.mark.parametrize("argument", ["given", "given/link.yaml", "given/*.yaml"])
def test_a_link_that_leaves_the_folder_given_is_not_written_through(argument: str) -> None:
    Path("given").mkdir()
    Path("other").mkdir()
    path = wrote("other/a.yaml").resolve()
    Path("given/link.yaml").symlink_to(path)
    outcome = Outcome([Path(argument).absolute() if argument.endswith("link.yaml") else argument], write=True)

    assert outcome.code == 2
    assert "link.yaml: error: is a link to" in outcome.err
    assert "outside of the folder given: nothing is written" in outcome.err
    assert path.read_text(encoding="utf-8") == WRONG


def test_a_folder_that_is_a_link_is_not_written_through() -> None:
    Path("given").mkdir()
    Path("other").mkdir()
    path = wrote("other/a.yaml").resolve()
    Path("given/below").symlink_to(path.parent)
    outcome = Outcome(["given"], write=True)

    assert outcome.code == 2
    assert path.read_text(encoding="utf-8") == WRONG


def test_a_link_within_the_folder_given_stays_and_what_it_leads_to_is_written() -> None:
    Path("given/deep").mkdir(parents=True)
    path = wrote("given/deep/.a.txt").resolve()
    Path("given/link.yaml").symlink_to("deep/.a.txt")
    outcome = Outcome(["given"], write=True)

    assert outcome.code == 0
    assert Path("given/link.yaml").is_symlink()
    assert path.read_text(encoding="utf-8") == RIGHT
