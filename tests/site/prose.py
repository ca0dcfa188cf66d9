"""Prose: sentences of the rules as Markdown that says nothing else, with links where they name a rule or annotation."""

import re
from collections.abc import Iterable
from typing import Final

from elbguard.explain import in_words, topics
from elbguard_rules.catalogue.topic import Topic
from elbguard_rules.core.rule import Document
from elbguard_rules.guard import RULES

_CODE: Final = re.compile(r"(`[^`]+`)")
_ODD: Final = re.compile(r"[^A-Za-z0-9.-]+")
_NAMED: Final = re.compile(
    r"\bELB(?:\d{3}|\.\d{4})\b|(?:\bkubernetes\.io/)?\b(?:elb\.[A-Za-z][\w.-]*\w|natgateway\.id)"
)
_TOPICS: Final = {topic.name: topic for topic in topics.TOPICS if topic.name.startswith("ELB.")}  # codes of events
_SPECIAL: Final = {"&": "&amp;", "<": "&lt;", "{": "&#123;"} | {c: f"\\{c}" for c in "\\*_[]|#"}


def annotation_file(key: str) -> str:
    """The name of an annotation's page: the key without its prefix."""
    return f"{key.rpartition('/')[2]}.md"


def topic_file(topic: Topic) -> str:
    """The name of a symptom's page."""
    return f"{_ODD.sub('-', topic.name)}.md"


def plain(text: str) -> str:
    """A sentence in which nothing is markup but what stands between backticks."""
    return "".join(part if part.startswith("`") else _escaped(part) for part in _CODE.split(text))


def linked(text: str, here: str = "") -> str:
    """The same, where rules and annotations that it names lead to their pages, all but the page `here`.

    All pages that such a sentence stands on are in folders beside each other.
    """
    return "".join(part if part.startswith("`") else _with_links(part, here) for part in _CODE.split(text))


def code(words: Iterable[str]) -> str:
    """Words as code, with commas between them."""
    return ", ".join(f"`{word}`" for word in words)


def place(name: str, here: str = "") -> str:
    """A place as a rule blames it, `elb.autocreate.type` or `spec.ports`: as code, linked where it has a page."""
    address = page_of(name)
    return f"[`{name}`]({address})" if address and name != here else f"`{name}`"


def document(of: Document) -> str:
    """A document by its title, which leads to its page where that is known."""
    if of.address:
        return f"[{plain(str(of))}]({of.address})"
    return plain(str(of)) + (f" ([{of.nearness}]({of.nearest}))" if of.nearest else "")


def row(*cells: str) -> str:
    """A row of a table; its cells are Markdown already."""
    return "| " + " | ".join(cell.replace("\n", " ") for cell in cells) + " |"


def table(*head: str) -> tuple[str, str]:
    """The first two lines of a table."""
    return row(*head), row(*("---" for _ in head))


def minor(heading: str) -> str:
    """A heading of what nobody looks for: all pages have it."""
    return f"## {heading} {{ data-search-exclude }}"


def fenced(text: str, language: str, lines: Iterable[int] = (), title: str = "") -> str:
    """A block of code, with some lines of it marked and a title above it."""
    marked = " ".join(map(str, lines))
    options = "".join((f' hl_lines="{marked}"' if marked else "", f' title="{title}"' if title else ""))
    return f"``` {{ .{language}{options} }}\n{text.rstrip()}\n```"


def _escaped(text: str) -> str:
    return "".join(_SPECIAL.get(letter, letter) for letter in text)


def _with_links(text: str, here: str) -> str:
    found, end = "", 0
    for match in _NAMED.finditer(text):
        name = in_words.short(match[0])
        address = page_of(name)
        if not address or name == here:
            continue
        shown = match[0] if name.startswith("ELB") else f"`{match[0]}`"
        found += f"{_escaped(text[end : match.start()])}[{shown}]({address})"
        end = match.end()
    return found + _escaped(text[end:])


def page_of(name: str) -> str:
    """Where a rule, event, annotation or member has its page, seen from a page beside it; empty where it has none."""
    if name in RULES:
        return f"../rules/{name}.md"
    if topic := _TOPICS.get(name):
        return f"../symptoms/{topic_file(topic)}"
    if owner := in_words.owner_of(in_words.PREFIX + name) or in_words.owner_of(name):
        return f"../annotations/{annotation_file(owner.key)}"
    if known := in_words.known_members().get(name):
        owner, member = known
        return f"../annotations/{annotation_file(owner.key)}#{member.name}"
    return ""
