"""Language: in which words a site is written, and what the texts of the rules are in it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from tests.site.words import ENGLISH as ENGLISH_WORDS
from tests.site.words import Words


@dataclass(frozen=True, slots=True)
class Language:
    """One of the site's languages.

    `code` is HTML's, `name` its own; `folder` is where its site stands below the whole one, "" for the first. `says`
    translates a text of the rules, which are written in English.
    """

    code: str
    name: str
    folder: str
    words: Words
    says: Callable[[str], str]


def _itself(text: str) -> str:
    return text


ENGLISH: Final = Language("en", "English", "", ENGLISH_WORDS, _itself)

LANGUAGES: Final = (ENGLISH,)
