"""Language: in which words a site is written, and what the texts of the rules are in it."""

from dataclasses import dataclass
from typing import Any, Final

from elbguard.languages import Language as Code
from elbguard.languages import purpose_in, rule_in, said_in
from elbguard_rules.core.annotation import Annotation
from elbguard_rules.core.rule import Rule
from tests.site import chinese, english
from tests.site.words import Words


@dataclass(frozen=True, slots=True)
class Language:
    """One of the site's languages.

    `code` is HTML's and ours, `name` its own; `folder` is where its site stands below the whole one, "" for the first.
    """

    code: Code
    name: str
    folder: str
    words: Words

    def rule(self, rule: Rule) -> Rule:
        """The rule with its sentences."""
        return rule_in(self.code, rule)

    def purpose(self, owner: Annotation[Any]) -> str:
        """What an annotation is for."""
        return purpose_in(self.code, owner.key, owner.purpose)

    def says(self, text: str) -> str:
        """Any other sentence of the rules."""
        return said_in(self.code, text)

    def title(self, text: str) -> str:
        """The title of an example, a comment of a case file, which nobody translates; empty but in English."""
        return text if self.code == "en" else ""

    def labelled(self, label: str, text: str) -> str:
        """A label with what it is about; the label alone where there is nothing to say."""
        return f"{label}{self.words.colon}{text}" if text else label


ENGLISH: Final = Language("en", "English", "", english.WORDS)
CHINESE: Final = Language("zh", "简体中文", "zh", chinese.WORDS)
LANGUAGES: Final = (ENGLISH, CHINESE)
