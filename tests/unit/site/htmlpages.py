"""HTML pages as a reader meets them: their text, where they lead, what they load."""

from html.parser import HTMLParser
from pathlib import Path
from typing import Final, Self

_LOADING: Final = ("stylesheet", "icon", "preload", "prefetch", "preconnect", "modulepreload", "manifest")
_ENDLESS: Final = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"]
)


class HtmlPage(HTMLParser):
    """One page: `ids` are its anchors, `links` its addresses to go to, `loaded` those it fetches."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.language = ""
        self._open: list[str] = []
        self._in_article = 0
        self._text: list[str] = []

    @classmethod
    def read(cls, file: Path) -> Self:
        """The page in a file."""
        page = cls()
        page.feed(file.read_text(encoding="utf-8"))
        page.close()
        return page

    @property
    def text(self) -> str:
        """The words of the article, with single blanks between them."""
        return " ".join("".join(self._text).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what an element is, leads to or loads."""
        has = {name: value or "" for name, value in attrs}
        self.ids |= {value for name, value in has.items() if name in ("id", "name") and value}
        if tag == "html":
            self.language = has.get("lang", "")
        if tag == "a" and "href" in has:
            self.links.append(has["href"])
        if tag == "link" and any(word in _LOADING for word in has.get("rel", "").split()):
            self.loaded.append(has["href"])
        self.loaded += [has[name] for name in ("src", "data", "poster") if name in has and tag != "button"]
        self._in_article += tag == "article"
        if self._in_article and tag not in ("code", "span", "a", "strong", "em"):
            self._text.append(" ")

    def handle_endtag(self, tag: str) -> None:
        """Note the end of the article."""
        self._in_article -= tag == "article"
        if self._in_article and tag not in ("code", "span", "a", "strong", "em"):
            self._text.append(" ")

    def handle_data(self, data: str) -> None:
        """Keep the text of the article."""
        if self._in_article:
            self._text.append(data)
