"""The JSON Schemas accept what the shape rules accept, and refuse what they refuse, as far as a schema can say it."""

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from elbguard.schemas import SERVICE, described, file_name
from elbguard_rules.core import jsontext
from elbguard_rules.core.annotation import Annotation
from elbguard_rules.core.digits import between
from elbguard_rules.core.jsonvalue import Objects
from elbguard_rules.core.problem import Severity
from tests.generators.__main__ import ROOT
from tests.generators.jsonschemas import FOLDER
from tests.support.cases import cases
from tests.support.command import elbguard
from tests.support.trying import try_all

BY_KEY = {owner.key: owner for owner in described()}


def schema_of(owner: Annotation[Any]) -> Any:
    return json.loads((ROOT / FOLDER / file_name(owner)).read_text(encoding="utf-8"))


@cache
def validator(key: str) -> Draft202012Validator:
    return Draft202012Validator(schema_of(BY_KEY[key]))


def texts() -> Iterator[tuple[str, str]]:
    """The JSON of every annotation in the case files, save what a schema cannot say."""
    for case in cases():
        for key, text in (case.manifest["metadata"].get("annotations") or {}).items():
            if key not in BY_KEY or not isinstance(text, str) or not is_strict(text):
                continue
            if is_sayable(jsontext.load(text)) and is_named(key, jsontext.load(text)):
                yield key, text


def is_sayable(value: Any) -> bool:
    """Whether no schema is needed that tells 5.0 from 5, a letter beyond ASCII from a digit, the greater of two."""
    if isinstance(value, list | dict):
        return all(map(is_sayable, value.values() if isinstance(value, dict) else value))
    if isinstance(value, float):
        return not value.is_integer()
    if isinstance(value, str) and (ends := re.fullmatch(r"(\d+),(\d+)", value)):
        return int(ends[1]) <= int(ends[2])
    return not isinstance(value, str) or all(c.isascii() or c.isalpha() for c in value)


def is_named(key: str, value: Any) -> bool:
    """Whether no schema is needed that takes a name in other capitals for the member."""
    reader = BY_KEY[key].reader
    if not isinstance(reader, Objects):
        return True
    objects = [each for each in (value if isinstance(value, list) else [value]) if isinstance(each, dict)]
    return all(reader.names.right(name) in (None, name) for each in objects for name in each)


def is_strict(text: str) -> bool:
    """A schema judges values, not texts."""
    try:
        jsontext.load(text)
    except jsontext.JsonMistake:
        return False
    return True


def refused(key: str, text: str) -> bool:
    """Whether the shape rules refuse the text."""
    return any(rule.severity is Severity.ERROR for rule, _ in BY_KEY[key].read(text).problems)


CANNOT_SAY = [
    ("elb.autocreate", '{"bandwidth_size": 5.0}'),
    ("elb.autocreate", '{"name": "shop\u2014web"}'),
    ("elb.port-ranges", '{"rtp": ["30010,30000"]}'),
    ("elb.autocreate", '{"Bandwidth_Size": 5000}'),
    ("elb.health-check-options", '[{"delay": "5", "Delay": "6"}]'),
]
ODD = ["{}", "[]", "[{}]", "null", "1", '""', "[1]", '[["80"]]', '{"a": 1}', '{"a": ["80,90"]}', '{"unheard-of": true}']


def members() -> Iterator[tuple[str, str]]:
    """Each member with values of every kind, and with numbers at the ends of the usual ranges."""
    values: list[Any] = [None, True, 0, 1, 2000, 2001, 5.5, "", " ", "0", "1", "05", "10", "11", "50", "51", "60", "61"]
    values += [
        "PER",
        "WHOLE",
        "public",
        "TCP",
        "UDP",
        "HTTP",
        "HTTPS",
        "TCP:80",
        "TCP:0",
        "TCP:65536",
        "x" * 64,
        "x" * 256,
    ]
    values += [
        "a b",
        "<your name>",
        "*****",
        "名",
        [],
        ["a"],
        [1],
        {},
        {"a": 1},
        "1" * 18,
        "0" * 17 + "5",
        "0" * 18 + "5",
    ]
    for owner in described():
        for name in owner.members:
            for value in values:
                text = json.dumps({name: value}, ensure_ascii=False)
                yield owner.key, f"[{text}]" if owner.reader.form == "array" else text


