"""Replicas of the keeper of certificates, in every interleaving of their calls."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from app import tls
from app.cluster.api import Kind
from app.cluster.material import Lives
from tests.unit.cluster.memory import KINDS, Cluster, Puppet

SHORT = Lives(ca=timedelta(days=15), leaf=timedelta(days=3), overlap=timedelta(days=1))  # something is always due
WHO = st.integers(0, 2)
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
        assert tls.check(leaf, self.cluster.now)
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
            [leaf] = tls.certificates(served.certificate)
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


@pytest.mark.parametrize("days", [0.2, 1.3, 2.6, 7])
@pytest.mark.parametrize("age", [8.9, 9.5, 10.2])
def test_a_replica_that_is_late_takes_nothing_away(age: float, days: float) -> None:
    """Wherever in its look it is held up, and whatever of a rotation the other does meanwhile."""
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
                assert tls.check(early.served, cluster.now)
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
    max_examples=60,
    stateful_step_count=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
TestReplicas, TestMeddledReplicas = Replicas.TestCase, MeddledReplicas.TestCase
TestReplicas.settings = TestMeddledReplicas.settings = OFTEN
