"""UPGRADING.md says what is so: of this version, of commands, of settings and of manifests."""

import re
import shlex
from pathlib import Path
from typing import Final

import pytest

from elbguard.settings import Settings
from elbguard_rules.guard import RETIRED
from tests.release.versions import version_of
from tests.support.command import elbguard
from tests.support.places import ROOT

TEXT: Final = (ROOT / "UPGRADING.md").read_text(encoding="utf-8")
FLAT: Final = " ".join(TEXT.split())


def commands() -> list[list[str]]:
    """The commands of ours that it shows."""
    shown = re.findall(r"(?m)^\s*(elbguard [^#`\n]+)|`(elbguard [^`]+)`", TEXT)
    return [shlex.split(" ".join("".join(each).split()))[1:] for each in shown]


def test_the_newest_version_is_told_of() -> None:
    assert re.findall(r"(?m)^### To (\S+)$", TEXT)[0] == version_of(ROOT)


@pytest.mark.parametrize("words", commands(), ids=" ".join)
def test_its_commands_and_flags_exist(words: list[str]) -> None:
    verbs = [word for word in words[:2] if word.isalpha()]
    told = elbguard(*verbs, "--help")

    assert told.returncode == 0
    assert all(word in told.stdout for word in words if word.startswith("--"))


def test_nothing_is_stored_but_certificates_and_there_are_no_kinds_of_ours() -> None:
    texts = [file.read_text(encoding="utf-8") for file in (ROOT / "manifests").rglob("*.yaml")]
    kinds = {kind for text in texts for kind in re.findall(r"(?m)^kind: (\w+)", text)}

    assert "CustomResourceDefinition" not in kinds
    assert not kinds & {"PersistentVolumeClaim", "StatefulSet"}


@pytest.mark.parametrize(("folder", "policy"), [("base", "Ignore"), ("components/match-conditions", "Fail")])
def test_the_failure_policy_of_judging_is_what_it_says(folder: str, policy: str) -> None:
    [file] = (ROOT / "manifests" / folder).glob("validating.yaml")
    text = file.read_text(encoding="utf-8")

    assert set(re.findall(r"failurePolicy: (\w+)", text)) == {policy}
    assert f"{policy} for judging" in FLAT or f"{policy} in `{folder}`" in FLAT


def test_the_modes_are_modes() -> None:
    named = re.findall(r"`mode: (\w+)`", TEXT)

    assert named
    assert [Settings.model_validate({"mode": mode}).mode for mode in named] == named


@pytest.mark.parametrize("text", ["bogus: 1", f"ignore: [{min(RETIRED)}]"])
def test_a_setting_or_rule_that_a_version_does_not_know_ends_with_one_sentence(text: str, tmp_path: Path) -> None:
    (tmp_path / "elbguard.yaml").write_text(text, encoding="utf-8")
    done = elbguard("check", "--config", "elbguard.yaml", "-", cwd=tmp_path)

    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)


def test_every_folder_that_it_names_is_there() -> None:
    named = re.findall(r"`(?:manifests/)?((?:overlays/)?[a-z0-9.-]+)`", TEXT)

    assert {"base", "overlays/match-conditions", "overlays/before-1.21", "overlays/shadow"} <= set(named)
    for name in named:
        if name.startswith("overlays/") or name == "base":
            assert (ROOT / "manifests" / name).is_dir(), name
