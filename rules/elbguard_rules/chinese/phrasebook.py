"""Phrasebook: sentences that are made of a pattern and what was found, said in another language by the same pattern.

A phrase is `must be between {least} and {most}`. What stands for a name in small letters is taken over as it is, what
stands for one with a capital is translated itself: `{Kind}`.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Final

LONGEST: Final = 1000  # characters of a sentence that is looked up; details are not longer
_BETWEEN: Final = "; "  # clauses
_THEN: Final = "；"
_NOTHING: Final[Mapping[str, str]] = {}
_NAME: Final = re.compile(r"\{(\w+)\}")
_FOUND: Final = r"(?P<{}>(?:(?!; ).)+?)"  # a semicolon ends a clause
_FIRST: Final = re.compile(r"[a-z]+", re.IGNORECASE)


class Phrasebook:
    """Translates by `phrases`, from pattern to pattern, and by `parts` what stands in them.

    Of a sentence of several clauses that is no phrase as a whole, each clause is translated by itself.
    """

    def __init__(self, phrases: Mapping[str, str], parts: Mapping[str, str] = _NOTHING) -> None:
        self._phrases: Final = _Patterns(phrases)
        self._parts: Final = _Patterns(parts)
        self.said: Final = lru_cache(maxsize=1024)(self._said)

    def _said(self, text: str) -> str | None:
        """The sentence in the other language; None where there is no phrase for it, or for one of its clauses."""
        if not text or len(text) > LONGEST:
            return None
        return self._phrase(text) or self._by_clause(text)

    def _phrase(self, text: str) -> str | None:
        return self._phrases.match(text, self._part)

    def _part(self, text: str) -> str:
        return self._parts.match(text, self._part) or self._phrase(text) or text

    def _by_clause(self, text: str) -> str | None:
        clauses = [self._phrase(clause) for clause in text.split(_BETWEEN)]
        return _THEN.join(filter(None, clauses)) if len(clauses) > 1 and all(clauses) else None


class _Patterns:
    """Patterns with what they become. Those with a name in them are looked for by the word that they begin with."""

    def __init__(self, phrases: Mapping[str, str]) -> None:
        self._plain: Final = {phrase: other for phrase, other in phrases.items() if not _NAME.search(phrase)}
        self._made: Final = _by_first_word((one, other) for one, other in phrases.items() if one not in self._plain)

    def match(self, text: str, part: Callable[[str], str]) -> str | None:
        """What the text becomes, what stands for capitals by `part`; None where there is no pattern for it."""
        if text in self._plain:
            return self._plain[text]
        for pattern, other in self._candidates(text):
            if match := pattern.fullmatch(text):
                found = {name: part(each) if name[0].isupper() else each for name, each in match.groupdict().items()}
                return _NAME.sub(lambda name, found=found: found[name[1]], other)  # type: ignore[misc]
        return None

    def _candidates(self, text: str) -> Iterator[tuple[re.Pattern[str], str]]:
        first = _FIRST.match(text)
        yield from self._made.get(first[0], ()) if first else ()
        yield from self._made.get("", ())


def _by_first_word(phrases: Iterable[tuple[str, str]]) -> dict[str, list[tuple[re.Pattern[str], str]]]:
    """Patterns by the word that they begin with, none where that is a name; the longest first."""
    found: dict[str, list[tuple[re.Pattern[str], str]]] = defaultdict(list)
    for phrase, other in sorted(phrases, key=lambda pair: -len(_NAME.sub("", pair[0]))):
        first = _FIRST.match(phrase)
        whole = first and phrase[first.end() : first.end() + 1] != "{"
        found[first[0] if first and whole else ""].append((_pattern(phrase), other))
    return found


def _pattern(phrase: str) -> re.Pattern[str]:
    parts = _NAME.split(phrase)  # what stands between names, and the names
    made = (_FOUND.format(part) if number % 2 else re.escape(part) for number, part in enumerate(parts))
    return re.compile("".join(made))
