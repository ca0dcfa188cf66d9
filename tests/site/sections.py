"""Sections: parts of the project's own documents that guides show, so that nothing is written twice.

A line `<!-- section README.md: Configuration -->` of a guide stands for the text below that heading, with the headings
below it, and those that are no more than bold words that begin a paragraph; `<!-- section CHANGELOG.md -->` for a whole
document but its title. Links to what has a page lead there; of links to other files of the repository the words are
left, or they lead to `repository` where that is known.
"""

import posixpath
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from elbguard.explain import in_words
from tests.site.prose import page_of

_WANTED: Final = re.compile(r"^<!-- section (?P<file>[\w./-]+)(?:: (?P<heading>.+?))? -->$", re.MULTILINE)
_HEADING: Final = re.compile(r"(#+) (.+)")
_FENCE: Final = re.compile(r"^ *(```+|~~~+)")
_LINK: Final = re.compile(r"\[(?P<words>[^\]]+)\]\((?P<to>(?!https?:)[^)\s]+)\)")
_CHINESE: Final = "\u3000-\u303f\u4e00-\u9fff\uff00-\uffef"
_BROKEN: Final = re.compile(rf"(?<=[{_CHINESE}])\n(?=[{_CHINESE}])")  # a browser would show a blank there
_NAMED: Final = re.compile(r"\[[^\]]*\]\([^)]*\)|<!--.*?-->|(?P<code>`[^`]*`)|\b(?P<rule>ELB\d{3})\b")
_LEAD: Final = re.compile(r"^\*\*([^*]+)\.\*\* ")
_OF_A_RULE: Final = re.compile(r"rules/README\.md#(elb\d{3})-")
PAGES: Final[Mapping[str, str]] = {  # what has a page on the site, seen from the folder of the guides
    "README.md": "../index.md",
    "rules/README.md": "../rules/index.md",
    "rules/elbguard_rules/catalogue/README.md": "../reference/facts.md",
    "manifests/README.md": "../guides/manifests.md",
    "README.md#before-an-upgrade": "../guides/upgrade.md",
    "README.md#configuration": "../reference/settings.md",
}


class NoSection(Exception):
    """A guide wants a section that is not there; the message has both, and the headings that are."""


def completed(guide: str, root: Path, repository: str = "") -> str:
    """A guide with the sections of the project at `root` that it wants, and links from what it names to its page."""

    def section(match: re.Match[str]) -> str:
        text = (root / match["file"]).read_text(encoding="utf-8")
        lines = _below(text, match["heading"], match["file"])
        relinked = (_relinked(line, match["file"], repository) for line in lines)
        return "\n".join(_LEAD.sub(r"## \1\n\n", line) for line in relinked).strip()

    return _BROKEN.sub("", "\n".join(_with_links(_WANTED.sub(section, guide))))


def _below(text: str, heading: str | None, file: str) -> list[str]:
    """The lines below a heading, up to the next one of its rank; the headings among them are moved below rank one."""
    found: list[str] = []
    rank, headings = 0, []
    for line, is_text in _lines(text):
        match = _HEADING.fullmatch(line) if is_text else None
        if match:
            headings.append(match[2])
        if match and not rank and (match[2] == heading if heading else len(match[1]) == 1):
            rank = len(match[1])
        elif match and rank and len(match[1]) <= rank:
            break
        elif rank:
            found.append(f"{'#' * (len(match[1]) - rank + 1)} {match[2]}" if match else line)
    if not rank:
        raise NoSection(f"{file} has no heading {heading!r}, but {', '.join(headings)}")
    return found


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


def _relinked(line: str, file: str, repository: str) -> str:
    def link(match: re.Match[str]) -> str:
        to = match["to"]
        name = file + to if to.startswith("#") else posixpath.normpath(posixpath.join(posixpath.dirname(file), to))
        rule = _OF_A_RULE.match(name)
        page = f"../rules/{rule[1].upper()}.md" if rule else PAGES.get(name)
        if page or to.startswith("#"):
            return f"[{match['words']}]({page or to})"
        return f"[{match['words']}]({repository}/{name})" if repository else match["words"]

    return _LINK.sub(link, line)


def _with_links(guide: str) -> Iterator[str]:
    """The lines, with each rule, annotation or member that they name leading to its page."""
    for line, is_text in _lines(guide):
        yield _NAMED.sub(_link, line) if is_text and not line.startswith("#") else line


def _link(match: re.Match[str]) -> str:
    name = match["rule"] or in_words.short((match["code"] or "").strip("`"))
    page = page_of(name)
    return f"[{match[0]}]({page})" if page else match[0]
