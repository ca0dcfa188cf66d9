"""Navigation: what stands in the site's menu."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from elbguard.explain import in_words, topics
from elbguard_rules.catalogue import SUBJECTS, Group
from tests.site import listings, prose
from tests.site.language import Language

GUIDES: Final = ("install", "manifests", "adopt", "gitops", "pipelines", "editors", "operate", "upgrade")
REFERENCE: Final = ("settings", "check", "facts")


def navigation(language: Language, docs: Path, has_playground: bool) -> list[Any]:
    """The menu as Zensical wants it: pages, and sections with their pages; of the guides those that are in `docs`."""
    words, says = language.words, language.says
    by_area = [{says(area): [f"rules/{rule.id}.md" for rule in rules]} for area, rules in listings.areas().items()]
    by_subject = [{says(str(group.title)): list(_annotations(group))} for group in SUBJECTS]
    symptoms = [{topic.name: f"symptoms/{prose.topic_file(topic)}"} for topic in topics.TOPICS]
    playground = "../playground/index.html" if language.folder else "playground/index.html"
    return [
        "index.md",
        *([{words.playground: playground}] if has_playground else []),
        {words.guides: _written("guides", GUIDES, docs)},
        {words.annotations: ["annotations/index.md", *by_subject]},
        {words.rules: ["rules/index.md", "rules/severity.md", *by_area]},
        {words.reference: _written("reference", REFERENCE, docs)},
        {words.symptoms: ["symptoms/index.md", *symptoms]},
    ]


def _annotations(group: Group) -> Iterator[dict[str, str]]:
    for key in group.keys:
        if in_words.owner_of(key.key):
            yield {in_words.short(key.key): f"annotations/{prose.annotation_file(key.key)}"}


def _written(folder: str, names: tuple[str, ...], docs: Path) -> list[str]:
    return [f"{folder}/{name}.md" for name in names if (docs / folder / f"{name}.md").is_file()]