@pytest.mark.parametrize("owner", described(), ids=lambda owner: owner.key)
def test_is_a_schema(owner: Annotation[Any]) -> None:
    schema = schema_of(owner)

    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == Draft202012Validator.META_SCHEMA["$schema"]
    assert schema["title"] == owner.key
    assert schema["description"].endswith(".")


@pytest.mark.parametrize("owner", described(), ids=lambda owner: owner.key)
def test_describes_every_member(owner: Annotation[Any]) -> None:
    schema = schema_of(owner)
    properties = schema.get("$defs", {}).get("element", schema).get("properties", {})

    assert properties.keys() == owner.members.keys()
    for name, member in owner.members.items():
        assert properties[name]["description"].startswith(member.rule.says)


@pytest.mark.parametrize("owner", described(), ids=lambda owner: owner.key)
def test_its_examples_are_right(owner: Annotation[Any]) -> None:
    for example in schema_of(owner).get("examples", []):
        assert validator(owner.key).is_valid(example)


def test_there_is_one_for_every_annotation_with_json_and_one_for_the_service() -> None:
    assert {path.name for path in (ROOT / FOLDER).iterdir()} == {SERVICE, *map(file_name, described())}


@pytest.mark.parametrize("owner", described(), ids=lambda owner: owner.key)
def test_accepts_and_refuses_what_the_shape_rules_do(owner: Annotation[Any]) -> None:
    def agrees(text: str) -> None:
        assert validator(owner.key).is_valid(jsontext.load(text)) != refused(owner.key, text)

    try_all(sorted({text for key, text in tried() if key == owner.key}), agrees)


@cache
def tried() -> list[tuple[str, str]]:
    return [*texts(), *members(), *((key, text) for key in BY_KEY for text in ODD)]


@pytest.mark.parametrize(("name", "text"), CANNOT_SAY)
def test_accepts_what_it_cannot_say(name: str, text: str) -> None:
    key = f"kubernetes.io/{name}"

    assert refused(key, text)
    assert not is_sayable(jsontext.load(text)) or not is_named(key, jsontext.load(text))
    assert validator(key).is_valid(jsontext.load(text))


@pytest.mark.parametrize(("least", "most"), [(0, 0), (1, 10), (1, 50), (7, 123), (0, 4000), (99, 1001), (1, 65535)])
def test_a_pattern_is_a_range(least: int, most: int) -> None:
    schema = Draft202012Validator({"pattern": f"^({between(least, most)})$"})
    around = {*range(min(most, 1200) + 2), *range(max(0, most - 20), most + 20), 10 * most, 99_999, 100_000}

    assert {n for n in around if schema.is_valid(str(n))} == {n for n in around if least <= n <= most}


def test_the_command_writes_them(tmp_path: Path) -> None:
    done = elbguard("generate", "schemas", str(tmp_path / "new" / "folder"))
    written = sorted((tmp_path / "new" / "folder").iterdir())

    assert (done.returncode, done.stderr) == (0, "")
    assert sorted(done.stdout.splitlines()) == [str(path) for path in written]
    assert {path.name: path.read_text(encoding="utf-8") for path in written} == {
        path.name: path.read_text(encoding="utf-8") for path in (ROOT / FOLDER).iterdir()
    }


def test_the_command_writes_into_the_current_folder(tmp_path: Path) -> None:
    elbguard("generate", "schemas", cwd=tmp_path)

    assert (tmp_path / "elb.autocreate.schema.json").is_file()


def test_the_command_says_where_it_cannot_write(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = elbguard("generate", "schemas", str(tmp_path / "file" / "folder"))

    assert (done.returncode, done.stdout) == (2, "")
    assert "cannot be written" in done.stderr
