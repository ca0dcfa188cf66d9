"""The quick way through YAML gives what the long way gives, or declines."""

from itertools import groupby
from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from elbguard.check import builder
from elbguard.check.lines import LineIndex
from elbguard.check.nodes import SourceError
from elbguard.check.quick import quick_trees
from elbguard.check.scalar import content
from tests.generators.casefile import all_documents
from tests.support.cases import ROOT
from tests.support.trying import THOROUGH, each_of

FILES = groupby(all_documents(ROOT), lambda each: each.file.stem)
TEXTS = {stem: "---\n".join(each.manifest for each in found) for stem, found in FILES}
scalars = st.one_of(
    st.text("ab: #'\"\\\n-{}[],yn~.0é😀", max_size=8),
    st.integers(),
    st.booleans(),
    st.none(),
    st.floats(allow_nan=False),
)
values: st.SearchStrategy[Any] = st.recursive(
    scalars, lambda v: st.lists(v, max_size=3) | st.dictionaries(st.text("abyn0 ", max_size=3), v, max_size=3)
)


def flat(text: str, node: Any) -> Any:
    """What a node holds and where, so that two trees can be compared."""
    here = content(text, node)
    if isinstance(node, yaml.ScalarNode):
        return (here, node.value, node.style or None)
    if isinstance(node, yaml.MappingNode):
        return (here, [(flat(text, key), flat(text, value)) for key, value in node.value])
    return (here, [flat(text, item) for item in node.value])


def long_way(text: str) -> list[Any] | None:
    """The documents by the long way, None where it finds a mistake."""
    try:
        trees = list(builder.trees(text, LineIndex(text)))
    except (yaml.YAMLError, SourceError, UnicodeEncodeError):
        return None
    return [(tree.data, tree.duplicates, flat(text, tree.node)) for tree in trees]


def short_way(text: str) -> list[Any] | None:
    """The documents by the quick way, None where it declines."""
    trees = quick_trees(text)
    return trees and [(tree.data, tree.duplicates, flat(text, tree.node)) for tree in trees]


@each_of(list(TEXTS)[:: 1 if THOROUGH else 3])
def test_case_files_are_read_alike(name: str) -> None:
    assert short_way(TEXTS[name]) in (None, long_way(TEXTS[name]))


def test_the_quick_way_is_taken() -> None:
    taken = [text for text in TEXTS.values() if short_way(text)]

    assert len(taken) > len(TEXTS) / 2


@given(st.dictionaries(st.text("abc", max_size=3), values, max_size=4), st.sampled_from([None, "'", '"', "|", ">"]))
@settings(max_examples=150)
def test_what_yaml_writes_is_read_alike(value: dict[str, Any], style: Any) -> None:
    text = yaml.safe_dump(value, default_style=style, allow_unicode=True)

    assert short_way(text) in (None, [], long_way(text))


@given(st.text("ab:- #'\"\n[]{},yn0~|>\t\r", max_size=60))
@settings(max_examples=400)
def test_any_text_is_read_alike_or_declined(text: str) -> None:
    quick = short_way(text)

    assert not quick or quick == long_way(text)
