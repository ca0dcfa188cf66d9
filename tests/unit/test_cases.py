"""Every case file, and that every rule has one."""

import pytest

from elbguard_rules.core.engine import Review
from elbguard_rules.core.finding import Finding
from elbguard_rules.core.jsonvalue import JsonValue, Objects
from elbguard_rules.core.rule import Rule
from elbguard_rules.core.service import Service
from elbguard_rules.guard import ANNOTATIONS, RULES, Guard
from tests.unit.cases import ROOT, Case, cases, read


def _blamed(case: Case, findings: tuple[Finding, ...]) -> set[tuple[str, int]]:
    return {(finding.rule.id, case.line_of(finding)) for finding in findings}


def _review(case: Case) -> Review:
    review = case.document.review
    assert not review.faults
    return review


@pytest.mark.parametrize("case", cases("deny"), ids=str)
def test_denies_at_the_marked_lines(case: Case) -> None:
    review = _review(case)

    assert review.errors
    assert case.rule in {finding.rule.id for finding in review.findings}
    assert _blamed(case, review.findings) == case.marks


@pytest.mark.parametrize("case", cases("warn"), ids=str)
def test_warns_at_the_marked_lines(case: Case) -> None:
    review = _review(case)

    assert not review.errors
    assert case.marks
    assert _blamed(case, review.findings) == case.marks


@pytest.mark.parametrize("case", cases("admit"), ids=str)
def test_admits_without_a_word(case: Case) -> None:
    review = _review(case)

    assert review.findings == ()
    assert case.rule not in {skipped.rule.id for skipped in review.skipped}


@pytest.mark.parametrize("case", cases("skip"), ids=str)
def test_says_that_it_could_not_judge(case: Case) -> None:
    review = _review(case)

    assert not review.errors
    assert case.rule in {skipped.rule.id for skipped in review.skipped}


@pytest.mark.parametrize("case", cases("before"), ids=str)
def test_judges_an_update_by_what_it_changes(case: Case) -> None:
    after = case.next
    assert after is not None
    assert after.settings == case.settings
    review = Guard(case.policy).review(Service(after.manifest, Service(case.manifest)), case.cluster)

    assert bool(review.errors) == (after.verdict == "after deny")
    assert _blamed(after, review.findings) == after.marks


@pytest.mark.parametrize("case", cases("patch"), ids=str)
def test_fills_in_what_is_missing(case: Case) -> None:
    filled = {fill.key: fill.after for fill in Guard(case.policy).fill(case.service)}
    becomes = case.next.manifest if case.next and case.next.verdict == "becomes" else case.manifest

    assert {**case.manifest["metadata"].get("annotations", {}), **filled} == becomes["metadata"].get("annotations", {})


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.id)
def test_every_rule_has_its_case_file(rule: Rule) -> None:
    files = list(ROOT.rglob(f"{rule.id}-*.yaml"))
    verdicts = {case.verdict for file in files for case in read(file)}

    assert [file.stem for file in files] == [f"{rule.id}-{rule.name}"], "tests/cases/README.md says what stands in it"
    assert verdicts & {"deny", "warn", "after deny", "after warn"}, "the rule is never broken"
    assert verdicts & {"admit", "after admit", "patch"}, "the nearest admitted manifest is missing"


def test_every_case_file_belongs_to_a_rule() -> None:
    files = {file.stem for file in ROOT.rglob("*.yaml")}

    assert files - {f"{rule.id}-{rule.name}" for rule in RULES.values()} == set()


def test_every_default_has_a_patch_case() -> None:
    filled: set[str] = set()
    for case in cases("patch"):
        for fill in Guard(case.policy).fill(case.service):
            filled.add(fill.key)
            owner = next(a for a in ANNOTATIONS if a.key == fill.key)
            if owner.is_json:
                before = owner.read(fill.before).raw or {} if fill.before else {}
                after = owner.read(fill.after).raw or {}
                filled |= {f"{fill.key}.{member}" for member in after.keys() - before.keys()}
    expected = {a.key for a in ANNOTATIONS if a.default} | {
        f"{a.key}.{m.name}" for a in ANNOTATIONS for m in a.members.values() if m.default
    }

    assert expected <= filled


def test_json_annotations_with_members_are_models() -> None:
    readers = [a.reader for a in ANNOTATIONS if isinstance(a.reader, Objects)]

    assert all(issubclass(reader.model, JsonValue) for reader in readers)
    assert all(reader.members for reader in readers)
