"""A page as a parser sees it: its elements with their attributes and texts, and whether they are nested right."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final

_EMPTY: Final = frozenset({"input", "meta"})


@dataclass(slots=True)
class Node:
    """An element."""

    tag: str
    attributes: dict[str, str | None]
    inside: list["Node | str"] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All text in it."""
        return "".join(part if isinstance(part, str) else part.text for part in self.inside)

    @property
    def skeleton(self) -> str:
        """The elements in it with the names of their attributes, and no text."""
        inner = "".join(part.skeleton for part in self.inside if isinstance(part, Node))
        return f"<{' '.join((self.tag, *self.attributes))}>{inner}</>"

    def all(self, tag: str = "", **attributes: str) -> Iterator["Node"]:
        """The elements below it of that name and with these attributes (`class_` is class), in their order."""
        for part in self.inside:
            if isinstance(part, Node):
                wanted = all(part.attributes.get(key.rstrip("_")) == value for key, value in attributes.items())
                if wanted and tag in ("", part.tag):
                    yield part
                yield from part.all(tag, **attributes)

    def one(self, tag: str = "", **attributes: str) -> "Node":
        """The only such element."""
        [found] = self.all(tag, **attributes)
        return found


class _Reader(HTMLParser):
    """Builds the tree; an end tag that is missing or superfluous fails."""

    def __init__(self) -> None:
        super().__init__()
        self.open = [Node("", {})]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len(dict(attrs)) == len(attrs), attrs
        node = Node(tag, dict(attrs))
        self.open[-1].inside.append(node)
        if tag not in _EMPTY:
            self.open.append(node)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop().tag == tag

    def handle_data(self, data: str) -> None:
        self.open[-1].inside.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    def unknown_decl(self, data: str) -> None:
        raise AssertionError(data)


def read(text: str) -> Node:
    """The page's `html` element."""
    assert text.startswith("<!DOCTYPE html>\n")
    reader = _Reader()
    reader.feed(text)
    reader.close()
    [root] = reader.open
    return root.one("html")
