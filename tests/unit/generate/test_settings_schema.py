"""The JSON Schema of settings accepts the files that are read, and refuses those that are refused."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from elbguard.branches import ALLOWED
from elbguard.project import Project
from elbguard.settings import Settings
from elbguard.settings_mistakes import SettingsError
from elbguard.settings_text import parsed
from tests.generators.settingsschema import FILE
from tests.support.command import elbguard
from tests.support.places import ROOT
from tests.unit.test_settings import BAD_FILES, GIVEN

SCHEMA: Any = json.loads((ROOT / FILE).read_text(encoding="utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA)

GOOD = [
    *(yaml.safe_dump({name: value}) for name, _, _, value in GIVEN),
    *("", "{}", "cluster-version:\nclusters:\n", "clusters: {}", "clusters: {prod/**: }", "ignore: elb101"),
    *("node_ip: 10.0.0.1", "strict_names: true", "clusters: {'*.yaml': {cluster_version: v1.28}}"),
    *("exclude: [charts/*/templates]", "exclude: x", "modes: {mode: off}", "severity: {unknown-class: off}"),
    "ignore: ELB101, ELB206",
    "clusters: {a/: {cluster-type: turbo, ignore: [ELB101], severity: {ELB102: warning}, no-default: elb.class}}",
]
BAD = [
    *("clusters: []", "clusters: {a/: x}", "clusters: {'!a': {}}", "clusters: {'': {}}", "clusters: {' ': {}}"),
    *("clusters: {a/: {exclude: x}}", "clusters: {a/: {cluster-version: 1.30}}", "clusters: {a/: {ignore: [ELB999]}}"),
    *("clusters: {a/: {clusters: {}}}", "clusters: {a/: {typ: x}}", "cluster_versions: v1.28", "cluster-version: x"),
]
# What only the reader sees: what is said twice, and what is no YAML.
BEYOND = ("twice", "twice,", "documents", "itself", "date", "tab", "bracket", "control", "name", "tag", "end")


def is_read(text: str) -> bool:
    try:
        Project({}, parsed(Path("settings.yaml"), text.encode()), Path("settings.yaml"))
    except SettingsError:
        return False
    return True


def test_is_a_schema_that_has_every_setting() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    names = {name.replace("_", "-") for name in Settings.model_fields}

    assert SCHEMA["properties"].keys() == names | {"clusters"}
    assert SCHEMA["properties"]["clusters"]["additionalProperties"]["properties"].keys() == set(ALLOWED)
    for name in names:
        assert SCHEMA["$defs"][name]["description"].endswith((".", "]")), name


@pytest.mark.parametrize("text", GOOD)
def test_accepts_what_is_read(text: str) -> None:
    assert is_read(text)
    assert [error.message for error in VALIDATOR.iter_errors(yaml.safe_load(text))] == []


@pytest.mark.parametrize("text", BAD)
def test_refuses_what_is_refused(text: str) -> None:
    assert not is_read(text)
    assert not VALIDATOR.is_valid(yaml.safe_load(text))


SAYABLE = {name: text for name, (text, _) in BAD_FILES.items() if not any(word in name.split() for word in BEYOND)}


@pytest.mark.parametrize("text", SAYABLE.values(), ids=SAYABLE)
def test_refuses_the_mistakes_that_people_make(text: str) -> None:
    assert not VALIDATOR.is_valid(yaml.safe_load(text))


def test_the_command_prints_it() -> None:
    done = elbguard("generate", "settings-schema")

    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == SCHEMA
