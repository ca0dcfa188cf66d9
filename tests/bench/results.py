"""Results: what was measured, with what it is compared to; for a terminal and for docs/benchmarks.md."""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One figure: what it is about, its ratio to a baseline of the same run, the figure, what is aimed at."""

    what: str
    ratio: str
    figure: str
    aim: str = ""


@dataclass(frozen=True)
class Table:
    """Figures of one run; `remark` says how they were come by."""

    title: str
    remark: str
    rows: tuple[Row, ...] = ()

    def text(self) -> Iterator[str]:
        """Lines for a terminal."""
        yield f"{self.title}: {self.remark}"
        for row in self.rows:
            aim = f"   (aim: {row.aim})" if row.aim else ""
            yield f"  {row.what:<46}{row.ratio:>24}   {row.figure}{aim}"

    def markdown(self) -> Iterator[str]:
        """Lines of a document, ratios first."""
        yield from (f"## {self.title}", "", f"{self.remark[:1].upper()}{self.remark[1:]}.", "")
        if self.rows:
            yield from ("| what | ratio | aim | measured |", "| --- | --- | --- | --- |")
            yield from (f"| {row.what} | {row.ratio} | {row.aim} | {row.figure} |" for row in self.rows)
            yield ""


def skipped(title: str, why: str) -> Table:
    """A table of nothing, which says why."""
    return Table(title, f"skipped, {why}")
