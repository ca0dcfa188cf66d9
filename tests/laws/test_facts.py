"""What holds of versions and of the gates on them."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from elbguard_rules.core.facts import Unknown, Version, VersionGate, since
from tests.laws.strategies import gates, known_versions, versions


@given(versions)
def test_a_version_reads_back_as_it_was_written(version: Version) -> None:
    assert version == Version.parse(str(version))


@given(versions, st.sampled_from(("-28.0.51", ".3", "+build", "-x.y")))
def test_what_follows_the_revision_is_ignored(version: Version, rest: str) -> None:
    assume(version.patch is not None and version.revision is not None)

    assert version == Version.parse(str(version) + rest)


@given(gates)
def test_a_gate_reads_back_as_it_was_written(gate: VersionGate) -> None:
    assert gate == since(*str(gate).split(", "))


@given(gates, known_versions, st.integers(0, 20), st.integers(0, 90))
def test_a_newer_release_of_the_same_line_has_no_less(gate: VersionGate, older: Version, patch: int, rev: int) -> None:
    newer = Version(older.major, older.minor, patch, rev)
    assume((newer.patch, newer.revision) >= (older.patch, older.revision))

    assume(not gate.leaves_open(older))

    assert gate.met(older) <= gate.met(newer)


@given(gates, known_versions)
def test_nothing_is_said_of_a_line_between_two_listed_ones(gate: VersionGate, version: Version) -> None:
    assume(gate.leaves_open(version))

    with pytest.raises(Unknown):
        gate.met(version)


@given(gates)
def test_a_release_that_a_gate_lists_meets_it(gate: VersionGate) -> None:
    assert all(gate.met(Version(v.major, v.minor, v.patch or 0, v.revision or 0)) for v in gate.lines)


@given(gates, versions, st.integers(0, 20), st.integers(0, 90))
def test_a_version_left_open_is_unknown_or_means_all_of_its_releases(
    gate: VersionGate, open_: Version, patch: int, rev: int
) -> None:
    exact = Version(
        open_.major,
        open_.minor,
        patch if open_.patch is None else open_.patch,
        rev if open_.revision is None else open_.revision,
    )
    try:
        met = gate.met(open_)
    except Unknown:
        return

    assert met == gate.met(exact)
