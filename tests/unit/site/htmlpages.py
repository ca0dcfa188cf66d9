"""HTML pages as a reader meets them: their text, where they lead, what they load."""

import re
from dataclasses import dataclass
from functools import cached_property
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Final, Self

_LOADING: Final = ("stylesheet", "icon", "preload", "prefetch", "preconnect", "modulepreload", "manifest")
_TAG: Final = re.compile(r"<([a-z][a-z0-9]*)\s+((?:[^\"'>]|\"[^\"]*\"|'[^']*')*)>")
_ATTRIBUTE: Final = re.compile(r"([a-z][\w-]*)=(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")
_ARTICLE: Final = re.compile(r"<article.*?</article>", re.DOTALL)
_INLINE: Final = frozenset(["code", "span", "a", "strong", "em"])


@dataclass(frozen=True)
class HtmlPage:
    """One page: `ids` are its anchors, `links` its addresses to go to, `loaded` those it fetches."""

    html: str
    language: str
    ids: frozenset[str]
    links: tuple[str, ...]
    loaded: tuple[str, ...]

    @classmethod
    def read(cls, file: Path) -> Self:
        """The page in a file."""
        html = file.read_text(encoding="utf-8")
        language, ids, links, loaded = "", set[str](), list[str](), list[str]()
        for tag, rest in _TAG.findall(html):
            has = {match[1]: unescape(match[2] or match[3] or match[4] or "") for match in _ATTRIBUTE.finditer(rest)}
            language = has.get("lang", "") if tag == "html" else language
            ids |= {has[name] for name in ("id", "name") if has.get(name)}
            links += [has["href"]] if tag == "a" and "href" in has else []
            loads = tag == "link" and not set(_LOADING).isdisjoint(has.get("rel", "").split())
            loaded += [has["href"]] if loads else [has[name] for name in ("src", "data", "poster") if name in has]
        return cls(html, language, frozenset(ids), tuple(links), tuple(loaded))

    @cached_property
    def text(self) -> str:
        """The words of the article, with single blanks between them."""
        reader = _Words()
        reader.feed("".join(_ARTICLE.findall(self.html)))
        reader.close()
        return " ".join("".join(reader.found).split())


class _Words(HTMLParser):
    """Collects text; what is no mere part of a line stands apart."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Part what stands in lines of its own."""
        if tag not in _INLINE:
            self.found.append(" ")

    def handle_endtag(self, tag: str) -> None:
        """Part what stands in lines of its own."""
        if tag not in _INLINE:
            self.found.append(" ")

    def handle_data(self, data: str) -> None:
        """Keep text."""
        self.found.append(data)
