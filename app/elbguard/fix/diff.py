"""Unified diffs, as patch and git apply take them."""

from collections.abc import Iterator
from difflib import unified_diff
from typing import Final

from elbguard_rules.core.problem import printable

_COLOURS: Final = (("+++", "1"), ("---", "1"), ("@@", "36"), ("+", "32"), ("-", "31"))


def diff(before: str, after: str, file: str, *, colour: bool = False, terminal: bool = False) -> str:
    """The difference between two versions of a file; nothing where they are the same.

    Line ends stay as they are in the file. `colour` is for terminals; at a `terminal` what would act on it is shown.
    """
    name = file.lstrip("/")
    lines = unified_diff(list(_lines(before)), list(_lines(after)), _quoted(f"a/{name}"), _quoted(f"b/{name}"))
    shown = (_printable(line) for line in lines) if colour or terminal else lines
    return "".join(_shown(line, colour=colour) for line in shown)


def _quoted(name: str) -> str:
    """A name as git writes it into a diff: what is unusual in it as the octal digits of its bytes, in quotes."""
    if name.isprintable() and not any(odd in name for odd in ('"', "\\", "##")):
        return name
    return '"' + "".join(map(_octal, name)) + '"'


def _octal(char: str) -> str:
    if char in '"\\':
        return f"\\{char}"
    if char.isprintable() and char != "#":
        return char
    return "".join(f"\\{byte:03o}" for byte in char.encode("utf-8", "surrogateescape"))


def _printable(line: str) -> str:
    content = line.rstrip("\r\n")
    return "\t".join(map(printable, content.split("\t"))) + line[len(content) :]


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
