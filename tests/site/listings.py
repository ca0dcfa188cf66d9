"""Listings: the pages that lead to those of rules, annotations and symptoms."""

from collections.abc import Iterator
from itertools import groupby

from elbguard.explain import in_words, topics
from elbguard_rules.catalogue import SUBJECTS
from elbguard_rules.core.problem import Severity
from elbguard_rules.core.rule import Rule
from elbguard_rules.guard import ANNOTATIONS, RULES
from tests.site import prose
from tests.site.annotationpages import meaning, rule_table
from tests.site.language import Language


def areas() -> dict[str, list[Rule]]:
    """The rules by area, in the order of their ids."""
    return {area: list(rules) for area, rules in groupby(RULES.values(), key=in_words.area)}


def rules(language: Language) -> str:
    """All rules by area."""
    words = language.words
    lines = [
        f"# {words.rules}",
        "",
        words.rules_intro.format(count=len(RULES)),
        "",
        f"[{words.by_severity}](severity.md)",
        "",
    ]
    for area, found in areas().items():
        lines += [f"## {language.says(area)}", "", *rule_table(found, language), ""]
    return "\n".join(lines)


def severities(language: Language) -> str:
    """All rules by severity."""
    words = language.words
    lines = [f"# {words.by_severity}", "", f"[{words.by_area}](index.md)", ""]
    for severity in Severity:
        found = [rule for rule in RULES.values() if rule.severity is severity]
        title = words.severities[str(severity)]
        lines += [
            f"## {title[:1].upper()}{title[1:]}",
            "",
            words.severity_meanings[str(severity)].format(count=len(found)),
            "",
        ]
        lines += [*rule_table(found, language), ""]
    return "\n".join(lines)


def annotations(language: Language) -> str:
    """All annotations by subject."""
    words = language.words
    lines = [f"# {words.annotations}", "", words.annotations_intro.format(count=len(ANNOTATIONS)), ""]
    for group in SUBJECTS:
        lines += [f"## {language.says(str(group.title))}", "", *prose.table(words.annotations, words.what_it_is_for)]
        for key in group.keys:
            name = f"`{key.key}`"
            linked = f"[{name}]({prose.annotation_file(key.key)})" if in_words.owner_of(key.key) else name
            lines.append(prose.row(linked, meaning(key, language)))
        lines.append("")
    return "\n".join(lines)


def symptoms(language: Language) -> str:
    """All symptoms, and what is elbguard's own."""
    words = language.words
    return "\n".join([f"# {words.symptoms}", "", words.symptoms_intro, "", *_symptoms(language), ""])


def _symptoms(language: Language) -> Iterator[str]:
    yield from prose.table(language.words.ask, language.words.what_it_is)
    for topic in topics.TOPICS:
        title = language.says(topic.title).removeprefix(topic.name).removeprefix(language.words.colon)
        yield prose.row(f"[`{topic.name}`]({prose.topic_file(topic)})", prose.plain(title))
