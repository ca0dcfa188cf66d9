"""Places as editors count them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lsprotocol.types import Position, PositionEncodingKind

from elbguard.editor.columns import Columns

UTF8, UTF16, UTF32 = PositionEncodingKind.Utf8, PositionEncodingKind.Utf16, PositionEncodingKind.Utf32
CODECS = {UTF8: ("utf-8", 1), UTF16: ("utf-16-le", 2), UTF32: ("utf-32-le", 4)}
TEXTS = st.text(st.sampled_from("a \r\n\u2028\x85é中🚀\ud800\ufeff"), max_size=40)


@pytest.mark.parametrize("encoding", CODECS)
@given(text=TEXTS, data=st.data())
def test_a_position_counts_the_units_of_its_line_and_leads_back(
    encoding: PositionEncodingKind, text: str, data: st.DataObject
) -> None:
    offset = data.draw(st.integers(0, len(text)))
    columns = Columns(text, encoding)
    codec, size = CODECS[encoding]

    place = columns.position(offset)

    start, end = columns.line(place.line)
    assert place.character == len(text[start:offset].encode(codec, "surrogatepass")) // size
    assert columns.offset(place) == min(offset, end)  # behind the end of a line there is nothing to point at


def test_positions_that_are_not_there_are_the_nearest() -> None:
    columns = Columns("ab\ncd")

    assert columns.offset(Position(0, 99)) == 2
    assert columns.offset(Position(9, 0)) == 5
    assert Columns("🚀x").offset(Position(0, 1)) in (0, 1)
