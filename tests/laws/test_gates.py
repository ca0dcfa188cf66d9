"""What holds of every gate that an annotation or a member declares, in clusters of every version."""

from collections.abc import Iterator
from functools import cache
from typing import Final

from hypothesis import assume, given
from hypothesis import strategies as st

from elbguard.explain.gates import LATER, NO, OPEN, YES, by_line
from elbguard.settings import Settings
from elbguard_rules.core.engine import Review
from elbguard_rules.core.facts import SHIPPED, Cluster, Unknown, Version
from elbguard_rules.core.gate import Gate
from elbguard_rules.core.problem import Severity
from elbguard_rules.core.service import Service
from elbguard_rules.guard import ANNOTATIONS, Guard
from tests.generators.casefile import Document, all_documents
from tests.generators.conditions import guard
from tests.laws.strategies import Json, services
from tests.laws.tries import shared_by
from tests.support.cases import ROOT
from tests.support.trying import each_of

GATES: Final = [gate for owner in ANNOTATIONS for _, gate in owner.all_gates]
EVERY_GATE: Final = each_of(GATES)

GUARD: Final = Guard()

patches: Final = st.integers(0, 20)
revisions: Final = st.one_of(st.integers(0, 12), st.integers(0, 120))
releases: Final = st.builds(Version, st.just(1), st.sampled_from(SHIPPED), patches, revisions)
exact_versions: Final = st.builds(Version, st.just(1), st.integers(7, 40), patches, revisions)


@cache
def broken(gate: Gate) -> Document:
    """The first manifest of the gate's cases that uses the feature in a cluster too old for it."""
    return next(d for d in all_documents(ROOT) if d.releases and any(gate.rule.id in ids for ids in d.marks.values()))


def review(gate: Gate, version: Version | None) -> Review:
    document = broken(gate)
    told = Settings(**(document.settings | {"cluster_version": None}))
    known = Cluster(version) if version else Cluster()
    return guard(told).review(document.service, known.above(told.cluster))


def speaks(gate: Gate, version: Version) -> bool:
    return gate.rule.id in {finding.rule.id for finding in review(gate, version).findings}


def expected(gate: Gate, version: Version) -> bool:
    """Whether the rule has to speak: the feature is not there, nor is there another gate below that says so."""
    if gate.needs.met(version):
        return False
    return gate.lower is None or (not gate.lower.leaves_open(version) and gate.lower.met(version))


def before(release: Version) -> Iterator[Version]:
    """The last release of the same line before this one, if there is one."""
    patch, revision = release.patch or 0, release.revision or 0
    if revision:
        yield Version(release.major, release.minor, patch, revision - 1)
    elif patch:
        yield Version(release.major, release.minor, patch - 1, 90)


@EVERY_GATE
@shared_by(len(GATES))
@given(releases)
def test_the_table_says_what_the_gate_says(gate: Gate, release: Version) -> None:
    told = by_line(gate.needs)[f"v1.{release.minor}"]
    try:
        met = gate.needs.met(release)
    except Unknown:
        assert told == OPEN
        return

    assert met is (told == YES if told in (YES, NO) else _reaches(release, Version.parse(told)))


def _reaches(release: Version, first: Version) -> bool:
    return (release.patch or 0, release.revision or 0) >= (first.patch or 0, first.revision or 0)


@EVERY_GATE
def test_the_last_row_is_about_all_later_lines(gate: Gate) -> None:
    assert by_line(gate.needs)[LATER] == YES
    assert all(gate.needs.met(Version(1, minor)) for minor in range(SHIPPED[-1] + 1, SHIPPED[-1] + 5))


@EVERY_GATE
def test_is_silent_in_exactly_the_releases_listed(gate: Gate) -> None:
    assert [str(release) for release in gate.needs.lines if speaks(gate, _exact(release))] == []


def _exact(release: Version) -> Version:
    return Version(release.major, release.minor, release.patch or 0, release.revision or 0)


@EVERY_GATE
def test_speaks_in_the_release_before_each_of_them(gate: Gate) -> None:
    older = [release for listed in gate.needs.lines for release in before(listed)]

    assert [speaks(gate, release) for release in older] == [expected(gate, release) for release in older]
    assert gate.lower or all(speaks(gate, release) for release in older)


@EVERY_GATE
def test_speaks_below_the_first_line_and_not_above_the_last(gate: Gate) -> None:
    first, last = gate.needs.lines[0], gate.needs.lines[-1]

    older = Version(1, max(minor for minor in (0, *SHIPPED) if minor < first.minor), 20, 90)
    assert speaks(gate, older) is expected(gate, older)
    assert gate.lower or speaks(gate, older)
    assert not speaks(gate, Version(1, last.minor + 1, 0, 0))


@EVERY_GATE
@shared_by(len(GATES))
@given(exact_versions)
def test_speaks_where_the_feature_is_not_there(gate: Gate, version: Version) -> None:
    assume(not gate.needs.leaves_open(version))

    assert speaks(gate, version) is expected(gate, version)


@EVERY_GATE
def test_says_that_it_could_not_judge_without_a_version(gate: Gate) -> None:
    found = review(gate, None)

    assert gate.rule.id not in {finding.rule.id for finding in found.findings}
    assert ("cluster version", gate.rule.id) in {(skipped.missing, skipped.rule.id) for skipped in found.skipped}


@EVERY_GATE
def test_a_line_between_two_listed_ones_is_a_warning(gate: Gate) -> None:
    lines = [release.minor for release in gate.needs.lines]
    between = [Version(1, minor, 5, 0) for minor in range(lines[0], lines[-1]) if minor not in lines]
    for version in between:
        found = {finding.rule.id: finding.severity for finding in review(gate, version).findings}

        assert gate.rule.id not in found
        assert found["ELB907"] is Severity.WARNING


@given(st.sampled_from(GATES), releases, patches, revisions)
def test_a_newer_release_of_a_line_is_not_worse(gate: Gate, older: Version, patch: int, revision: int) -> None:
    newer = Version(older.major, older.minor, patch, revision)
    assume(_reaches(newer, older))

    assert _refused(review(gate, newer)) <= _refused(review(gate, older))


@given(services(), releases, patches, revisions)
def test_a_newer_release_of_a_line_refuses_nothing_more(service: Json, older: Version, patch: int, rev: int) -> None:
    newer = Version(older.major, older.minor, patch, rev)
    assume(_reaches(newer, older))

    refused = _refused(GUARD.review(Service(service), Cluster(newer)))
    assert refused <= _refused(GUARD.review(Service(service), Cluster(older)))


def _refused(found: Review) -> set[str]:
    return {finding.field for finding in found.errors}
