"""The keeper of certificates: what it makes, serves, repairs and survives, over years that pass in a moment."""

import threading
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from elbguard import pairs
from elbguard.cluster.api import Secret, Unavailable
from elbguard.cluster.authorities import trusted
from elbguard.cluster.certificates import INTERVAL, LONGEST, CertificateKeeper, Whereabouts
from elbguard.cluster.clocks import AGAIN
from elbguard.cluster.material import Lives, Material
from elbguard.fitness import Pair
from tests.unit.cluster.memory import BEGIN, KINDS, NAMES, Api, Cluster


class Lonely:
    """One keeper, the cluster it is in, and what it served and counted."""

    def __init__(self, cluster: Cluster | None = None, names: Whereabouts = NAMES) -> None:
        self.cluster = cluster or Cluster()
        self.served: list[Pair] = []
        self.events: list[str] = []
        self.ahead = timedelta()  # of the cluster's time, by its own clock
        self.api = Api(self.cluster)
        self.keeper = CertificateKeeper(self.api, names, self._swap, clock=self._clock, count=self.events.append)

    def _clock(self) -> datetime:
        return self.cluster.now + self.ahead

    def _swap(self, pair: Pair, now: datetime) -> None:
        pairs.check(pair, now)
        self.served.append(pair)


@pytest.fixture
def lonely() -> Lonely:
    """Make a keeper in a cluster with both configurations, their caBundles empty."""
    found = Lonely()
    for kind in KINDS:
        found.cluster.bundle(kind, b"")
    return found


def test_four_years_pass_without_a_gap(lonely: Lonely) -> None:
    authorities, leaves, most = set(), set(), 0
    for _ in range(0, 4 * 365, 3):
        lonely.keeper.look()
        lonely.keeper.look()
        material, now = lonely.cluster.material, lonely.cluster.now
        leaf, ca = pairs.check(lonely.served[-1], now), pairs.certificates(material.ca.certificate)[0]
        assert lonely.cluster.trusts(lonely.served[-1])
        assert leaf.not_valid_after_utc - now > Lives().leaf / 3 - timedelta(days=3, minutes=10)
        assert leaf.not_valid_after_utc <= ca.not_valid_after_utc
        authorities.add(material.ca.certificate)
        leaves.add(material.leaf.certificate)
        most = max(most, material.bundle.count(b"BEGIN"))
        lonely.cluster.now += timedelta(days=3)

    assert len(authorities) == 3
    assert len(leaves) == pytest.approx(4 * 365 / 60, abs=3)
    assert most == 2
    assert lonely.events.count("served") == len(leaves)


def test_a_new_ca_is_trusted_for_a_day_before_it_signs(lonely: Lonely) -> None:
    lonely.keeper.look()
    lonely.cluster.now += Lives().ca - 2 * Lives().leaf + timedelta(minutes=1)
    lonely.keeper.look()
    first = lonely.cluster.material
    lonely.cluster.now += Lives().overlap - timedelta(seconds=1)
    lonely.keeper.look()
    waiting = lonely.cluster.material
    lonely.cluster.now += timedelta(seconds=2)
    lonely.keeper.look()

    assert first.next_ca is not None
    assert (waiting.ca, waiting.next_ca) == (first.ca, first.next_ca)
    assert lonely.cluster.material.ca == first.next_ca
    assert lonely.cluster.material.old == (first.ca.certificate,)
    assert lonely.cluster.trusts(first.leaf)


def test_a_new_ca_does_not_sign_while_a_configuration_does_not_trust_it(lonely: Lonely) -> None:
    lonely.keeper.look()
    lonely.cluster.now += Lives().ca - 2 * Lives().leaf + timedelta(minutes=1)
    lonely.keeper.look()
    waiting = lonely.cluster.material.next_ca
    lonely.cluster.now += 2 * Lives().overlap
    lonely.cluster.bundle("mutating", lonely.cluster.material.ca.certificate)
    lonely.keeper.look()

    assert lonely.cluster.material.next_ca == waiting

    lonely.keeper.look()

    assert lonely.cluster.material.ca == waiting


def test_a_new_leaf_is_served_when_two_looks_have_seen_it_trusted(lonely: Lonely) -> None:
    lonely.keeper.look()
    lonely.cluster.now += Lives().leaf * 2 / 3
    lonely.keeper.look()

    assert len(lonely.served) == 1

    lonely.keeper.look()

    assert lonely.served[1:] == [lonely.cluster.material.leaf]


