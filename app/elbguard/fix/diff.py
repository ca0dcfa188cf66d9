"""Unified diffs, as patch and git apply take them."""

from collections.abc import Iterator
from difflib import unified_diff
from typing import Final

from elbguard_rules.core.problem import printable

_COLOURS: Final = (("+++", "1"), ("---", "1"), ("@@", "36"), ("+", "32"), ("-", "31"))


def diff(before: str, after: str, file: str, *, colour: bool = False) -> str:
    """The difference between two versions of a file; nothing where they are the same.

    Line ends stay as they are in the file. `colour` is for terminals.
    """
    name = printable(file).lstrip("/")
    lines = unified_diff(list(_lines(before)), list(_lines(after)), f"a/{name}", f"b/{name}")
    return "".join(_shown(line, colour=colour) for line in lines)


def _lines(text: str) -> Iterator[str]:
    """Lines as patch counts them: a carriage return, or a rarer line end, is a character."""
    at = 0
    while at < len(text):
        end = text.find("\n", at) + 1 or len(text)
        yield text[at:end]
        at = end


def _shown(line: str, *, colour: bool) -> str:
    content, end = (line[:-1], "\n") if line.endswith("\n") else (line, "\n\\ No newline at end of file\n")
    code = next((code for mark, code in _COLOURS if colour and line.startswith(mark)), "")
    return f"\x1b[{code}m{content}\x1b[0m{end}" if code else content + end
