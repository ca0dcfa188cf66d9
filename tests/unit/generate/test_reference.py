"""The two generated documents, of the rules and of the facts, are complete, and their links lead somewhere."""

import re
from pathlib import Path
from typing import Final

import pytest

from elbguard_rules.catalogue import KEYS
from elbguard_rules.catalogue.differences import DIFFERENCES
from elbguard_rules.catalogue.seed import SEED
from elbguard_rules.catalogue.spec_facts import SPEC
from elbguard_rules.catalogue.update_facts import UPDATES
from elbguard_rules.core.gate import Gate
from elbguard_rules.guard import ANNOTATIONS, RULES
from elbguard_rules.vocabulary.foreign import FOREIGN, INGRESS, TRANSLATIONS
from tests.generators import catalogue, reference
from tests.support.places import ROOT
from tests.support.trying import each_of

RULES_PAGE: Final = reference.render(ROOT)
FACTS_PAGE: Final = catalogue.render(ROOT)
GATES: Final = [gate for owner in ANNOTATIONS for _, gate in owner.all_gates]


def rows(page: str, heading: str) -> list[list[str]]:
    """The cells of the tables below a heading."""
    section = page.split(f"\n## {heading}\n")[1].split("\n## ", maxsplit=1)[0]
    return [
        [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        for line in section.splitlines()
        if line.startswith("|")
    ]


def anchors(page: str) -> set[str]:
    """What GitHub makes of the headings."""
    titles = re.findall(r"^#+ (.+)$", page, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


def test_every_annotation_and_member_has_its_row() -> None:
    names = {row[0] for row in rows(RULES_PAGE, "Annotations")}

    for key in KEYS.values():
        assert key.key.removeprefix("kubernetes.io/") in names
    for owner in ANNOTATIONS:
        assert {f"{owner.key.removeprefix('kubernetes.io/')}.{member}" for member in owner.members} <= names


@each_of(GATES)
def test_every_gate_is_in_the_table_of_clusters(gate: Gate) -> None:
    heading, _, *found = rows(RULES_PAGE, "Clusters")
    columns = {f"v1.{release.minor}": str(release) for release in gate.needs.lines}
    listed = {name: release.removeprefix(name) or "yes" for name, release in columns.items() if name in heading}

    assert any(all(row[heading.index(name)] == cell for name, cell in listed.items()) for row in found)


def test_keys_of_ingresses_and_of_neighbours_are_listed() -> None:
    for key in (*INGRESS, *TRANSLATIONS, *FOREIGN):
        assert key.removeprefix("kubernetes.io/") in RULES_PAGE


def test_every_rule_has_a_section() -> None:
    assert {f"{rule.id.lower()}-{rule.name}" for rule in RULES.values()} <= anchors(RULES_PAGE)


def test_every_fact_has_its_row() -> None:
    says = {
        cell
        for heading in re.findall(r"^## (.+)$", FACTS_PAGE, re.MULTILINE)
        for row in rows(FACTS_PAGE, heading)
        for cell in row
    }

    for fact in (fact for key in KEYS.values() for fact in key.facts if not fact.since):
        assert fact.says.replace("|", "\\|") in says
    assert {*SPEC, *UPDATES, *DIFFERENCES, *SEED} <= says


@pytest.mark.parametrize("page", [RULES_PAGE, FACTS_PAGE], ids=["rules", "facts"])
def test_links_within_a_page_lead_to_its_headings(page: str) -> None:
    assert set(re.findall(r"\]\(#([^)]+)\)", page)) <= anchors(page)


def test_links_from_facts_to_rules_lead_to_their_headings() -> None:
    assert set(re.findall(r"\]\(\.\./\.\./README\.md#([^)]+)\)", FACTS_PAGE)) <= anchors(RULES_PAGE)


def test_links_to_files_lead_to_files() -> None:
    assert [link for link in re.findall(r"\]\(\.\./(tests/[^)]+)\)", RULES_PAGE) if not (ROOT / link).is_file()] == []
    assert (ROOT / "rules/elbguard_rules/catalogue/README.md").is_file()


PAGES = sorted(ROOT.glob("*.md")) + sorted(ROOT.glob("[rmt]*/**/*.md"))
OURS = [page for page in PAGES if "node_modules" not in page.parts]


@each_of(OURS)
def test_links_of_every_page_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8"))

    assert [link for link in links if "://" not in link and not (page.parent / link).exists()] == []
