"""Languages: the one that an operator asks for by --lang, ELBGUARD_LANG or `lang:`, and what we say in it.

Nothing else is asked, LANG and LC_ALL neither: what a pipeline prints does not depend on whose machine it runs on. What
programs read is the same in every language: ids, names, places, values, words such as `error`, keys of JSON.
"""

from collections.abc import Callable
from functools import cache, partial
from typing import TYPE_CHECKING, Final, Literal

from elbguard_rules.core.finding import Finding
from elbguard_rules.core.rule import Rule

if TYPE_CHECKING:
    from elbguard_rules.chinese.phrasebook import Phrasebook

Language = Literal["en", "zh"]
Say = Callable[[str], str]
LANGUAGES: Final[tuple[Language, ...]] = ("en", "zh")
STOPS: Final[dict[Language, str]] = {"en": ".", "zh": "。"}
CLAUSES: Final[dict[Language, str]] = {"en": "; ", "zh": "；"}  # what stands between those of a sentence
_OTHER_NAMES: Final = {"zh-cn": "zh", "zh-hans": "zh", "zh-hans-cn": "zh", "cn": "zh", "en-us": "en", "en-gb": "en"}


def language(text: str) -> Language:
    """The language of this name; `zh-CN` is one of `zh`. Raises ValueError, whose sentence names all there are."""
    word = text.strip().lower().replace("_", "-").removesuffix(".utf-8")
    word = _OTHER_NAMES.get(word, word)
    for known in LANGUAGES:
        if word == known:
            return known
    raise ValueError(f"{text!r} is no language: there are {' and '.join(LANGUAGES)}")


def rule_in(language: Language, rule: Rule) -> Rule:
    """The rule with its sentences in a language; id, name, severity and source are the same."""
    if language == "en":
        return rule
    from elbguard_rules import chinese  # noqa: PLC0415 - only who asks for it pays for it

    return chinese.rule(rule)


def finding_in(language: Language, finding: Finding) -> Finding:
    """The finding with its words in a language; place, value and rule id are the same."""
    if language == "en":
        return finding
    from elbguard_rules import chinese  # noqa: PLC0415 - as above

    return chinese.finding(finding)


def said_in(language: Language, text: str) -> str:
    """A sentence of ours in a language; as it is where it has no translation."""
    if language == "en":
        return text
    return _chinese(text) or text


def saying(language: Language) -> Say:
    """What says a sentence of ours in a language."""
    return partial(said_in, language)


def purpose_in(language: Language, key: str, purpose: str) -> str:
    """What an annotation is for, in a language."""
    if language == "en":
        return purpose
    from elbguard_rules import chinese  # noqa: PLC0415 - as above

    return chinese.about(key) or purpose


def _chinese(text: str) -> str | None:
    from elbguard_rules import chinese  # noqa: PLC0415 - as above

    return chinese.sentence(text) or chinese.message(text) or _phrases().said(text) or chinese.detail(text)


@cache
def _phrases() -> "Phrasebook":
    """What the program says itself; what else stands in it, such as a mistake in JSON, the library says."""
    import tomllib  # noqa: PLC0415 - as above
    from importlib.resources import files  # noqa: PLC0415

    from elbguard_rules import chinese  # noqa: PLC0415
    from elbguard_rules.chinese.phrasebook import Phrasebook  # noqa: PLC0415

    found = tomllib.loads(files(__package__).joinpath("languages.zh.toml").read_text(encoding="utf-8"))
    return Phrasebook(found["phrases"], found["parts"], chinese.detail)
