"""What holds of the two readers of JSON inside annotations."""

import contextlib
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elbguard_rules.core.fill import append_members
from elbguard_rules.core.jsontext import DEEPEST, DuplicateKey, JsonMistake, Node, load, scan
from tests.laws.strategies import ODD_TEXTS, any_texts, broken_texts, json_values, strict_texts, writers

WORDS = {"NaN", "Infinity", "-Infinity"}
REFUSED = "refused"


def _ours(read: Any, text: str) -> Any:
    try:
        value = read(text)
    except JsonMistake as mistake:
        return REFUSED, str(mistake), mistake.start, mistake.end, mistake.path
    return value.value if isinstance(value, Node) else value


def _nodes(node: Node) -> Iterator[Node]:
    yield node
    for child in node.members.values():
        yield from _nodes(child)


def _mistake(text: str) -> JsonMistake | None:
    try:
        load(text)
    except JsonMistake as mistake:
        return mistake
    return None


def _is_refused(answer: Any) -> bool:
    return isinstance(answer, tuple)


def _no_constant(_: str) -> Any:
    raise ValueError


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) < len(pairs):
        raise ValueError
    return dict(pairs)


def _no_long_number(convert: Any) -> Any:
    def read(digits: str) -> Any:
        if len(digits) > 64:
            raise ValueError
        return convert(digits)

    return read


def _depth(value: Any) -> int:
    """How many arrays and objects stand around the innermost value or empty one."""
    level, depth = [value], 0
    while level := [inner for outer in level for inner in _inside(outer)]:
        depth += 1
    return depth


def _inside(value: Any) -> list[Any]:
    return list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []


def _python(text: str) -> Any:
    """Python's reader with the documented strictness; deep texts are refused before it overflows."""
    value = REFUSED, ""
    with contextlib.suppress(ValueError, RecursionError):
        value = json.loads(
            text,
            object_pairs_hook=_unique,
            parse_constant=_no_constant,
            parse_int=_no_long_number(int),
            parse_float=_no_long_number(float),
        )
    return (REFUSED, "") if not _is_refused(value) and _depth(value) > DEEPEST else value


@given(strict_texts())
def test_a_strict_text_means_what_it_means_to_python(text: str) -> None:
    value = json.loads(text)

    assert repr(value) == repr(load(text))
    assert repr(value) == repr(scan(text).value)


@given(strict_texts())
def test_the_span_of_every_part_cut_out_is_the_part(text: str) -> None:
    for node in _nodes(scan(text)):
        assert repr(node.value) == repr(json.loads(text[node.start : node.end]))
        assert text[node.start : node.end] == text[node.start : node.end].strip()


@given(strict_texts())
def test_the_span_of_every_member_name_cut_out_is_the_name(text: str) -> None:
    for node in _nodes(scan(text)):
        names = [json.loads(text[start:end]) for start, end in node.keys.values()]

        assert list(node.keys) == names


@given(strict_texts())
def test_a_path_leads_to_its_part(text: str) -> None:
    root = scan(text)
    for step, child in root.members.items():
        assert root.at((step,)) is child
        assert root.at((step, "no such member")) is None


@given(st.one_of(strict_texts(), broken_texts(), any_texts, any_texts))
def test_both_readers_agree_about_any_text(text: str) -> None:
    assert repr(_ours(load, text)) == repr(_ours(scan, text))


@given(st.one_of(broken_texts(), any_texts, any_texts))
def test_a_text_is_refused_exactly_where_python_refuses_it_or_it_is_not_strict(text: str) -> None:
    ours, theirs = _ours(load, text), _python(text)

    assert _is_refused(theirs) == _is_refused(ours)
    assert _is_refused(ours) or repr(theirs) == repr(ours)


@pytest.mark.parametrize("text", ODD_TEXTS, ids=lambda text: repr(text[:40]))
def test_odd_texts_are_read_alike_by_both_readers_and_as_python_would(text: str) -> None:
    ours, theirs = _ours(load, text), _python(text)

    assert repr(_ours(scan, text)) == repr(ours)
    assert _is_refused(theirs) == _is_refused(ours)
    assert _is_refused(ours) or repr(theirs) == repr(ours)


@given(st.one_of(broken_texts(), any_texts))
def test_a_mistake_stands_inside_the_text(text: str) -> None:
    mistake = _mistake(text)
    if mistake is None:
        return
    lines = text.split("\n")

    assert 0 <= mistake.start <= mistake.end <= len(text)
    assert 1 <= mistake.line <= len(lines)
    assert 1 <= mistake.column <= len(lines[mistake.line - 1]) + 1
    assert "\n" not in mistake.near(text)
    assert mistake.message


@given(writers, st.lists(st.tuples(st.text(), json_values(leaves=3)), min_size=1, max_size=4), st.data())
def test_a_member_given_twice_is_named(writer: Any, pairs: list[tuple[str, Any]], data: st.DataObject) -> None:
    again = data.draw(st.sampled_from(pairs))
    text = writer.members([*pairs, again])
    mistake = _mistake(text)

    assert isinstance(mistake, DuplicateKey)
    assert mistake.path[-1] == json.loads(text[mistake.start : mistake.end])
    assert mistake.path[-1] in {name for name, _ in pairs}


@given(writers, st.dictionaries(st.text(), json_values(leaves=3)), st.dictionaries(st.text(), st.text(), min_size=1))
def test_members_are_added_behind_those_that_are_there(
    writer: Any, members: dict[str, Any], more: dict[str, str]
) -> None:
    text = writer.write(members)
    there = json.loads(text)
    added = {name: value for name, value in more.items() if name not in there} or {"no such member": ""}

    assert list({**there, **added}.items()) == list(load(append_members(text, added)).items())
