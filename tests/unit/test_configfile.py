"""The configuration file is followed from the moment at which it was read, not from the moment somebody first looks."""

import logging
import os
from pathlib import Path

import pytest

from elbguard.settings import Settings, load
from elbguard.webhook.configfile import ConfigFile


def _followed(path: Path, read: Settings) -> tuple[ConfigFile, list[Settings], list[str]]:
    used: list[Settings] = []
    counted: list[str] = []
    return ConfigFile(path, {}, used.append, counted.append, current=read), used, counted


def test_a_change_between_reading_and_the_first_look_is_used(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text("ignore: [ELB101]\n")
    read = load({}, path)
    path.write_text("ignore: [ELB301]\n")
    file, used, counted = _followed(path, read)
    file.look()
    file.look()

    assert [each.ignore for each in used] == [("ELB301",)]
    assert counted == ["loaded"]


@pytest.mark.parametrize("half", ["", "cluster-version: v1.28.15-r0\n"], ids=["emptied", "half written"])
def test_a_file_that_is_being_written_is_not_taken_by_halves(tmp_path: Path, half: str) -> None:
    path = tmp_path / "config.yaml"
    path.write_text("mode: warn\n")
    used: list[Settings] = []

    def write_the_rest(_: float) -> None:
        path.write_text("cluster-version: v1.28.15-r0\nmode: warn\n")

    file = ConfigFile(path, {}, used.append, current=load({}, path), wait=write_the_rest)
    path.write_text(half)
    file.look()
    assert used == []
    file.look()

    assert [each.mode.value for each in used] == ["warn"]


def test_what_is_in_use_already_is_not_used_again(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text("ignore: [ELB101]\n")
    file, used, counted = _followed(path, load({}, path))
    file.look()
    path.write_text("# the same\nignore: ELB101\n")
    file.look()

    assert (used, counted) == ([], [])


def test_all_mistakes_of_a_changed_file_are_in_one_line_of_the_log_and_said_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "config.yaml"
    path.write_text("ingore: []\nmodes: [{mode: warm}]\n")
    file, used, counted = _followed(path, Settings())
    with caplog.at_level(logging.ERROR):
        file.look()
        file.look()

    assert (used, counted) == ([], ["refused"])
    assert len(caplog.messages) == 1
    assert "did you mean ignore?" in caplog.text
    assert "modes[0].mode: 'warm'" in caplog.text


def test_a_file_that_goes_leaves_the_last_good_settings_and_its_return_is_seen(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    file, used, counted = _followed(path, Settings())
    file.look()
    path.write_text("ignore: ELB101\n")
    file.look()

    assert counted == ["refused", "loaded"]
    assert [each.ignore for each in used] == [("ELB101",)]


@pytest.mark.parametrize("kind", ["pipe", "folder", "device without an end"])
def test_what_is_no_file_to_read_is_told_once_and_leaves_the_last_settings(
    tmp_path: Path, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "config.yaml"
    path.write_text("ignore: [ELB101]\n")
    file, used, counted = _followed(path, load({}, path))
    path.unlink()
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    else:
        path.symlink_to("/dev/zero")
    file.look()
    file.look()

    assert (used, counted) == ([], ["refused"])
    assert len([record for record in caplog.records if str(path) in record.message]) == 1
