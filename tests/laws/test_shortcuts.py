"""What a check takes for granted at a first look at a text holds: going the whole way finds nothing more."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from elbguard.check import drafts
from elbguard.check.lines import LineIndex
from elbguard.check.manifests import SourceError, documents
from elbguard.check.unbuilt import unbuilt
from elbguard_rules.core import unfilled
from elbguard_rules.core.draft import Draft
from tests.laws.test_quick import TEXTS, values
from tests.laws.tries import shared_by
from tests.support.trying import try_all
from tests.unit.test_unfilled import WAYS

WORDS = (
    *("change me", "CHANGE_THIS", "please-replace-it", "fill in", "fill-me", "to do", "TO-DO", "todo", "to_do", "tbd"),
    *("fix me", "FIXME", "fix-me", "xXx", "put the id here", "insert_id_here", "paste-it-here", "Enter ID here"),
    *("your-id", "your_elb_uuid", "\u017fix me", "xxx\u212a", "in\u017fert-id-here", "fi\u1e8b me"),
)
PLACEHOLDERS = (*WAYS, *WORDS, "<your_id>", "**", "***", "plain")
STYLES = (None, "'", '"', "|", ">")
placeholders = st.one_of(
    st.from_regex(unfilled.pattern_of_words(), fullmatch=True),
    st.text("todfixme -_\n{}$#%@<>*\\", max_size=8),
)


def texts_in(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in (*value, *value.values()) if isinstance(value, dict) else value:
            yield from texts_in(part)


def read(text: str) -> list[Any]:
    try:
        return [document.value for document in documents(text)]
    except SourceError:
        return []


def told_of(value: Any) -> list[Any]:
    """All that is unfilled in a document, whatever it is."""
    annotated = {"metadata": {"annotations": {f"kubernetes.io/{n}": t for n, t in enumerate(texts_in(value))}}}
    return [*Draft(annotated).unfilled(), *filter(unfilled.variable, texts_in(value))]


def _agrees(text: str) -> None:
    if drafts.is_filled_in(text):
        assert not any(told_of(value) or any("$" in each for each in texts_in(value)) for value in read(text))


@pytest.mark.parametrize("style", STYLES)
def test_a_text_with_a_placeholder_is_looked_through(style: str | None) -> None:
    for text in PLACEHOLDERS:
        for data in ({"a": text}, {text: 1}, {"a": json.dumps({"b": text})}, {"a": json.dumps({text: 1})}):
            _agrees(yaml.safe_dump(data, default_style=style, width=5))  # so narrow that lines are folded
            _agrees(yaml.safe_dump(data, default_style=style, allow_unicode=True))
        _agrees(json.dumps({"a": text}))


@given(placeholders, st.sampled_from(STYLES), st.sampled_from([5, 80]))
@shared_by(2)
def test_any_text_with_a_placeholder_is_looked_through(text: str, style: str | None, width: int) -> None:
    _agrees(yaml.safe_dump({"a": text}, default_style=style, width=width, allow_unicode=True))


def test_many_texts_are_filled_in() -> None:
    texts = {name: text for name, text in TEXTS.items() if drafts.is_filled_in(text)}

    try_all(texts, lambda name: _agrees(texts[name]))
    assert len(texts) > len(TEXTS) / 4


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "kind": st.sampled_from(["Service", "ServiceList", "Ingress", "${KIND}", 1, None, "Kustomization"]),
            "apiVersion": st.sampled_from(["v1", "${V}", "v2", 1, None]),
            "items": st.lists(st.just({"kind": "Ingress", "metadata": {"annotations": {"kubernetes.io/elb.id": "a"}}})),
            "format_version": st.sampled_from(["9.9", 1]),
            "planned_values": values,
            "metadata": st.just({"annotations": {"kubernetes.io/elb.id": "a"}}),
        },
    ),
    st.sampled_from(["a.yaml", "kustomization.yaml", "a.tf.json"]),
)
@shared_by(2)
def test_beside_what_is_plainly_a_service_nothing_is_told(value: dict[str, Any], file: str) -> None:
    told = [
        drafts.is_json_patch(value) or None,
        *unbuilt(value, file, "kubernetes.io/elb.id"),
        *drafts.of_unknown_kind(value),
        *drafts.elsewhere(value),
    ]

    assert not drafts.is_plainly_a_service(value) or not any(told)


@given(st.text("ab\n\r\ufeff", max_size=30), st.integers(0, 30))
@shared_by(2)
def test_a_line_is_counted_as_it_is_looked_up(text: str, offset: int) -> None:
    lines = LineIndex(text)

    assert lines.number(min(offset, len(text))) == lines.position(min(offset, len(text)))[0]
