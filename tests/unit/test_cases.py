"""Every case, and that every rule has some."""

from elbguard.settings import Settings
from elbguard_rules.core.engine import Review
from elbguard_rules.core.fill import Fill
from elbguard_rules.core.finding import Finding
from elbguard_rules.core.gate import Gate
from elbguard_rules.core.jsonvalue import JsonValue, Objects
from elbguard_rules.core.rule import Rule
from elbguard_rules.guard import ANNOTATIONS, RULES
from tests.generators.conditions import guard
from tests.support.cases import ROOT, Case, cases, each_case, home_of, homes
from tests.support.trying import each_of


def _blamed(case: Case, findings: tuple[Finding, ...]) -> set[tuple[str, int]]:
    return {(finding.rule.id, case.line_of(finding)) for finding in findings}


def _review(case: Case) -> Review:
    review = case.document.review
    assert not review.faults
    return review


@each_case("deny")
def test_denies_at_the_marked_lines(case: Case) -> None:
    review = _review(case)

    assert review.errors
    assert {*case.about} <= {finding.rule.id for finding in review.findings}
    assert _blamed(case, review.findings) == case.marks


@each_case("warn")
def test_warns_at_the_marked_lines(case: Case) -> None:
    review = _review(case)

    assert not review.errors
    assert case.marks
    assert _blamed(case, review.findings) == case.marks


@each_case("admit")
def test_admits_without_a_word(case: Case) -> None:
    review = _review(case)

    assert review.findings == ()
    assert not {*case.about} & {skipped.rule.id for skipped in review.skipped}


@each_case("skip")
def test_says_that_it_could_not_judge(case: Case) -> None:
    review = _review(case)

    assert not review.errors
    assert case.about
    assert {*case.about} <= {skipped.rule.id for skipped in review.skipped}


@each_case("after deny", "after warn", "after admit")
def test_judges_an_update_by_what_it_changes(case: Case) -> None:
    review = _review(case)

    assert bool(review.errors) == (case.verdict == "after deny")
    assert _blamed(case, review.findings) == case.marks


@each_case("patch")
def test_fills_in_what_is_missing(case: Case) -> None:
    becomes = case.next.manifest if case.next and case.next.verdict == "becomes" else case.manifest

    filled = {fill.key: fill.after for fill in _fills(case)}
    assert {**case.manifest["metadata"].get("annotations", {}), **filled} == becomes["metadata"].get("annotations", {})


def _fills(case: Case) -> tuple[Fill, ...]:
    return guard(Settings(**case.settings)).fill(case.service)


@each_of(RULES.values())
def test_every_rule_is_broken_and_kept_in_the_file_of_what_it_is_about(rule: Rule) -> None:
    home = homes()[rule.id].relative_to(ROOT)
    of_rule = [case for case in cases() if rule.id in case.about]
    verdicts = {case.verdict for case in of_rule}

    assert {case.document.file.relative_to(ROOT) for case in of_rule} == {home}, "tests/cases/README.md says how"
    assert verdicts & {"deny", "warn", "after deny", "after warn"}, "the rule is never broken"
    assert verdicts & {"admit", "after admit", "patch"}, "the nearest admitted manifest is missing"


def test_every_case_file_belongs_to_an_annotation_or_a_module() -> None:
    owners = {*homes().values(), *(home_of(owner.key) for owner in ANNOTATIONS)}

    assert set(ROOT.rglob("*.yaml")) - owners == set()


@each_of(gate for owner in ANNOTATIONS for _, gate in owner.all_gates)
def test_a_gate_has_the_releases_that_its_case_file_lists(gate: Gate) -> None:
    listed = {case.document.releases for case in cases() if gate.rule.id in case.about and case.document.releases}

    assert listed == {tuple(map(str, gate.needs.lines))}


def test_every_default_has_a_patch_case() -> None:
    filled: set[str] = set()
    for case in cases("patch"):
        for fill in _fills(case):
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
