"""Replicas of the keeper of certificates, in every interleaving of their calls."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from elbguard import pairs
from elbguard.cluster.api import Kind
from elbguard.cluster.authorities import adopted
from elbguard.cluster.clocks import AGAIN
from elbguard.cluster.material import Lives, Material
from tests.support.trying import THOROUGH, thorough
from tests.unit.cluster.memory import KINDS, NAMES, Cluster, Puppet

SHORT = Lives(ca=timedelta(days=15), leaf=timedelta(days=3), overlap=timedelta(days=1))  # something is always due
WHO = st.integers(0, 2)
NEAR = timedelta(minutes=5)
WRONG = [timedelta(minutes=7), timedelta(hours=1), *(timedelta(days=days) for days in (0.6, 2, 9, 17, 9000))]
AHEAD = st.timedeltas(timedelta(minutes=-3), timedelta(minutes=3)) | st.sampled_from(
    [*WRONG, *(-ahead for ahead in WRONG)]
)
DAYS = st.sampled_from([0, 0.1, 0.6, 1.1])


class Replicas(RuleBasedStateMachine):
    """Three keepers, each stopped between any two of its calls, while time passes and calls fail."""

    def __init__(self) -> None:
        super().__init__()
        self.cluster = Cluster()
        self.puppets = [Puppet(self.cluster, SHORT) for _ in range(3)]

    def teardown(self) -> None:
        """End the threads."""
        for puppet in self.puppets:
            puppet.end()

    @initialize(age=st.sampled_from([0, 9, 10, 12]), registered=st.booleans())
    def a_cluster_of_some_age(self, age: float, registered: bool) -> None:
        """All serve; the CA is this many days old."""
        for kind in KINDS if registered else ():
            self.cluster.bundle(kind, b"")
        for days in [1.5] * int(age / 1.5):
            self.puppets[0].finish()
            self.cluster.now += timedelta(days=days)
        for puppet in self.puppets:
            puppet.finish()

    @rule(who=WHO, calls=st.integers(1, 6), days=DAYS)
    def a_keeper_makes_some_calls(self, who: int, calls: int, days: float) -> None:
        """The others may be anywhere meanwhile."""
        self.cluster.now += timedelta(days=days)
        for _ in range(calls):
            self.puppets[who].advance()
            self.what_is_served_is_trusted()

    @rule(who=WHO, times=st.integers(1, 3), days=DAYS)
    def a_keeper_looks(self, who: int, times: int, days: float) -> None:
        """From where it stands to the end, and maybe again."""
        self.cluster.now += timedelta(days=days)
        for _ in range(times):
            self.puppets[who].finish()
            self.what_is_served_is_trusted()

    @rule(who=WHO)
    def a_call_fails(self, who: int) -> None:
        """The next one of this keeper."""
        self.cluster.away = True
        self.puppets[who].advance()
        self.puppets[who].finish()
        self.cluster.away = False

    @rule(who=WHO)
    def a_keeper_starts_anew(self, who: int) -> None:
        """It forgets all, wherever it stood."""
        self.puppets[who].end()
        self.puppets[who] = Puppet(self.cluster, SHORT)

    @rule(days=st.sampled_from([3, 8, 30]))
    def nobody_looks_for_long(self, days: float) -> None:
        """For more than the life of a leaf, or of a CA."""
        self.cluster.now += timedelta(days=days)

    @rule()
    def in_the_end_all_agree(self) -> None:
        """A few undisturbed looks put everything in order."""
        for puppet in self.puppets * 4:
            puppet.finish()

        leaf = self.cluster.material.leaf
        assert [puppet.served for puppet in self.puppets] == [leaf] * 3
        assert all(puppet.keeper.ready and puppet.keeper.trouble is None for puppet in self.puppets)
        assert pairs.check(leaf, self.cluster.now)
        assert self.cluster.trusts(leaf)
        assert not self.cluster.tampered

    @invariant()
    def no_keeper_breaks_down(self) -> None:
        """Whatever it finds."""
        assert not any("error" in puppet.events for puppet in self.puppets)

    @invariant()
    def what_is_served_is_trusted(self) -> None:
        """A good leaf that is served is trusted by what keepers wrote last."""
        written = [kind for kind in KINDS if kind not in self.cluster.tampered]
        for served in filter(None, (puppet.served for puppet in self.puppets)):
            [leaf] = pairs.certificates(served.certificate)
            assert self.cluster.now > leaf.not_valid_after_utc or self.cluster.trusts(served, written)


class MeddledReplicas(Replicas):
    """The same, and people meddle."""

    @rule(kind=st.sampled_from(KINDS), bundle=st.sampled_from([b"", b"\n", b"-----BEGIN CERTIFICATE-----\n"]))
    def somebody_writes_a_configuration(self, kind: Kind, bundle: bytes) -> None:
        """Create it, empty it or garble it."""
        if self.cluster.secret:  # if both are lost at a time, nothing tells what replicas serve
            self.cluster.bundle(kind, bundle)

    @precondition(lambda self: self.cluster.secret)
    @rule(key=st.sampled_from(["tls.crt", "tls.key", "next-ca.crt", "next-ca.key"]), length=st.integers(0, 300))
    def somebody_breaks_the_secret(self, key: str, length: int) -> None:
        """Cut one of its texts off."""
        assert self.cluster.secret
        data = self.cluster.secret.data
        if key in data:
            self.cluster.keep({**data, key: data[key][:length]})

    @precondition(
        lambda self: (
            len(self.cluster.registrations) == 2
            and not self.cluster.tampered
            and all(puppet.idle for puppet in self.puppets)
        )
    )
    @rule(broken=st.booleans())
    def somebody_deletes_the_secret(self, broken: bool) -> None:
        """Or makes its CA useless."""
        if broken and self.cluster.secret:
            self.cluster.keep({**self.cluster.secret.data, "ca.key": b""})
        else:
            self.cluster.secret = None


class ReplicasByTheirClocks(Replicas):
    """The same, by clocks that are right, nearly so, or wrong; and at times another API server answers."""

    def __init__(self) -> None:
        super().__init__()
        self.wrote = [0, 0, 0]  # times, when the clock was last known to be right

    @precondition(lambda self: any(puppet.idle for puppet in self.puppets))
    @rule(who=WHO, ahead=AHEAD)
    def a_clock_is_set(self, who: int, ahead: timedelta) -> None:
        """Between two looks."""
        puppet = self.puppets[who]
        if puppet.idle:
            puppet.ahead = ahead
            self.wrote[who] = puppet.api.wrote

    @rule(who=WHO, ahead=AHEAD)
    def a_keeper_comes_up_with_a_clock(self, who: int, ahead: timedelta) -> None:
        """As on a node that has just come up."""
        self.a_keeper_starts_anew(who)
        self.a_clock_is_set(who, ahead)

    @rule(who=WHO, skew=st.integers(-60, 60))
    def another_api_server_answers(self, who: int, skew: int) -> None:
        """Its clock is a minute off at most."""
        self.puppets[who].api.skew = timedelta(seconds=skew)

    @precondition(lambda self: self.cluster.secret and all(puppet.idle for puppet in self.puppets))
    @rule(days=st.sampled_from([0.1, 2, 20]), bundles=st.booleans(), ahead=st.booleans())
    def an_older_elbguard_writes_by_a_wrong_clock(self, days: float, bundles: bool, ahead: bool) -> None:
        """What it makes is good for nobody yet, or no more; as long as what it finds is, it keeps that as old."""
        now, before = self.cluster.now, self.cluster.material
        made = Material.fresh(now + timedelta(days=days if ahead else -days), NAMES.hosts, SHORT)
        known = [each for kind in self.cluster.registrations.values() for each in kind.bundles]
        spoiled = replace(made, old=adopted([before.bundle, *known], now))
        self.cluster.keep({key: text for key, text in spoiled.data().items() if text})
        for kind in self.cluster.registrations if bundles else ():
            self.cluster.bundle(kind, spoiled.bundle)

    @rule()
    def in_the_end_all_agree(self) -> None:
        """Those whose clock is right put everything in order, and the others serve it, and are not ready."""
        for puppet in self.puppets * (4 + AGAIN):
            puppet.finish()

        right = [puppet for puppet in self.puppets if abs(puppet.ahead) < NEAR]
        assert all(bool(puppet.keeper.disagreement) == (puppet not in right) for puppet in self.puppets)
        assert all(puppet.keeper.trouble is None for puppet in right)
        if right:
            leaf, bundle = self.cluster.material.leaf, self.cluster.material.bundle
            assert [puppet.served for puppet in self.puppets] == [leaf] * 3
            assert pairs.check(leaf, self.cluster.now)
            assert self.cluster.trusts(leaf)
            assert {each for kind in self.cluster.registrations.values() for each in kind.bundles} <= {bundle}

    @invariant()
    def a_wrong_clock_writes_nothing(self) -> None:
        """From when it is set."""
        for puppet, wrote in zip(self.puppets, self.wrote, strict=True):
            assert abs(puppet.ahead) < NEAR or puppet.api.wrote == wrote

    @invariant()
    def nothing_that_was_written_begins_in_the_future(self) -> None:
        """By the clocks of the API servers."""
        for kind in set(self.cluster.registrations) - self.cluster.tampered:
            for bundle in filter(None, self.cluster.registrations[kind].bundles):
                begins = [authority.not_valid_before_utc for authority in pairs.certificates(bundle)]
                assert max(begins) <= self.cluster.now - timedelta(minutes=5)


LATE = [(9.5, 2.6), *thorough((8.9, 1.3), (8.9, 7), (9.5, 0.2), (10.2, 1.3), (10.2, 2.6))]


@pytest.mark.parametrize("when", LATE, ids=str)
def test_a_replica_that_is_late_takes_nothing_away(when: tuple[float, float]) -> None:
    """Wherever in its look it is held up, and whatever of a rotation the other does meanwhile."""
    age, days = when
    for calls in range(12):
        cluster = Cluster()
        early, late = Puppet(cluster, SHORT), Puppet(cluster, SHORT)
        try:
            _live(cluster, early, age, kinds=KINDS)
            for _ in range(calls):
                late.advance()
            _live(cluster, early, days)
            for _ in range(20):
                late.advance()
                assert early.served
                assert pairs.check(early.served, cluster.now)
                assert cluster.trusts(early.served), f"after {calls} calls"
        finally:
            early.end()
            late.end()


def _live(cluster: Cluster, puppet: Puppet, days: float, kinds: Sequence[Kind] = ()) -> None:
    """Let this keeper look some times a day, beginning with these configurations, if any."""
    for kind in kinds:
        cluster.bundle(kind, b"")
    end = cluster.now + timedelta(days=days)
    while cluster.now < end:
        puppet.finish()
        puppet.finish()
        cluster.now = min(end, cluster.now + timedelta(days=0.4))


OFTEN = settings(
    max_examples=8 if THOROUGH else 4,
    stateful_step_count=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
TestReplicas, TestMeddledReplicas = Replicas.TestCase, MeddledReplicas.TestCase
TestReplicasByTheirClocks = ReplicasByTheirClocks.TestCase
TestReplicas.settings = TestMeddledReplicas.settings = TestReplicasByTheirClocks.settings = OFTEN
