"""Step: the facts of the cluster, which rules ask for, are known to the replicas, and fresh."""

from collections.abc import Iterator
from typing import Final

from elbguard.cluster.asking import ApiError
from elbguard.cluster.learning import Learnt, learn
from elbguard.cluster.live_facts import Observed
from elbguard.cluster.rights import Right
from elbguard.doctor.diagnosis import Observation, doubtful_but_works, fine, unknown, wrong
from elbguard.doctor.installation import Installation
from elbguard.doctor.metered import Readout, readouts
from elbguard.doctor.operator import Operator
from elbguard.doctor.pods import flag
from elbguard.doctor.sight import Sight, among
from elbguard.doctor.workload import Workload
from elbguard_rules.core.facts import Cluster

OLD: Final = 900.0  # seconds: facts are confirmed every five minutes at least (asking.Pace)
_WORDS: Final[dict[Observed, str]] = {"version": "version", "type": "type", "node_ips": "addresses of nodes"}
_ROLE: Final = (
    "Apply manifests/base again, whose role lets it list nodes (kubectl auth can-i list nodes"
    " --as=system:serviceaccount:elbguard:elbguard), and read the log: it says what it cannot read"
)
_WATCH: Final = "Let it serve with --watch-cluster, or say in the settings what is known: cluster-version, node-ip"


def look(sight: Sight, installation: Installation, workload: Workload, operator: Operator) -> Iterator[Observation]:
    """Compare what the cluster shows with what replicas know. Raises Blind."""
    try:
        learnt = learn(Cluster(), sight.server)
    except ApiError as error:
        raise sight.blindness(error, Right("list", "nodes")) from None
    settings = operator.settings()
    given = settings.cluster if settings else Cluster()
    yield fine(f"the cluster shows: {', '.join(learnt.told())}")
    yield from (unknown(sentence, blind=True) for sentence in learnt.unread)
    told = readouts(sight, installation, workload)
    if not told:
        yield _by_arguments(workload, given)
    for readout in told:
        yield from _known(readout, learnt, given)


def _known(readout: Readout, learnt: Learnt, given: Cluster) -> Iterator[Observation]:
    name = f"the replica {readout.replica}"
    wanted = [fact for fact in _WORDS if not given.knows(fact)]
    if not readout.watches:
        if wanted:
            yield _unwatched(name, wanted)
        return
    lacking = [fact for fact in wanted if fact not in readout.ages and learnt.cluster.knows(fact)]
    old = [fact for fact in wanted if readout.ages.get(fact, 0) > OLD]
    if lacking:
        yield wrong(f"{name} does not know {_list(lacking)}, which the cluster shows", _ROLE)
    if old:
        age = max(readout.ages[fact] for fact in old)
        yield wrong(f"{name} has not seen {_list(old)} for {age:.0f} s: what it knows may have changed", _ROLE)
    if not (lacking or old):
        known = [fact for fact in _WORDS if fact in readout.ages]
        yield fine(f"{name} knows {_list(known)}" if known else f"{name} watches the cluster, which shows no facts")


def _by_arguments(workload: Workload, given: Cluster) -> Observation:
    """What can be told where no replica can be asked."""
    template = workload.template()
    wanted = [fact for fact in _WORDS if not given.knows(fact)]
    if template is not None and flag(template, "--watch-cluster") is None and wanted:
        return _unwatched("elbguard", wanted)
    return unknown("no replica can be asked from here what it knows of the cluster")


def _unwatched(name: str, wanted: list[Observed]) -> Observation:
    says = (
        f"{name} does not watch the cluster: where its settings do not say {_list(wanted)}, rules about it are skipped"
    )
    return doubtful_but_works(says, _WATCH)


def _list(facts: list[Observed]) -> str:
    return among([f"the {_WORDS[fact]}" for fact in facts])
