"""Manifests that were hit by something: whatever is asked about them, there is an answer, and places are in them."""

from random import Random
from typing import Final

import pytest

from elbguard.editor.actions import Actions
from elbguard.editor.completion import completions
from elbguard.editor.curing import Curing
from elbguard.editor.diagnostics import diagnostics
from elbguard.editor.hover import hover
from elbguard.editor.judging import Opinion, verdict
from elbguard.editor.opened import Opened
from elbguard.settings import Settings
from tests.generators.casefile import all_documents
from tests.support.cases import ROOT

MANIFESTS: Final[list[str]] = [document.manifest for document in all_documents(ROOT)]
PIECES: Final[tuple[str, ...]] = (
    *"\n \t'\"{}[],:|>-#&*!%@`🚀\r\x00",
    *(
        "---\n",
        "kind: Service",
        "annotations:",
        "kubernetes.io/elb.",
        "\r\n",
        "{{ x }}",
        "? ",
        "# elbguard: ignore[ELB101]",
    ),
)
ADDRESSES: Final = ("untitled:x", "file:///x/a.json", "file:///x/b.yaml")
SETTINGS: Final = Settings()


def hit(text: str, chance: Random) -> str:
    """A text with something put into it, or taken out of it."""
    at = chance.randrange(len(text) + 1)
    how = chance.random()
    if how < 0.5:
        return text[:at] + chance.choice(PIECES) + text[at:]
    if how < 0.8:
        return text[:at] + text[at + chance.randint(1, 20) :]
    return text[:at] if how < 0.9 else f"{text[:at]}{chance.choice(MANIFESTS)[:50]}{text[at:]}"


@pytest.mark.parametrize("seed", range(60))
def test_whatever_is_asked_has_an_answer(seed: int) -> None:
    chance = Random(seed)  # noqa: S311 - the same texts each time
    text, before = chance.choice(MANIFESTS), None
    for _ in range(3):
        text = hit(text, chance)
        opinion = verdict(Opened(chance.choice(ADDRESSES), 1, text), SETTINGS, before)
        _ask(opinion, chance)
        before = opinion if opinion.is_whole else before


def _ask(opinion: Opinion, chance: Random) -> None:
    opened = opinion.of
    for told in diagnostics(opinion):
        start, end = opened.columns.offset(told.range.start), opened.columns.offset(told.range.end)
        assert 0 <= start <= end <= len(opened.text)
        assert told.message.isprintable()
    for offset in (chance.randrange(len(opened.text) + 1) for _ in range(5)):
        completions(opened, offset, SETTINGS, snippets=True)
        hover(opened, offset, opinion)
    curing = Curing(opinion, SETTINGS)
    Actions(opinion, curing, SETTINGS, versioned=True).at(0, len(opened.text), None, [])
