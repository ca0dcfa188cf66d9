"""A report is saved whole or not at all, and where it was asked for."""

import errno
import os
import stat
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from elbguard.report.saving import save
from tests.support.command import PROGRAM, check, ran

BAD = "apiVersion: v1\nkind: Service\nmetadata: {name: web, annotations: {kubernetes.io/elb.class: nope}}\n" + (
    "spec: {type: LoadBalancer, selector: {a: b}, ports: [{port: 80}]}\n"
)


def test_a_new_file_has_the_mode_that_the_user_gives_new_files(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        save(b"new", tmp_path / "a")
    finally:
        os.umask(before)

    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o640
    assert [each.name for each in tmp_path.iterdir()] == ["a"]


def test_a_file_that_is_there_is_replaced_and_keeps_its_mode(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_bytes(b"old and longer")
    file.chmod(0o604)
    with file.open("rb") as reading:
        save(b"new", file)
        assert reading.read() == b"old and longer"  # who reads the old one reads it to its end

    assert file.read_bytes() == b"new"
    assert stat.S_IMODE(file.stat().st_mode) == 0o604


def test_what_cannot_be_written_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "full")

    (tmp_path / "a").write_bytes(b"old")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="full"):
        save(b"new", tmp_path / "a")

    assert (tmp_path / "a").read_bytes() == b"old"
    assert [each.name for each in tmp_path.iterdir()] == ["a"]


@pytest.mark.parametrize("link", [Path.symlink_to, Path.hardlink_to])
def test_a_link_stays_one_and_what_it_leads_to_is_written(tmp_path: Path, link: Callable[[Path, Path], None]) -> None:
    (tmp_path / "a").write_bytes(b"old")
    link(tmp_path / "b", tmp_path / "a")
    save(b"new", tmp_path / "b")

    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes() == b"new"


def test_a_pipe_is_written_to(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(BAD)
    to_stdout = ran(*PROGRAM, "check", "a.yaml", "--format", "html=/dev/stdout", cwd=tmp_path)
    to_a_pipe = ran(
        "bash", "-c", f"cat <({sys.executable} -m elbguard check a.yaml --format html=>(cat))", cwd=tmp_path
    )

    assert to_stdout.stdout.startswith("<!DOCTYPE html>")
    assert to_a_pipe.stdout == to_stdout.stdout


def test_a_report_that_cannot_be_written_is_one_sentence_and_exit_code_2(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(BAD)
    (tmp_path / "folder").mkdir()
    for file, why in (("gone/report.html", errno.ENOENT), ("folder", errno.EISDIR), ("a.yaml/x", errno.ENOTDIR)):
        done = check("a.yaml", "--format", f"html={file}", cwd=tmp_path)

        assert done.returncode == 2
        assert done.stderr == f"Error: cannot write '{file}': {os.strerror(why)}\n"


def test_a_page_is_written_to_a_file_and_to_standard_output(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(BAD)
    done = check("a.yaml", "--format", "html=report.html", "--format", "short", cwd=tmp_path)

    assert done.returncode == 1
    assert done.stdout.startswith("a.yaml:3:")
    assert (tmp_path / "report.html").read_text(encoding="ascii") == check(
        "a.yaml", "--format", "html", cwd=tmp_path
    ).stdout
