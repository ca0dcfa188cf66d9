"""`elbguard explain`: a rule, an annotation, a symptom, or a list of them all, in one of three formats."""

from types import ModuleType
from typing import Any, Final

from elbguard.explain import data, local, markdown, pages, terminal
from elbguard.explain.subject import NotKnown, find, names
from elbguard.languages import Language
from elbguard_rules.catalogue.topic import Topic
from elbguard_rules.core.rule import Rule

__all__ = ["FORMATS", "NotKnown", "completions", "explain", "here"]

_WRITERS: Final[dict[str, ModuleType]] = {"text": terminal, "json": data, "markdown": markdown}
FORMATS: Final = tuple(_WRITERS)


def explain(
    subject: str | None,
    format: str = "text",  # noqa: A002 - the flag's name
    language: Language = "en",
) -> str:
    """What `subject` is about, ready to print; a list of all there are where it is None. Raises NotKnown.

    A subject is a rule's id or name, an annotation with or without `kubernetes.io/`, one of its members such as
    `elb.autocreate.bandwidth_size`, a symptom such as `pending`, or what a cluster said in an event. `format` is one of
    FORMATS. The JSON is described in app/elbguard/explain/data.py; its texts are in the language, its names never.
    """
    written: Any = _WRITERS[format]
    if subject is None:
        found: str = written.catalogue(language)
        return found
    what = find(subject)
    if isinstance(what, Rule):
        found = written.rule(pages.rule_page(what, language))
    elif isinstance(what, Topic):
        found = written.topic(what, language)
    else:
        found = written.annotation(pages.annotation_page(what, language))
    return found


def here(subject: str) -> list[str]:
    """What the project file of the current folder makes of a rule, a sentence each; nothing of anything else."""
    what = find(subject)
    return list(local.told(what)) if isinstance(what, Rule) else []


def completions(incomplete: str) -> list[tuple[str, str]]:
    """What an unfinished subject may become, each with a few words about it; for shell completion."""
    start = incomplete.lower()
    found = [(name, about) for name, about in names() if name.lower().startswith(start)]
    return found or [(f"kubernetes.io/{n}", about) for n, about in names() if f"kubernetes.io/{n}".startswith(start)]
