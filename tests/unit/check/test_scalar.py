"""Every character of a decoded scalar is found in the file where it was written."""

import re
from collections.abc import Iterator

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from elbguard.check.scalar import LineIndex, Offsets, content, offsets, positions, span

BREAK = re.compile(r"\r\n|[\r\n\x85\u2028\u2029]")

PINNED = {
    "plain": ("k: say hi now  # hi\n", "hi", "1:8-1:10"),
    "plain after wide characters": ("{ы: 😀, k: hi}\n", "hi", "1:11-1:13"),
    "plain over lines": ("k: one\n  two\n\n  three\n", "two\nthree", "2:3-4:8"),
    "plain, the fold itself": ("k: one  \n \ttwo\n", " ", "1:9-2:1"),
    "single quotes": ("k: 'it''s hi'\n", "'s", "1:7-1:10"),
    "single quotes over lines": ("k: 'one\n\n   two hi'\n", "hi", "3:8-3:10"),
    "double quotes": ('k: "a\\"hi\\""\n', '"hi"', "1:6-1:12"),
    "hexadecimal escapes": ('k: "\\x41\\u00e9\\U0001F600hi"\n', "é😀", "1:9-1:25"),
    "named escapes": ('k: "\\t\\N\\_\\L\\P\\e\\/ hi"\n', "\x85\xa0\u2028\u2029\x1b/", "1:7-1:19"),
    "escaped line break": ('k: "one \\\n   \\ two hi"\n', "two", "2:6-2:9"),
    "escaped line break and empty line": ('k: "one\\\n\n   two"\n', "\ntwo", "2:1-3:7"),
    "double quotes over lines": ('k: "one\n  two"\n', "e t", "1:7-2:4"),
    "literal": ('k: |\n  {"a":\n    1}\nj: x\n', "  1}", "3:3-3:7"),
    "literal, last break": ("k: |\n  one\n\nj: x\n", "e\n", "2:5-3:1"),
    "literal without last break": ("k: |- # why\n  one\n  hi\n", "hi", "3:3-3:5"),
    "literal with all breaks": ("k: |+\n  one\n\n\nj: x\n", "\n\n\n", "2:6-5:1"),
    "literal with its own indent": ("k: |2\n    one\n   two\n", " two", "3:3-3:7"),
    "literal with indent and chomping": ("k: |1-\n  one\n hi\n", "hi", "3:2-3:4"),
    "literal with chomping and indent": ("k: |-1\n  one\n hi\n", "hi", "3:2-3:4"),
    "literal in a list": ("- |\n one\n\n hi\n- x\n", "hi", "4:2-4:4"),
    "literal with tabs": ("k: |\n  a\n  \thi\n", "hi", "3:4-3:6"),
    "folded": ("k: >\n  one\n  two\n\n  hi\n", "two\nhi", "3:3-5:5"),
    "folded, the fold itself": ("k: >\n  one\n  two\n", "e t", "2:5-3:4"),
    "folded around a deeper line": ("k: >-\n  one\n    two\n  hi\n", "\n  two\nhi", "2:6-4:5"),
    "folded with its own indent": ("k: >1\n   one\n  two\n", "two", "3:3-3:6"),
    "behind anchor and tag": ("k: &a !!str  hi\n", "hi", "1:14-1:16"),
    "below anchor and comment": ("k: &a # why\n  hi\n", "hi", "2:3-2:5"),
    "carriage returns": ('k: "a\r\n  b\\\r\n  hi"\r\n', "hi", "3:3-3:5"),
    "literal with carriage returns": ("k: |\r\n  one\r\n  hi\r\n", "\nhi", "2:6-3:5"),
    "old line ends": ("k: |\r  one\r  hi\r", "hi", "3:3-3:5"),
    "separators that are no lines": ("k: 'a\u2028  b\x85  hi'\n", "hi", "1:13-1:15"),
    "byte order mark": ("\ufeffk: hi\n", "hi", "1:4-1:6"),
    "byte order mark and quotes": ('\ufeffj: x\nk: "\\thi"\n', "hi", "2:7-2:9"),
}


@pytest.mark.parametrize(("text", "wanted", "place"), PINNED.values(), ids=PINNED)
def test_decoded_characters_have_their_place_in_the_file(text: str, wanted: str, place: str) -> None:
    node = the_scalar(text)
    at = node.value.rindex(wanted)
    lines = LineIndex(text)

    found = span(text, node, at, at + len(wanted))

    assert found
    assert place == "-".join("{}:{}".format(*lines.position(offset)) for offset in (found.start, found.end))


@pytest.mark.parametrize(("text", "end"), [("k: ''\n", 4), ('k: "ab"\n', 6), ("k: ab # c\n", 5), ("k:\n", 2)])
def test_the_last_offset_is_where_the_content_ends(text: str, end: int) -> None:
    found = offsets(text, the_scalar(text))

    assert found is not None
    assert end == found[-1]


def test_a_slice_out_of_range_has_no_place() -> None:
    text = "k: abc\n"

    assert span(text, the_scalar(text), 2, 4) is None
    assert span(text, the_scalar(text), 2, 1) is None
    assert span(text, the_scalar(text), 3, 3) == Offsets(6, 6)


