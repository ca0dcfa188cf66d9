"""Whatever a line holds, its excerpt fits and its carets stand inside it."""

import unicodedata

from hypothesis import given, settings
from hypothesis import strategies as st

from elbguard.report.excerpt import lines, marked
from elbguard.report.model import Span

TEXT = st.text(st.one_of(st.sampled_from("ab \t日🎉\x1b\u0301\ud800\u202e"), st.characters()), max_size=120)
PLACE = st.integers(-3, 130)
QUIET = settings(deadline=None, derandomize=True, database=None)


def columns(text: str) -> int:
    """How many columns a terminal takes for a text without tabs and controls."""
    wide = sum(unicodedata.east_asian_width(c) in ("W", "F") for c in text)
    return len(text) + wide - sum(unicodedata.category(c) in ("Mn", "Me") and c.isprintable() for c in text)


@QUIET
@given(TEXT, PLACE, PLACE, st.integers(20, 140))
def test_an_excerpt_fits_and_is_marked(text: str, start: int, end: int, room: int) -> None:
    line, carets = marked(text, start, end, room)

    assert line.isprintable()
    assert columns(line) <= room
    assert carets.strip(" ") == "^" * carets.count("^") != ""
    assert len(carets) <= room + 1


@QUIET
@given(st.text(st.characters(categories=["Lu", "Ll", "Nd"], max_codepoint=0x24F)), st.data())
def test_an_uncut_line_has_carets_below_the_marked_characters(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    line, carets = marked(text, start, end, 1000)

    assert line == text
    assert line[carets.index("^") : len(carets)] == text[start : max(end, start + 1)]


@QUIET
@given(TEXT, st.integers(1, 5), PLACE, st.integers(0, 9), PLACE, st.integers(-5, 140))
def test_no_span_is_too_odd_to_show(text: str, line: int, column: int, more: int, end: int, width: int) -> None:
    shown = list(lines(text, Span(line, column, line + more, end), width))

    assert shown
    assert [one.number for one in shown] == sorted({one.number for one in shown})
    assert all(one.carets.strip() for one in shown)
