"""What is yet to be put in the place of a text: variables and templates for tools, placeholders for people."""

import re
from typing import Final

from rules.core import jsontext
from rules.core.finding import Step

# envsubst, Flux: ${VAR:=default}, $VAR; kustomize, Azure DevOps: $(VAR); Helm, Jinja: {{ }}; Octopus: #{Var}
_VARIABLE: Final = re.compile(
    r"""\$\{[^{}]*\}?|\$\([A-Za-z_][\w.-]*\)|\{\{(?!\s*"[^"]*"\s*:).*?(?:\}\}|$)|\{%.*?%\}|\#\{[^{}]+\}|\$[A-Za-z_]\w*""",
    re.DOTALL,
)
_FOR_PEOPLE: Final = re.compile(r"<[^<>{}\"]+>|\*\*+")
_WORDS: Final = re.compile(  # as the whole text: names may well have such words in them
    r"""(?:\w+[-_ ])?(?:change|replace|fill)[-_ ]?(?:me|it|this)(?:[-_ ]\w+)*|to[-_ ]?do|tbd|fix[-_ ]?me|xxx+
    |(?:put|insert|paste|enter)[-_ ][-\w ]+[-_ ]here|your[-_][-\w]*(?:id|ip|uuid|here)
    |__[A-Z][A-Z0-9_]*__|%[A-Z][A-Z0-9_]*%|@[A-Z][A-Z0-9_]*@""",
    re.IGNORECASE | re.VERBOSE,
)
_LONGEST: Final = 4096  # characters looked at; no variable stands behind so many
_LONGEST_SHOWN: Final = 60


def variable(text: str) -> str:
    """The first variable or template in a text that nobody filled in, such as `${elb_class:=union}`; else nothing."""
    if "$" not in text and "{{" not in text and "{%" not in text and "#{" not in text:
        return ""
    found = _VARIABLE.search(text, 0, _LONGEST)
    return found[0] if found else ""


def unfilled(text: str) -> str:
    """The first variable, or else placeholder for people such as `<your_id>`, in a text; else nothing."""
    if found := variable(text):
        return found
    match = _FOR_PEOPLE.search(text, 0, _LONGEST)
    if match:
        return match[0]
    return text.strip() if len(text) <= _LONGEST_SHOWN and _WORDS.fullmatch(text.strip()) else ""


def said(found: str) -> str:
    """What is said of an unfilled text: `a variable was left unfilled: ${elb_class}`."""
    what = "variable" if variable(found) else "placeholder"
    shown = found if len(found) <= _LONGEST_SHOWN else found[: _LONGEST_SHOWN - 3] + "..."
    return f"a {what} was left unfilled: {shown}"


def places(text: str) -> tuple[tuple[tuple[Step, ...], str], ...]:
    """Where in an annotation's text something is unfilled, and what: members and elements of JSON, else () for all.

    A variable that keeps the text from being JSON makes all of it unfilled.
    """
    found = unfilled(text)
    if not found:
        return ()
    if text.lstrip()[:1] in ("{", "["):
        try:
            value = jsontext.load(text)
        except jsontext.JsonMistake:
            return (((), found),)
        return tuple(_within(value, ()))
    return (((), found),)


def _within(value: object, path: tuple[Step, ...]) -> "list[tuple[tuple[Step, ...], str]]":
    """The unfilled texts in a JSON value, names of members included."""
    if isinstance(value, str):
        found = unfilled(value)
        return [(path, found)] if found else []
    if isinstance(value, dict):
        named = [((*path, name), unfilled(name)) for name in value if unfilled(name)]
        return named + [each for name, item in value.items() for each in _within(item, (*path, name))]
    if isinstance(value, list):
        return [each for index, item in enumerate(value) for each in _within(item, (*path, index))]
    return []
