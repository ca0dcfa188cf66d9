"""Phrasebook: sentences that are made of a pattern and what was found, said in another language by the same pattern.

A phrase is `must be between {least} and {most}`. What stands for a name in small letters is taken over as it is, what
stands for one with a capital is translated itself: `{Kind}`.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Final

LONGEST: Final = 1000  # characters of a sentence that is looked up; details are not longer
_NAME: Final = re.compile(r"\{(\w+)\}")
_FOUND: Final = r"(?P<{}>(?:(?!; ).)+?)"  # a semicolon ends a clause
_FIRST: Final = re.compile(r"[a-z]+", re.IGNORECASE)


class Phrasebook:
    """Translates by `phrases`, from pattern to pattern; a sentence of several clauses is translated by clause."""

    def __init__(self, phrases: Mapping[str, str], *, clauses: tuple[str, str] = ("; ", "；")) -> None:
        self._plain: Final = {phrase: other for phrase, other in phrases.items() if not _NAME.search(phrase)}
        self._made: Final = _by_first_word((one, other) for one, other in phrases.items() if one not in self._plain)
        self._between, self._then = clauses
        self.said: Final = lru_cache(maxsize=1024)(self._said)

    def _said(self, text: str) -> str | None:
        """The sentence in the other language; None where there is no phrase for it, or for one of its clauses."""
        if not text or len(text) > LONGEST:
            return None
        return self._whole(text) or self._by_clause(text)

    def _whole(self, text: str) -> str | None:
        if text in self._plain:
            return self._plain[text]
        for pattern, other in self._candidates(text):
            if match := pattern.fullmatch(text):
                return _NAME.sub(lambda name, match=match: self._part(name[1], match[name[1]]), other)  # type: ignore[misc]
        return None

    def _part(self, name: str, found: str) -> str:
        return (self._whole(found) or found) if name[0].isupper() else found

    def _by_clause(self, text: str) -> str | None:
        clauses = [self._whole(clause) for clause in text.split(self._between)]
        return self._then.join(filter(None, clauses)) if len(clauses) > 1 and all(clauses) else None

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
