"""Digits: a range of whole numbers as a regular expression, for descriptions that know no numbers inside texts."""

from collections.abc import Iterator


def between(least: int, most: int) -> str:
    """The pattern that exactly the numbers from `least` to `most` match, without anchors: `[1-9]|[1-4][0-9]|50`.

    Leading zeros do not match; write `0*` in front to allow them.
    """
    return "|".join(_spans(least, most))


def _spans(least: int, most: int) -> Iterator[str]:
    while least <= most:
        end = _end(least, most)
        yield "".join(_digit(a, b) for a, b in zip(str(least), str(end), strict=True))
        least = end + 1


def _end(least: int, most: int) -> int:
    """The last number of the longest span from `least` on: one digit of it varies, and those behind are 0 to 9."""
    step = 1
    while least % (step * 10) == 0 and step * 10 <= least and least + step * 10 - 1 <= most:
        step *= 10
    digit = least // step % 10
    return max(end for last in range(digit, 10) if (end := least + (last - digit + 1) * step - 1) <= most)


def _digit(low: str, high: str) -> str:
    return low if low == high else f"[{low}-{high}]"