def test_the_leaf_is_for_the_names_of_the_service_and_for_what_else_was_asked() -> None:
    cluster = Cluster()
    Lonely(cluster).keeper.look()
    plain = pairs.hosts_of(pairs.certificates(cluster.material.leaf.certificate)[0])
    names = Whereabouts("guard", "elbguard-tls", "elbguard", "elbguard", "elbguard", ("localhost", "0:0::1"))
    more = Lonely(cluster, names)
    more.keeper.look()
    both = cluster.material.leaf
    Lonely(cluster).keeper.look()

    assert plain == {"elbguard.guard.svc", "elbguard.guard.svc.cluster.local", "elbguard.guard"}
    assert pairs.hosts_of(pairs.certificates(both.certificate)[0]) == plain | {"localhost", "::1"}
    assert cluster.material.leaf == both  # whoever wants less does not renew it again


def test_without_configurations_there_is_nobody_to_distrust() -> None:
    alone = Lonely()
    alone.keeper.look()

    assert alone.keeper.ready
    assert alone.served == [alone.cluster.material.leaf]


def test_no_keeper_is_ready_while_the_bundle_cannot_be_written(lonely: Lonely, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise Unavailable("it answered 403: no")

    monkeypatch.setattr(Api, "patch_bundles", refuse)
    lonely.keeper.turn()

    assert not lonely.keeper.ready
    assert lonely.served == []
    assert "403" in str(lonely.keeper.trouble)


def test_a_bundle_that_does_not_stay_as_written_is_not_taken_for_trust(
    lonely: Lonely, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Api, "patch_bundles", lambda *_: None)
    lonely.keeper.turn()

    assert not lonely.keeper.ready
    assert lonely.served == []
    assert "does not trust" in str(lonely.keeper.trouble)


def test_what_another_replica_has_just_renewed_is_not_renewed_again(lonely: Lonely) -> None:
    lonely.keeper.look()
    other = Lonely(lonely.cluster)

    class Slow(Api):
        """Two months pass on the way to the Secret, and the other replica was there first."""

        def read_secret(self, namespace: str, name: str) -> Secret:
            self.cluster.now += Lives().leaf * 0.9
            other.keeper.look()
            return super().read_secret(namespace, name)

    events: list[str] = []
    CertificateKeeper(
        Slow(lonely.cluster), NAMES, lambda *_: None, clock=lonely.cluster.clock, count=events.append
    ).turn()

    assert "renewed" in other.events
    assert "renewed" not in events


@pytest.mark.parametrize("data", [{}, {"ca.crt": b"", "ca.key": b""}, {"other": b"mine"}])
def test_an_empty_secret_is_filled_and_what_else_is_in_it_stays(lonely: Lonely, data: dict[str, bytes]) -> None:
    lonely.cluster.keep(data)
    lonely.keeper.look()

    assert lonely.keeper.ready
    assert lonely.cluster.secret
    assert lonely.cluster.secret.data.get("other") == data.get("other")


@pytest.mark.parametrize("emptied", [False, True], ids=["bundles as they were", "bundles emptied as well"])
def test_the_key_of_another_ca_is_not_signed_with(lonely: Lonely, emptied: bool) -> None:
    lonely.keeper.look()
    assert lonely.cluster.secret
    lonely.cluster.keep({**lonely.cluster.secret.data, "ca.key": pairs.make_ca(BEGIN).key})
    for kind in KINDS if emptied else ():
        lonely.cluster.bundle(kind, b"")
    before = lonely.served[-1]
    lonely.keeper.look()
    lonely.keeper.look()

    assert lonely.cluster.trusts(before)
    assert lonely.served[-1] == lonely.cluster.material.leaf != before


def test_only_our_own_authorities_are_taken_over_from_a_bundle(lonely: Lonely) -> None:
    lonely.keeper.look()
    ours = lonely.cluster.material.ca.certificate
    foreign = _foreign()
    lonely.cluster.secret = None
    for kind in KINDS:
        lonely.cluster.bundle(kind, ours + foreign)
    lonely.keeper.look()

    assert lonely.cluster.material.old == (ours,)


def _foreign() -> bytes:
    original, pairs.CA_NAME = pairs.CA_NAME, "Somebody"  # type: ignore[misc] # for one certificate
    try:
        return pairs.make_ca(BEGIN).certificate
    finally:
        pairs.CA_NAME = original  # type: ignore[misc]


def test_a_failing_api_server_is_asked_ever_less_and_nothing_is_taken_away(lonely: Lonely) -> None:
    usual = lonely.keeper.turn()
    lonely.cluster.away = True
    delays = [lonely.keeper.turn() for _ in range(12)]
    lonely.cluster.away = False
    again = lonely.keeper.turn()

    assert INTERVAL <= usual <= 1.5 * INTERVAL
    assert delays[0] < 1
    assert LONGEST / 2 <= delays[-1] <= LONGEST
    assert INTERVAL <= again <= 1.5 * INTERVAL
    assert lonely.keeper.ready
    assert lonely.keeper.trouble is None
    assert len(lonely.served) == 1


def test_a_fault_of_ours_is_counted_and_survived(lonely: Lonely, caplog: pytest.LogCaptureFixture) -> None:
    def fail(*_: object) -> None:
        raise KeyError("x")

    healthy = lonely.cluster.keep
    lonely.cluster.keep = fail  # type: ignore[method-assign,assignment]
    lonely.keeper.turn()
    lonely.cluster.keep = healthy  # type: ignore[method-assign]
    lonely.keeper.turn()

    assert lonely.events == ["error", "renewed", "repaired", "repaired", "served"]
    assert "KeyError" in caplog.text
    assert lonely.keeper.ready


def test_no_key_is_ever_logged(lonely: Lonely, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    lonely.keeper.look()
    assert lonely.cluster.secret
    lonely.cluster.keep({**lonely.cluster.secret.data, "ca.key": b"gone"})
    lonely.keeper.turn()

    assert caplog.records
    assert "PRIVATE" not in caplog.text + repr(lonely.cluster.secret) + repr(lonely.served) + repr(
        lonely.cluster.material
    )


def test_the_thread_looks_until_it_is_stopped(lonely: Lonely) -> None:
    served = threading.Event()
    keeper = CertificateKeeper(
        Api(lonely.cluster), NAMES, lambda *_: served.set(), clock=lonely.cluster.clock, interval=0.01
    )
    keeper.start()

    assert served.wait(30)

    keeper.stop(30)

    assert "certificate-keeper" not in [thread.name for thread in threading.enumerate()]


WRONG = pytest.mark.parametrize(
    "ahead",
    [timedelta(days=1000), timedelta(days=100), timedelta(minutes=6), timedelta(minutes=-6), timedelta(days=-1000)],
    ids=str,
)


@WRONG
def test_a_clock_that_is_wrong_changes_nothing_and_serves_what_is_good(lonely: Lonely, ahead: timedelta) -> None:
    lonely.keeper.look()
    secret, registrations = lonely.cluster.secret, dict(lonely.cluster.registrations)
    other = Lonely(lonely.cluster)
    other.ahead = ahead
    for _ in range(5):
        other.keeper.turn()

    assert other.events == ["served"]
    assert other.served == [lonely.cluster.material.leaf]
    assert (lonely.cluster.secret, lonely.cluster.registrations) == (secret, registrations)
    assert f"{BEGIN + ahead:%F %T}" in other.keeper.disagreement
    assert f"{BEGIN:%F %T}" in other.keeper.disagreement
    assert other.keeper.trouble == other.keeper.disagreement


@WRONG
@pytest.mark.parametrize("lost", ["Secret", "bundles"])
def test_a_clock_that_is_wrong_leaves_it_to_others_to_mend(lonely: Lonely, ahead: timedelta, lost: str) -> None:
    lonely.keeper.look()
    if lost == "Secret":
        lonely.cluster.secret = None
    else:
        for kind in KINDS:
            lonely.cluster.bundle(kind, b"")
    other = Lonely(lonely.cluster)
    other.ahead = ahead
    for _ in range(5):
        other.keeper.turn()
    before = (list(other.events), list(other.served))
    lonely.keeper.turn()
    lonely.keeper.turn()
    other.keeper.turn()

    assert before == ([], [])
    assert other.served == lonely.served[-1:] == [lonely.cluster.material.leaf]
    assert other.api.wrote == 0


@WRONG
def test_a_clock_that_is_set_right_is_believed_after_some_looks(
    lonely: Lonely, ahead: timedelta, caplog: pytest.LogCaptureFixture
) -> None:
    lonely.ahead = ahead
    delays = [lonely.keeper.turn() for _ in range(5)]
    waiting = list(lonely.events)
    lonely.ahead = timedelta(minutes=1)
    for _ in range(AGAIN):
        lonely.keeper.turn()
    believed = lonely.keeper.disagreement
    lonely.keeper.turn()

    assert waiting == []
    assert min(delays) >= INTERVAL
    assert (believed, lonely.keeper.trouble) == ("", None)
    assert lonely.events == ["renewed", "repaired", "repaired", "served"]
    assert len([record for record in caplog.records if "minutes apart" in record.message]) == 1


def test_a_clock_that_jumps_while_the_api_server_is_away_is_seen(lonely: Lonely) -> None:
    lonely.keeper.turn()
    lonely.cluster.away = True
    lonely.keeper.turn()
    before = lonely.keeper.disagreement
    lonely.ahead = timedelta(days=-3)
    lonely.keeper.turn()

    assert before == ""
    assert lonely.keeper.disagreement


@pytest.mark.parametrize("minutes", [-5, -1, 1, 5])
def test_a_new_certificate_is_good_by_both_clocks_and_those_of_other_api_servers(minutes: int) -> None:
    alone = Lonely()
    alone.ahead = timedelta(minutes=minutes)
    alone.keeper.look()
    material = alone.cluster.material
    for pem in (material.ca.certificate, material.leaf.certificate):
        [made] = pairs.certificates(pem)
        assert made.not_valid_before_utc <= min(BEGIN, alone._clock()) - timedelta(minutes=10)
        assert made.not_valid_after_utc in (BEGIN + Lives().ca, BEGIN + Lives().leaf)


def test_an_api_server_that_does_not_say_when_is_taken_to_have_our_time(lonely: Lonely) -> None:
    lonely.cluster.says_when = False
    lonely.ahead = timedelta(days=1)
    lonely.keeper.turn()

    assert lonely.keeper.ready
    assert lonely.keeper.disagreement == ""
    [leaf] = pairs.certificates(lonely.cluster.material.leaf.certificate)
    assert leaf.not_valid_after_utc == BEGIN + timedelta(days=1) + Lives().leaf


@pytest.mark.parametrize("what", ["leaf", "next CA", "old CA", "CA", "CA and bundles", "all, twice"])
@pytest.mark.parametrize("ahead", [timedelta(hours=1), timedelta(days=600)], ids=str)
def test_what_a_clock_that_ran_ahead_has_made_is_replaced_at_once(lonely: Lonely, what: str, ahead: timedelta) -> None:
    lonely.keeper.look()
    lonely.keeper.look()
    good, then = lonely.cluster.material, BEGIN + ahead
    future = Material.fresh(then, NAMES.hosts, Lives())
    spoiled = {
        "leaf": replace(good, leaf=pairs.make_leaf(good.ca, NAMES.hosts, then)),
        "next CA": replace(good, next_ca=future.ca),
        "old CA": replace(good, old=(future.ca.certificate,)),
        "CA": replace(future, old=(good.ca.certificate,)),
        "CA and bundles": future,
        "all, twice": replace(future, next_ca=pairs.make_ca(then), old=(pairs.make_ca(then).certificate,)),
    }[what]
    lonely.cluster.keep({key: text for key, text in spoiled.data().items() if text})
    for kind in KINDS if what != "CA" else ():
        lonely.cluster.bundle(kind, spoiled.bundle)
    lonely.keeper.look()
    healed = lonely.cluster.material

    assert pairs.check(healed.leaf, BEGIN)
    assert all(pem.not_valid_before_utc <= BEGIN for pem in pairs.certificates(healed.bundle))
    assert trusted(healed.bundle, good.leaf)  # which other replicas may still serve
    assert trusted(healed.bundle, healed.leaf)
    assert lonely.cluster.trusts(good.leaf)

    lonely.keeper.look()

    assert lonely.served[-1] == lonely.cluster.material.leaf == healed.leaf


def test_lives_that_leave_no_time_to_rotate_are_refused() -> None:
    day = timedelta(days=1)
    with pytest.raises(ValueError, match="five leaves"):
        Lives(ca=100 * day, leaf=30 * day)
    with pytest.raises(ValueError, match="three overlaps"):
        Lives(leaf=2 * day, overlap=day)
