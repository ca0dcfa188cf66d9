"""Words: what holds of every message that the case files bring about, as somebody who reads them aloud would ask."""

import re

from elbguard.webhook import responses
from elbguard_rules.core.finding import Finding
from elbguard_rules.core.problem import ABSENT, Severity, shown
from tests.support.cases import Case, cases
from tests.support.trying import each_of

BROKEN = cases("deny", "warn", "after deny", "after warn")
AWKWARD = re.compile(
    r"\b([a-z]+) \1\b"  # a word twice
    r"|\bwants?\b"  # things need
    r"|(?<![-\w.])1 (?:findings|errors|warnings|ports|seconds|minutes|characters|members|listeners)\b"
    r"|\ba [aeio]\w+ |\ban (?!http|https)[^aeioAEqHLI\W]"  # a or an
    r"|  |\.\.\.\.|: :|, ,| ,"
)
POINTLESS = re.compile(r": (?:was (?:\S+|not written)|removed|changed|a \w+ listener) \[ELB\d+\]$")
QUOTED = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'[^']*'")


def findings(case: Case) -> tuple[Finding, ...]:
    return case.document.review.findings


@each_of(BROKEN)
def test_a_sentence_reads_well_and_does_not_begin_with_its_place_again(case: Case) -> None:
    for finding in findings(case):
        detail = finding.problem.detail

        assert not AWKWARD.search(QUOTED.sub('"x"', detail)), detail
        assert not detail.startswith((finding.where.brief, str(finding.where.steps[-1]))), detail


@each_of(BROKEN)
def test_a_warning_fits_and_keeps_rule_service_value_suggestion_and_that_it_would_refuse(case: Case) -> None:
    for finding in findings(case):
        line = responses.warning(finding, responses.named("a-service-with-a-long-name-of-its-own", "a-long-namespace"))

        assert len(line) <= responses.LONGEST_WARNING
        assert line.startswith("elbguard: a-lon")
        assert line.endswith(f" [{finding.rule.id}]")
        assert (" would be refused: " in line) == (finding.severity is Severity.ERROR)
        assert finding.problem.value is ABSENT or shown(finding.problem.value)[:8] in line
        assert f'did you mean "{finding.problem.meant}' in line or "did you mean" not in finding.problem.brief


def test_a_warning_that_is_cut_still_says_what_comes_of_it() -> None:
    advice = [finding for case in BROKEN for finding in findings(case) if finding.severity is Severity.WARNING]
    lines = {responses.warning(finding, "shop/web") for finding in advice}

    assert [line for line in sorted(lines) if POINTLESS.search(line)] == []


def test_a_finding_is_told_once_for_one_cause() -> None:
    for case in BROKEN:
        places = [(finding.field, finding.problem.detail) for finding in findings(case)]

        assert len(places) == len(set(places))
