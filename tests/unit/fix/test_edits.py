"""Edits of a text, one after the other and all at once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elbguard.fix.certain import one_edit_apart, surely
from elbguard.fix.edits import Edit, Overlap, applied, back, composed
from elbguard.fix.protocol_list import listed


@st.composite
def edits_of(draw: st.DrawFn, text: str) -> list[Edit]:
    places = sorted(draw(st.lists(st.integers(0, len(text)), max_size=6, unique=True)))
    spans = list(zip(places[::2], places[1::2], strict=False))
    return [Edit(start, end, draw(st.text("XYZ", max_size=3))) for start, end in spans]


@given(st.data())
def test_composed_edits_do_what_both_do(data: st.DataObject) -> None:
    text = data.draw(st.text("abcdef", max_size=12))
    first = data.draw(edits_of(text))
    once = applied(text, first)
    kept = [i for i, char in enumerate(once) if char.islower()]
    second = [Edit(i, i + 1, "w") for i in (data.draw(st.sets(st.sampled_from(kept))) if kept else ())]

    assert applied(text, composed(first, second)) == applied(once, second)


def test_an_edit_of_what_was_just_written_is_refused() -> None:
    with pytest.raises(Overlap):
        composed([Edit(1, 2, "xyz")], [Edit(0, 2, "")])
    with pytest.raises(Overlap):
        composed([Edit(1, 2, "")], [Edit(0, 2, "")])


@given(st.data())
def test_every_character_that_is_kept_is_found_again(data: st.DataObject) -> None:
    text = "".join(map(chr, range(97, 97 + data.draw(st.integers(0, 20)))))
    edits = data.draw(edits_of(text))
    after = applied(text, edits)

    assert all(text[back(place, edits)] == char for place, char in enumerate(after) if char.islower())
    assert all(0 <= back(place, edits) <= len(text) for place in range(len(after) + 1))


def test_edits_of_the_same_characters_exclude_each_other() -> None:
    with pytest.raises(Overlap):
        applied("abc", [Edit(0, 2, "x"), Edit(1, 3, "y")])

    assert applied("abc", [Edit(1, 1, "x"), Edit(1, 1, "y"), Edit(1, 1, "x"), Edit(1, 2, "")]) == "axyc"


@pytest.mark.parametrize("word", ["calss", "clas", "cclass", "clasz"])
def test_one_slip_of_the_pen_is_an_insertion_a_deletion_a_replacement_or_a_swap(word: str) -> None:
    assert one_edit_apart(word, "class")
    assert one_edit_apart("class", word)


@pytest.mark.parametrize(
    ("word", "other"), [("class", "class"), ("lcass", "class2"), ("cl", "class"), ("slacs", "class")]
)
def test_more_is_no_slip_of_the_pen(word: str, other: str) -> None:
    assert not one_edit_apart(word, other)


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("BANDWIDTH-SIZE", "bandwidth_size"),
        ("bandwidthsize", "bandwidth_size"),
        ("l5_flavor_name", None),  # which of the two?
        ("l4flavorname", "l4_flavor_name"),
        ("ty", None),
        ("width", None),
    ],
)
def test_only_one_word_can_be_meant(word: str, meant: str | None) -> None:
    assert surely(word, ("bandwidth_size", "l4_flavor_name", "l7_flavor_name", "type")) == meant


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("HTTPS:443", "https:443"),
        ("https : 443\n,http: 80", "https:443,http:80"),
        (" ,https:443;;http:80, ,", "https:443,http:80"),
        ("https:443\thttp:80\n", "https:443,http:80\n"),
        ("https:443,\n", "https:443\n"),
        ("http:99999 , http:80", "http:99999,http:80"),
    ],
)
def test_listeners_are_separated_by_commas(text: str, meant: str) -> None:
    assert applied(text, listed(text)) == meant


@pytest.mark.parametrize(
    "text", ["", ",", "http", "80:http", "http:80/https:443", "ftp:21, http:80", "http:80 x", "x;http:80"]
)
def test_other_listeners_are_left_alone(text: str) -> None:
    assert listed(text) == ()
