"""Sections: parts of the project's own documents that guides show, so that nothing is written twice.

A line `<!-- section README.md: Configuration -->` of a guide stands for the text below that heading, with the headings
below it, and those that are no more than bold words that begin a paragraph; `<!-- section CHANGELOG.md -->` for a whole
document but its title; `<!-- rest README.md: Configuration -->` for a section but those below it that a guide shows.
"""

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Self

from elbguard.explain import in_words
from tests.site.prose import page_of

_WANTED: Final = re.compile(r"^<!-- (?P<how>section|rest) (?P<file>[\w./-]+)(?:: (?P<heading>.+?))? -->$", re.MULTILINE)
_HEADING: Final = re.compile(r"(#+) (.+)")
_FENCE: Final = re.compile(r"^ *(```+|~~~+)")
_LINK: Final = re.compile(r"\[(?P<words>[^\]]+)\]\((?P<to>(?!https?:)[^)\s]+)\)")
_CHINESE: Final = "\u3000-\u303f\u4e00-\u9fff\uff00-\uffef"
_BROKEN: Final = re.compile(rf"(?<=[{_CHINESE}])\n(?=[{_CHINESE}])")  # a browser would show a blank there
_NAMED: Final = re.compile(r"\[[^\]]*\]\([^)]*\)|<!--.*?-->|(?P<code>`[^`]*`)|\b(?P<rule>ELB\d{3})\b")
_LEAD: Final = re.compile(r"^\*\*([^*]+)\.\*\* ")
_OF_A_RULE: Final = re.compile(r"rules/README\.md#(elb\d{3})-")
PAGES: Final[Mapping[str, str]] = {  # whole documents that have a page, seen from a folder of the site
    "README.md": "../index.md",
    "rules/README.md": "../rules/index.md",
    "rules/elbguard_rules/catalogue/README.md": "../reference/facts.md",
    "manifests/README.md": "../guides/manifests.md",
}


class NoSection(Exception):
    """A guide wants a section that is not there; the message has both, and the headings that are."""


@dataclass(frozen=True, slots=True)
class Sections:
    """The documents of the project at `root`, and where guides show what.

    `shown` has the page of each section, as `README.md#before-an-upgrade`. Links lead to what is shown; of others to
    files of the repository the words are left, or they lead to `repository` where that is known.
    """

    root: Path
    repository: str = ""
    shown: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, guides: Mapping[str, str], root: Path, repository: str = "") -> Self:
        """Those that some guides want, by the guides' names, `guides/upgrade.md`."""
        found = {}
        for name, guide in guides.items():
            for match in _WANTED.finditer(guide):
                anchor = _anchor(match["file"], match["heading"] or "")
                is_headed = f"# {match['heading']}\n" in guide  # the guide has the heading, and so its anchor
                found[anchor] = f"../{name}{'#' + anchor.partition('#')[2] if is_headed else ''}"
        return cls(root, repository, found)

    def complete(self, guide: str) -> str:
        """A guide with the sections that it wants, and links from what it names to its page."""
        return _BROKEN.sub("", "\n".join(_with_links(_WANTED.sub(self._section, guide))))

    def _section(self, match: re.Match[str]) -> str:
        file = match["file"]
        lines = self._below(file, match["heading"], but_shown=match["how"] == "rest")
        relinked = (self._relinked(line, file) for line in lines)
        return "\n".join(_LEAD.sub(r"## \1\n\n", line) for line in relinked).strip()

    def _below(self, file: str, heading: str | None, *, but_shown: bool) -> Iterator[str]:
        """The lines below a heading, up to the next one of its rank; headings among them are moved below rank one."""
        rank, passed, headings = 0, 0, list[str]()
        for line, is_text in _lines((self.root / file).read_text(encoding="utf-8")):
            match = _HEADING.fullmatch(line) if is_text else None
            if not match:
                if rank and not passed:
                    yield line
                continue
            own, words = len(match[1]), match[2]
            headings.append(words)
            if not rank:
                rank = own if (words == heading if heading else own == 1) else 0
                continue
            if own <= rank:
                return
            if not passed or own <= passed:
                passed = own if but_shown and _anchor(file, words) in self.shown else 0
            if not passed:
                yield f"{'#' * (own - rank + 1)} {words}"
        if not rank:
            raise NoSection(f"{file} has no heading {heading!r}, but {', '.join(headings)}")

    def _relinked(self, line: str, file: str) -> str:
        def link(match: re.Match[str]) -> str:
            to = match["to"]
            name = file + to if to.startswith("#") else posixpath.normpath(posixpath.join(posixpath.dirname(file), to))
            rule = _OF_A_RULE.match(name)
            page = f"../rules/{rule[1].upper()}.md" if rule else self.shown.get(name) or PAGES.get(name)
            if page:
                return f"[{match['words']}]({page})"
            return f"[{match['words']}]({self.repository}/{name})" if self.repository else match["words"]

        return _LINK.sub(link, line)


def headings(text: str, rank: int) -> list[str]:
    """The headings of a rank in a document."""
    found = (_HEADING.fullmatch(line) for line, is_text in _lines(text) if is_text)
    return [match[2] for match in found if match and len(match[1]) == rank]


def _anchor(file: str, heading: str) -> str:
    """A section as a link to it is written."""
    words = re.sub(r"[^\w\s-]", "", heading.lower()).strip()
    return file + "#" + words.replace(" ", "-")


def _lines(text: str) -> Iterator[tuple[str, bool]]:
    """The lines, each with whether it is text: not in a block of code."""
    fence = ""
    for line in text.splitlines():
        match = _FENCE.match(line)
        if match and not fence:
            fence = match[1]
        elif match and line.strip() == fence:
            fence = ""
            yield line, False
            continue
        yield line, not fence


def _with_links(guide: str) -> Iterator[str]:
    """The lines, with each rule, annotation or member that they name leading to its page."""
    for line, is_text in _lines(guide):
        yield _NAMED.sub(_link, line) if is_text and not line.startswith("#") else line


def _link(match: re.Match[str]) -> str:
    name = match["rule"] or in_words.short((match["code"] or "").strip("`"))
    page = page_of(name)
    return f"[{match[0]}]({page})" if page else match[0]
