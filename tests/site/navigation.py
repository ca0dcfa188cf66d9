"""Navigation: what stands in the site's menu."""

from collections.abc import Iterator, Sequence
from typing import Any

from elbguard.explain import in_words, topics
from elbguard_rules.catalogue import SUBJECTS, Group
from tests.site import listings, prose
from tests.site.language import Language
from tests.site.symptompages import file_of


def navigation(language: Language, guides: Sequence[str]) -> list[Any]:
    """The menu as Zensical wants it: pages, and sections with their pages."""
    words, says = language.words, language.says
    by_area = [{says(area): [f"rules/{rule.id}.md" for rule in rules]} for area, rules in listings.areas().items()]
    by_subject = [{says(str(group.title)): list(_annotations(group))} for group in SUBJECTS]
    symptoms = [f"symptoms/{file_of(topic)}.md" for topic in topics.TOPICS]
    return [
        "index.md",
        {words.guides: [f"guides/{name}.md" for name in guides]},
        {words.annotations: ["annotations/index.md", *by_subject]},
        {words.rules: ["rules/index.md", "rules/severity.md", *by_area]},
        {words.reference: ["reference/settings.md", "reference/check.md", "reference/facts.md"]},
        {words.symptoms: ["symptoms/index.md", *symptoms]},
    ]


def _annotations(group: Group) -> Iterator[dict[str, str]]:
    for key in group.keys:
        if in_words.owner_of(key.key):
            yield {in_words.short(key.key): f"annotations/{prose.annotation_file(key.key)}"}
