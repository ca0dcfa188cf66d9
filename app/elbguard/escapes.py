"""Text for terminals and logs in which nothing acts: names and values that others chose are shown, not obeyed."""

import re
from typing import Final

from elbguard_rules.core.problem import printable

_AT_THE_BEGINNING: Final = re.compile(r"^((?:[ \t]|\x1b\[[0-9;]*+m)*+):(?=:)", re.MULTILINE)  # also behind our colours
_ANYWHERE: Final = re.compile(r"##(?=[a-zA-Z]*+\[)")
COMMAND: Final = _ANYWHERE  # how commands begin that runners look for anywhere in a line


def line(text: str) -> str:
    """A text as one line: no line break, no control character, no bidirectional mark, no command."""
    return inert(printable(text))


def inert(text: str) -> str:
    """A text of several lines without commands of CI systems, which act on what a program prints.

    GitHub's runner obeys `::name::` at the beginning of a line and `##[name]` anywhere in it (ActionCommand.cs), Azure
    Pipelines `##vso[name]`, TeamCity `##teamcity[name]`. One of their characters is written as an escape.
    """
    if "::" not in text and "##" not in text:
        return text
    return _ANYWHERE.sub(r"#\\x23", _AT_THE_BEGINNING.sub(r"\1\\x3a", text))
