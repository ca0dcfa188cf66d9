"""What is suggested for a word is near it by the textbook's measure."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elbguard_rules.core.nearest import FARTHEST, nearest

WORDS = st.text("abc", max_size=9)


def edits(a: str, b: str) -> int:
    """Insertions, deletions, replacements and swaps of neighbours between two words, as the textbook counts them."""
    if not a or not b:
        return len(a) + len(b)
    fewest = min(edits(a[1:], b) + 1, edits(a, b[1:]) + 1, edits(a[1:], b[1:]) + (a[0] != b[0]))
    swapped = len(a) > 1 and len(b) > 1 and a[:2] == b[1::-1]
    return min(fewest, edits(a[2:], b[2:]) + 1) if swapped else fewest


@given(st.text("abc", max_size=6), st.text("abc", max_size=6))
def test_a_word_is_suggested_if_it_is_few_edits_away(word: str, known: str) -> None:
    allowed = min(FARTHEST, max(1, len(word) // 3))

    assert (nearest(word, [known]) == known) == (edits(word, known) <= allowed)


@given(WORDS, st.lists(WORDS, max_size=4), WORDS, WORDS)
def test_what_all_words_begin_and_end_with_adds_nothing(word: str, known: list[str], begin: str, end: str) -> None:
    near = nearest(word, known) if len(word) >= 3 * FARTHEST else None

    assert near is None or nearest(begin + word + end, [begin + each + end for each in known]) == begin + near + end


@pytest.mark.parametrize(
    ("word", "known", "meant"),
    [
        ("ELB999", "ELB909", None),
        ("ELB99", "ELB909", None),
        ("l5_flavor_name", "l4_flavor_name", None),
        ("ELB1O1", "ELB101", "ELB101"),
        ("elb-101", "ELB101", "ELB101"),
        ("http_enable", "http2_enable", "http2_enable"),
    ],
)
def test_another_number_is_not_near(word: str, known: str, meant: str | None) -> None:
    assert nearest(word, [known]) == meant
