"""What is yet to be put in the place of a text: variables and templates for tools, placeholders for people."""

import re
from collections.abc import Callable, Iterator
from typing import Final

from elbguard_rules.core import jsontext
from elbguard_rules.core.limits import MOST_VALUES, values_in
from elbguard_rules.core.problem import Step

# envsubst, Flux: ${VAR:=default}, $VAR; kustomize, Azure DevOps: $(VAR); Helm, Jinja: {{ }}; Octopus: #{Var}
_VARIABLE: Final = re.compile(
    r"""\$\{[^{}]*\}?|\$\([A-Za-z_][\w.-]*\)|\{\{(?!\s*"[^"]*"\s*:).*?(?:\}\}|$)|\{%[^{}]*\}|\#\{[^{}]+\}|\$[A-Za-z_]\w*""",
    re.DOTALL,
)
# what Go's templates and Printf print for a value that nobody gave: nobody will put anything else in its place
_PRINTED: Final = re.compile(r"<no value>|<nil>|%!\w?\((?:<nil>|[A-Z]|\w++=)[^()]*+\)")
_FOR_TOOLS: Final = re.compile(r"__[A-Z][A-Z0-9_]*__|%[A-Z][A-Z0-9_]*%|@[A-Z][A-Z0-9_]*@")  # as the whole text
_BARE: Final = re.compile(r"\$\(?\w")  # what a path may have in it: /metrics/$all
_FOR_PEOPLE: Final = re.compile(r'<[^<>{}"]+>|\*\*+')
_WORDS: Final = re.compile(  # as the whole text: names may well have such words in them
    r"""(?:\w+[-_ ])?(?:change|replace|fill)[-_ ]?(?:me|it|this)(?:[-_ ]\w+)*|to[-_ ]?do|tbd|fix[-_ ]?me|xxx+
    |(?:put|insert|paste|enter)[-_ ][-\w ]+[-_ ]here|your[-_][-\w]*(?:id|ip|uuid|here)""",
    re.IGNORECASE | re.VERBOSE,
)
_ID: Final = re.compile(r"[0-9a-f-]{1,64}")  # what most plain texts are
_SIGNS: Final = r"[$%@]|\{\{|\{%|#\{|__"  # what variables are written with, as `may_vary` looks for it
_LONGEST: Final = 4096  # characters looked at; no variable stands behind so many
_LONGEST_SHOWN: Final = 60


def variable(text: str) -> str:
    """The first variable or template in a text that nobody filled in, such as `${elb_class:=union}`; else nothing.

    Of a path only what has braces: a dollar sign is a letter like others there.
    """
    if not may_vary(text):
        return ""
    bare = text[:1] != "/"
    found = next((m for m in _VARIABLE.finditer(text, 0, _LONGEST) if bare or not _BARE.match(m[0])), None)
    found = found or _PRINTED.search(text, 0, _LONGEST)
    if found:
        return found[0]
    whole = text.strip() if len(text) <= _LONGEST_SHOWN else ""
    return whole if _FOR_TOOLS.fullmatch(whole) else ""


def may_vary(text: str) -> bool:
    """Whether a text has anything that variables are written with; asked of every text, so spelt out.

    A single character is found many times quicker than two: `{%` has a per cent sign, and few texts have a hash.
    """
    signs = "$" in text or "%" in text or "@" in text or "{{" in text or "__" in text
    return signs or ("#" in text and "#{" in text) or ("<" in text and "<n" in text)


def unfilled(text: str) -> str:
    """The first variable, or else placeholder for people such as `<your_id>`, in a text; else nothing."""
    if _ID.fullmatch(text):
        return ""
    if found := variable(text):
        return found
    match = _FOR_PEOPLE.search(text, 0, _LONGEST)
    if match:
        return match[0]
    return text.strip() if len(text) <= _LONGEST_SHOWN and _WORDS.fullmatch(text.strip()) else ""


def awaited(text: str) -> str:
    """The first variable or placeholder in a text that somebody may yet fill in; else nothing."""
    found = unfilled(text)
    return "" if _PRINTED.fullmatch(found) else found


def pattern() -> str:
    """A pattern for JSON Schema that every text with something unfilled in it matches, and a few others."""
    return rf"{_SIGNS}|{_FOR_PEOPLE.pattern}|^\s*(?:{pattern_of_words()})\s*$"


def pattern_of_words() -> str:
    """The pattern, for JSON Schema, of placeholders for people that are a text's only words."""
    words = re.sub(r"\n\s*", "", _WORDS.pattern)
    return re.sub(r"\\.|\[[^]]*\]|[a-z]", lambda m: m[0] if m[0][1:] else f"[{m[0].upper()}{m[0]}]", words)


def said(found: str) -> str:
    """What is said of an unfilled text: `a variable was left unfilled: ${elb_class}`."""
    shown = found if len(found) <= _LONGEST_SHOWN else found[: _LONGEST_SHOWN - 3] + "..."
    if _PRINTED.fullmatch(found):
        return f"a template printed {shown}, for a value that nobody gave"
    what = "variable" if variable(found) else "placeholder"
    return f"a {what} was left unfilled: {shown}"


def places(text: str, found_in: Callable[[str], str] = unfilled) -> tuple[tuple[tuple[Step, ...], str], ...]:
    """Where in an annotation's text something is unfilled, and what: members and elements of JSON, else () for all.

    A variable that keeps the text from being JSON makes all of it unfilled. `found_in` says what is looked for.
    """
    found = found_in(text)
    if text.lstrip()[:1] in ("{", "[") and (found or may_vary(text)) and values_in(text) <= MOST_VALUES:
        try:
            return tuple(_within(jsontext.load(text), (), found_in))
        except jsontext.JsonMistake:
            pass
    return (((), found),) if found else ()


def _within(
    value: object, path: tuple[Step, ...], found_in: Callable[[str], str]
) -> Iterator[tuple[tuple[Step, ...], str]]:
    """The unfilled texts in a JSON value, names of members included."""
    if isinstance(value, str):
        if found := found_in(value):
            yield path, found
    elif isinstance(value, dict):
        yield from (((*path, name), found) for name in value if (found := found_in(name)))
        for name, item in value.items():
            yield from _within(item, (*path, name), found_in)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _within(item, (*path, index), found_in)