@pytest.mark.parametrize("text", ["k: 'x''z'\n", "k: |\n xyz\n", 'k: "\\u12', "k: xyz\n", "", 'k: "\\UFFFFFFFF"'])
def test_a_node_of_another_text_has_no_place(text: str) -> None:
    assert offsets(text, the_scalar('k: "x\\nz"\n')) is None


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("k: &a !!str 'x' # c\n", "'x'"),
        ("k: |+\n  x\n\n# c\nj:", "|+\n  x"),
        ("k:\n  a: 1\n  b: [2]  # c\n# d\nj: 1\n", "a: 1\n  b: [2]"),
        ("k: &a {b: c}\n", "{b: c}"),
        ("k:\n- 1\n- |\n  x\n\nj: 1\n", "- 1\n- |\n  x"),
        ("k: &a\n  b: &c x\n  d: *c\nj: 1\n", "b: &c x\n  d: *c"),
    ],
)
def test_content_is_what_was_written_as_the_value(text: str, written: str) -> None:
    found = content(text, compose(text).value[0][1])

    assert written == text[found.start : found.end]


def test_lines_end_where_editors_end_them() -> None:
    lines = LineIndex("\ufeffa\r\nb\rc\n\u2028😀\n")

    assert [lines.position(offset) for offset in range(3)] == [(1, 1), (1, 1), (1, 2)]
    assert [lines.position(offset) for offset in (4, 6, 8, 9, 11)] == [(2, 1), (3, 1), (4, 1), (4, 2), (5, 1)]
    assert Offsets(4, 6) == lines.line(2)


@given(
    value=st.text(
        st.sampled_from("ab: é😀\n\n \t'\"\\#-{}[],&*!|>%@\x85\u2028\x07\u00a0") | st.characters(codec="utf-8")
    ),
    style=st.sampled_from([None, '"', "'", "|", ">"]),
    width=st.sampled_from([5, 20, 80]),
    indent=st.integers(2, 5),
    unicode=st.booleans(),
    line_break=st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_all_that_is_dumped_is_mapped(
    value: str, style: str | None, width: int, indent: int, unicode: bool, line_break: str
) -> None:
    text = yaml.dump(
        {"key": [value, {value[:9]: value}]},
        default_style=style,
        width=width,
        indent=indent,
        allow_unicode=unicode,
        line_break=line_break,
    )

    assert_mapped(text)


@given(
    header=st.sampled_from([f"{style}{rest}" for style in "|>" for rest in ("", "-", "+", "1", "2-", "+1", " # c")]),
    lines=st.lists(
        st.tuples(st.integers(0, 4), st.sampled_from(["", "x", "word é", "😀 ", "# no", "\t", "- a"])), max_size=6
    ),
    line_break=st.sampled_from(["\n", "\r\n"]),
    follows=st.sampled_from(["", "\n", "\n# c\n", "\nj: x\n"]),
)
def test_all_block_scalars_are_mapped(header: str, lines: list[tuple[int, str]], line_break: str, follows: str) -> None:
    assert_mapped(line_break.join([f"k: {header}", *(" " * indent + words for indent, words in lines)]) + follows)


@given(
    quote=st.sampled_from(["", "'", '"']),
    parts=st.lists(
        st.sampled_from(["a", "é", "😀", " ", "\t", "\n", "\n  ", "\r\n ", "\\\n", "\\n", "\\u0041", "''", "\x85 "])
    ),
    template=st.sampled_from(["k: {}\n", "{{k: {}, j: x}}", "\ufeff- &a !!str {} # c\n"]),
)
def test_all_flow_scalars_are_mapped(quote: str, parts: list[str], template: str) -> None:
    assert_mapped(template.format(quote + "".join(parts) + quote))


def assert_mapped(text: str) -> None:
    """Assert that each character of each scalar in `text`, if that is YAML, is what its place in `text` decodes to."""
    try:
        nodes = list(scalars(compose(text)))
    except yaml.YAMLError:
        return
    for node in nodes:
        found = positions(text, node)
        assert found, (node.style, node.value)
        assert len(node.value) == len(found.ends) == len(found.starts) - 1
        assert all(end <= start for end, start in zip(found.ends, found.starts[1:], strict=True))
        for char, start, end in zip(node.value, found.starts, found.ends, strict=False):
            assert char in decoded(text[start:end])


def decoded(written: str) -> set[str]:
    """Give what a character's text may stand for: itself, an escape, a line break kept or folded."""
    if BREAK.fullmatch(written):
        return {written} if written in "\u2028\u2029" else {"\n", " "}
    if written == "''":
        return {"'"}
    if written.startswith("\\") and len(written) > 1:
        return {yaml.safe_load(f'"{written}"')}
    return {written}


def scalars(node: yaml.Node) -> Iterator[yaml.ScalarNode]:
    """Give all scalars under `node`."""
    if isinstance(node, yaml.ScalarNode):
        yield node
    for child in node.value if isinstance(node, yaml.SequenceNode) else ():
        yield from scalars(child)
    for key, value in node.value if isinstance(node, yaml.MappingNode) else ():
        yield from scalars(key)
        yield from scalars(value)


def compose(text: str) -> yaml.Node:
    """Give the root node of the only document in `text`."""
    root = yaml.compose(text, yaml.CSafeLoader)
    assert root
    return root


def the_scalar(text: str) -> yaml.ScalarNode:
    """Give the scalar that stands under the key k, or in the first item of the list."""
    root = compose(text)
    pairs = {key.value: value for key, value in root.value} if isinstance(root, yaml.MappingNode) else {}
    node = pairs["k"] if pairs else root.value[0]
    assert isinstance(node, yaml.ScalarNode)
    return node
