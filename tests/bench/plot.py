"""A plot as SVG: lines over a logarithmic or a plain axis, readable on light and on dark paper."""

import math
from collections.abc import Mapping, Sequence
from html import escape
from typing import Final

_WIDTH, _HEIGHT, _LEFT, _TOP, _RIGHT, _BOTTOM = 860, 420, 70, 30, 310, 50
_COLOURS: Final = ("#4269d0", "#efb118", "#ff725c", "#6cc5b0", "#3ca951", "#9c6b4e", "#a463f2", "#9498a0")
_STYLE: Final = (
    "<style>text{font:13px sans-serif;fill:#333}.axis,.grid{stroke:#888;fill:none}.grid{opacity:.25}"
    "@media(prefers-color-scheme:dark){text{fill:#ddd}}</style>"
)

Points = Sequence[tuple[float, float]]


def plot(title: str, across: str, up: str, lines: Mapping[str, Points], *, logarithmic: bool = False) -> str:
    """An SVG text with one line for each name; `across` and `up` name the axes, with their units."""
    every = [point for points in lines.values() for point in points]
    columns, rows = _Axis([x for x, _ in every], logarithmic), _Axis([y for _, y in every], logarithmic)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img">',
        f"<title>{escape(title)}</title>{_STYLE}",
        f'<text x="{_LEFT}" y="18">{escape(title)}</text>',
        f'<text x="{_LEFT}" y="{_HEIGHT - 10}">{escape(across)}</text>',
        f'<text transform="translate(14,{_HEIGHT - _BOTTOM}) rotate(-90)">{escape(up)}</text>',
    ]
    for value in columns.ticks:
        x = _x(columns.part(value))
        parts.append(f'<path class="grid" d="M{x} {_TOP}V{_HEIGHT - _BOTTOM}"/>')
        parts.append(f'<text x="{x}" y="{_HEIGHT - _BOTTOM + 16}" text-anchor="middle">{_said(value)}</text>')
    for value in rows.ticks:
        y = _y(rows.part(value))
        parts.append(f'<path class="grid" d="M{_LEFT} {y}H{_WIDTH - _RIGHT}"/>')
        parts.append(f'<text x="{_LEFT - 6}" y="{y + 4}" text-anchor="end">{_said(value)}</text>')
    for number, (name, points) in enumerate(lines.items()):
        colour, label = _COLOURS[number % len(_COLOURS)], _TOP + 20 * number + 8
        path = " ".join(f"{_x(columns.part(x))},{_y(rows.part(y))}" for x, y in points)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts.append(f'<text x="{_WIDTH - _RIGHT + 12}" y="{label}" style="fill:{colour}">{escape(name)}</text>')
    return "\n".join((*parts, "</svg>")) + "\n"


def below(*plots: str) -> str:
    """Plots one below the other, as one SVG text."""
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT * len(plots)}" role="img">']
    for number, each in enumerate(plots):
        place = f'<svg y="{_HEIGHT * number}" width="{_WIDTH}" height="{_HEIGHT}" '
        parts.append(each.strip().replace("<svg ", place, 1))
    return "\n".join((*parts, "</svg>")) + "\n"


class _Axis:
    """Where values stand between the least and the most of them."""

    def __init__(self, values: Sequence[float], logarithmic: bool) -> None:
        self._logarithmic = logarithmic
        self._least = min(values) if logarithmic else 0.0
        self._most = max(*values, self._least * 1.01 + 1e-9)

    def part(self, value: float) -> float:
        """0 for the least, 1 for the most."""
        if not self._logarithmic:
            return value / self._most
        return math.log(value / self._least) / math.log(self._most / self._least)

    @property
    def ticks(self) -> list[float]:
        """A few round values."""
        if self._logarithmic:
            powers = range(math.ceil(math.log10(self._least)), math.floor(math.log10(self._most)) + 1)
            return [10.0**power for power in powers] or [self._least, self._most]
        step = 10 ** math.floor(math.log10(self._most / 2))
        step *= next(factor for factor in (1, 2, 5, 10) if self._most / (step * factor) <= 6)
        return [step * number for number in range(int(self._most / step) + 1)]


def _x(part: float) -> float:
    return round(_LEFT + part * (_WIDTH - _LEFT - _RIGHT), 1)


def _y(part: float) -> float:
    return round(_HEIGHT - _BOTTOM - part * (_HEIGHT - _TOP - _BOTTOM), 1)


def _said(value: float) -> str:
    return f"{value:g}"
