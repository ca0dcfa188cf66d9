"""HTML in which no text of a manifest is ever markup: whatever is not markup by its type is escaped."""

from collections.abc import Iterable
from typing import Final

from elbguard_rules.core.problem import printable

_ESCAPES: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"})
_EMPTY: Final = frozenset({"input", "meta"})  # elements that hold nothing and have no end tag here


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


def escaped(text: str) -> Markup:
    """A text as it is shown: nothing in it is markup, acts on a terminal or a CI system, or turns the reading order.

    The result is ASCII, so that it is read alike in every encoding that it may be stored in.
    """
    if isinstance(text, Markup):
        return text
    text = printable(text).translate(_ESCAPES).replace("##", "#&#35;").replace("::", ":&#58;")
    return Markup(text if text.isascii() else text.encode("ascii", "xmlcharrefreplace").decode("ascii"))


def element(tag: str, /, *inside: str, **attributes: str | bool) -> Markup:
    """An element with what is inside it.

    `class_` is the attribute class, `data_x` is data-x; True is an attribute without a value, False is none.
    """
    start = f"<{tag}{''.join(_attribute(key, value) for key, value in attributes.items())}>"
    return Markup(start if tag in _EMPTY else f"{start}{joined(*inside)}</{tag}>")


def joined(*parts: str) -> Markup:
    """Texts and markup one behind the other."""
    return Markup("".join(map(escaped, parts)))


def lines(parts: Iterable[Markup]) -> Markup:
    """Markup, each on a line of its own."""
    return Markup("".join(f"\n{part}" for part in parts))


def _attribute(key: str, value: str | bool) -> str:
    if value is False:
        return ""
    name = key.rstrip("_").replace("_", "-")
    return f" {name}" if value is True else f' {name}="{escaped(value)}"'
