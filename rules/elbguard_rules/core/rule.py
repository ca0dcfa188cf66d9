"""Rule: one sentence of the vendor's document that a Service can break."""

import re
from dataclasses import replace
from typing import Final

from elbguard_rules.core.problem import Severity
from elbguard_rules.core.record import record

_ID: Final = re.compile(r"ELB\d{3}")
_STOPS: Final = (".", "。")
_NAME: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@record
class Document:
    """A document that facts come from, as text its title with what tells it from other editions.

    `number` is the page's in its guide, `edition` the day of what was read, or what is known of it. `address` is where
    the page is; where nobody knows that, `nearest` is the address of another edition of it, `nearness` says which.
    """

    title: str
    number: str = ""
    edition: str = ""
    address: str = ""
    nearest: str = ""
    nearness: str = ""

    def __str__(self) -> str:
        known = ", ".join(filter(None, (self.number, self.edition)))
        return f"{self.title} ({known})" if known else self.title

    @property
    def link(self) -> str:
        """The best address there is; empty where there is none."""
        return self.address or self.nearest


@record
class Source:
    """Where a fact comes from: a document, its section, a short quotation, and how we read it where it is ambiguous."""

    document: Document
    section: str
    says: str = ""
    reading: str = ""

    def __str__(self) -> str:
        return f"{self.document}, {self.section}"

    def quote(self, says: str, reading: str = "") -> "Source":
        """The same section with the words that matter to one rule."""
        return replace(self, says=says, reading=reading)


@record
class Rule:
    """One sentence of the vendor's document.

    `id` is ELBnnn, in hundreds by area, never reused. `name` names the fault, so that "allow NAME" makes sense. `says`
    is what must be true. `fix` is what the reader can do. `covers` lists sentences of catalogue/seed.py.
    """

    id: str
    name: str
    says: str
    source: Source
    fix: str
    severity: Severity = Severity.ERROR
    why: str = ""
    covers: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not _ID.fullmatch(self.id) or not _NAME.fullmatch(self.name):
            raise ValueError(f"{self.id} {self.name}: an id is ELBnnn, a name is kebab-case")
        for part in ("says", "fix"):
            if not getattr(self, part).endswith(_STOPS):
                raise ValueError(f"{self.id}: {part!r} must be a sentence that ends with a full stop")
