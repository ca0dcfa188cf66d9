"""Phrasebook: sentences that are made of a pattern and what was found, said in another language by the same pattern.

A phrase is `must be between {least} and {most}`. What stands for a name in small letters is taken over as it is, what
stands for one with a capital is translated itself: `{Kind}`.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Final

LONGEST: Final = 1000  # characters of a sentence that is looked up; details are not longer
MOST_CLAUSES: Final = 8
_BETWEEN: Final = "; "  # clauses
_THEN: Final = "；"
_NOTHING: Final[Mapping[str, str]] = {}
_NAME: Final = re.compile(r"\{(\w+)\}")
_FIRST: Final = re.compile(r"[a-z]+", re.IGNORECASE)


def _no_other(text: str) -> None:
    return None


class Phrasebook:
    """Translates by `phrases`, from pattern to pattern, and by `parts` what stands in them.

    Of a sentence of several clauses that is no phrase as a whole, each clause is translated by itself. What stands in
    a phrase and is none of ours is left to `other`.
    """

    def __init__(
        self,
        phrases: Mapping[str, str],
        parts: Mapping[str, str] = _NOTHING,
        other: Callable[[str], str | None] = _no_other,
    ) -> None:
        self._other: Final = other
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
        return self._parts.match(text, self._part) or self._phrase(text) or self._other(text) or text

    def _by_clause(self, text: str) -> str | None:
        clauses = text.split(_BETWEEN, MOST_CLAUSES)
        if not 1 < len(clauses) <= MOST_CLAUSES:
            return None
        said = [self._phrase(clause) for clause in clauses]
        return _THEN.join(filter(None, said)) if all(said) else None


class _Patterns:
    """Patterns with what they become. Those with a name in them are looked for by the word that they begin with."""

    def __init__(self, phrases: Mapping[str, str]) -> None:
        self._plain: Final = {phrase: other for phrase, other in phrases.items() if not _NAME.search(phrase)}
        self._made: Final[dict[str, list[tuple[_Pattern, str]]]] = defaultdict(list)
        longest_first = sorted(phrases.items() - self._plain.items(), key=lambda pair: (-_own(pair[0]), pair[0]))
        for phrase, other in longest_first:
            pattern = _Pattern(phrase)
            self._made[pattern.first_word].append((pattern, other))

    def match(self, text: str, part: Callable[[str], str]) -> str | None:
        """What the text becomes, what stands for capitals by `part`; None where there is no pattern for it."""
        if text in self._plain:
            return self._plain[text]
        for pattern, other in self._candidates(text):
            if found := pattern.match(text):
                said = {name: part(each) if name[0].isupper() else each for name, each in found.items()}
                return _NAME.sub(lambda name, said=said: said[name[1]], other)  # type: ignore[misc]
        return None

    def _candidates(self, text: str) -> Iterator[tuple["_Pattern", str]]:
        first = _FIRST.match(text)
        yield from self._made.get(first[0], ()) if first else ()
        yield from self._made.get("", ())


class _Pattern:
    """A phrase with names in it. It is matched in linear time: details may hold what somebody wrote to slow us down."""

    def __init__(self, phrase: str) -> None:
        parts = _NAME.split(phrase)  # what stands around names, and the names
        self._names: Final = parts[1::2]
        self._start, *self._between, self._end = parts[::2]
        first = _FIRST.match(self._start)
        self.first_word: Final = first[0] if first and first.end() < len(self._start) else ""

    def match(self, text: str) -> dict[str, str] | None:
        """What stands for each name: at least a letter, up to the next words of the phrase, within one clause."""
        if not (text.startswith(self._start) and text.endswith(self._end)):
            return None
        found, at, end = [], len(self._start), len(text) - len(self._end)
        for words in self._between:
            then = text.find(words, at + 1, end)
            if then < 0:
                return None
            found.append(text[at:then])
            at = then + len(words)
        found.append(text[at:end])
        if end <= at or any(_BETWEEN in each for each in found):
            return None
        return dict(zip(self._names, found, strict=True))


def _own(phrase: str) -> int:
    """How many letters of a phrase are its own."""
    return len(_NAME.sub("", phrase))
