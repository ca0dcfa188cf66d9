"""Where PyYAML has no libyaml, as in a browser, YAML is read as with it: same events, same places, same errors."""

import random
import re
from typing import Any, Final

import pytest
import yaml
from yaml.cyaml import CBaseLoader

from elbguard.check.lines import BOM
from elbguard.check.pure_yaml import PureLoader
from tests.support.places import ROOT

WHAT_HANDS_SLIP: Final = (
    *" \t\n:-{}[]\"'#&*!|>%@`,?\\",
    *("\r\n", "\n\n", "  ", ": ", ":\t", "- ", "-\t", "? ", "<<: ", "&a ", "*a ", "!<a>", "!!str ", "!e!x "),
    *("|2", ">-\n", "|+", "| \t\n", "%YAML 1.1\n", "---\n", "...\n", "\\x4", "\\u12", "\\q", BOM, "\u2028", "\x85"),
)


def told(loader: type, text: str) -> list[Any]:
    """All that a loader says of a text up to its end, or to the error that ends it."""
    found: list[Any] = []
    try:
        made: Any = loader(text)
        while event := made.get_event():
            says = (getattr(event, name, None) or "" for name in ("value", "tag", "anchor", "style", "flow_style"))
            places = (event.start_mark.index, event.end_mark.index)
            found.append((type(event).__name__, *says, getattr(event, "implicit", None), *places))
    except yaml.MarkedYAMLError as error:
        place, begun = error.problem_mark, error.context_mark or error.problem_mark
        found.append((error.context, error.problem, place and place.index, begun and begun.line))
    except yaml.YAMLError as error:
        found.append(type(error).__name__)
    return found


def documents() -> list[str]:
    """The manifests of all cases."""
    files = sorted((ROOT / "tests" / "cases").rglob("*.yaml"))
    return [document for file in files for document in file.read_text(encoding="utf-8").split("\n---\n")]


@pytest.mark.parametrize("text", [
    "a:\tb", "a: b\t# remark", "a: b\tc", "- \tb", "a: |\t\n  b", "a: |\n\tb", "a:\n\tb: c", "\ta: b", "a: b\n \tc\n",
    "{a:\tb,\n\tc: d}", f"{BOM}a: b", f"{BOM}{BOM}a: b", f"a: b\n{BOM}c: d", "a: b: c", "- a\nb: c", "[a, b", "{a: b",
    "a: *b", "*", "&", "!<a>b: c", "!# a", "!e!x a", "@a", "%", "% a", "|0\n a", "| a", '"\\q"', '"\\xg"', "'", "a: 'b",
    "a\nb: c", "? a\n: b", "---\n...\n---\n", "a: [b?, c? d, ?e]", "[a:b, c:]", "{a: , b: '', c: }", "{a:{}}",
    "a: b\n  c\n\n  d\n", "\x01", "{a: !!str , b: &c }",
])  # fmt: skip
def test_what_the_two_parsers_are_known_to_differ_about_is_the_same(text: str) -> None:
    assert told(PureLoader, text) == told(CBaseLoader, text)


def test_all_cases_are_read_alike() -> None:
    read = documents()

    assert len(read) > 1000
    assert [text for text in read if told(PureLoader, text) != told(CBaseLoader, text)] == []


def test_manifests_that_a_hand_slipped_in_are_read_alike_to_their_error() -> None:
    chance = random.Random(314)  # noqa: S311 - no secret
    slips = []
    for text in chance.sample(documents(), 700):
        at = chance.randrange(len(text) + 1)
        slips.append(text[:at] + chance.choice(WHAT_HANDS_SLIP) + text[at + chance.randrange(2) :])

    assert [text for text in slips if told(PureLoader, text) != told(CBaseLoader, text)] == []
    assert sum("yaml" not in str(told(CBaseLoader, text)[-1]) for text in slips) > 100


def test_nothing_but_the_parser_asks_for_libyaml() -> None:
    """So that a check runs where PyYAML has none: what is read elsewhere goes through check/parser.py."""
    asking = [
        str(file.relative_to(ROOT))
        for file in sorted((ROOT / "app").rglob("*.py"))
        if re.search(r"cyaml|yaml\._yaml|\bC(?:Safe|Base|Full)?(?:Loader|Parser)\b", file.read_text(encoding="utf-8"))
    ]

    assert asking == ["app/elbguard/check/libyaml.py", "app/elbguard/check/parser.py"]
