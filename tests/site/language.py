"""Language: in which words a site is written, and what the texts of the rules are in it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from elbguard_rules.core.annotation import Annotation
from elbguard_rules.core.rule import Rule
from tests.site import chinese, english
from tests.site.words import Words


@dataclass(frozen=True, slots=True)
class Language:
    """One of the site's languages.

    `code` is HTML's, `name` its own; `folder` is where its site stands below the whole one, "" for the first. `rule`,
    `purpose` and `says` translate what is written in English: a rule, what an annotation is for, any other sentence;
    `title` that of an example, to nothing where nobody translated those.
    """

    code: str
    name: str
    folder: str
    words: Words
    rule: Callable[[Rule], Rule] = lambda rule: rule
    purpose: Callable[[Annotation[Any]], str] = lambda owner: owner.purpose
    says: Callable[[str], str] = lambda text: text
    title: Callable[[str], str] = lambda text: text

    def labelled(self, label: str, text: str) -> str:
        """A label with what it is about; the label alone where there is nothing to say."""
        return f"{label}{self.words.colon}{text}" if text else label


ENGLISH: Final = Language("en", "English", "", english.WORDS)
CHINESE: Final = Language("zh", "简体中文", "zh", chinese.WORDS, title=lambda _: "")
LANGUAGES: Final = (ENGLISH, CHINESE)
