"""The steps in their order: what each is called, and on which others it depends."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from elbguard.doctor import (
    answering,
    backstop,
    conditions,
    configurations,
    coverage,
    freshness,
    orphans,
    replicas,
    trial,
    vouching,
    webhooks,
)
from elbguard.doctor.diagnosis import Diagnosis, Ending, Observation, unknown
from elbguard.doctor.installation import NAME, Installation
from elbguard.doctor.operator import Operator
from elbguard.doctor.pods import Pods
from elbguard.doctor.sight import Blind, ClusterServer, Sight, Unreachable
from elbguard.doctor.workload import Workload

Look = Callable[[], Iterable[Observation]]


@dataclass(frozen=True, slots=True)
class Station:
    """A step: `after` are the steps without which it says nothing new."""

    id: str
    name: str
    look: Look
    after: tuple[str, ...] = ()


def stations(server: ClusterServer, namespace: str, wanted: str = NAME) -> tuple[Station, ...]:
    """The steps about an installation; `namespace` is where Services are tried, `wanted` the configurations' name."""
    sight = Sight(server)
    installation, pods = Installation(sight, wanted), Pods(sight)
    workload = Workload(sight, installation, pods)
    operator = Operator(installation, workload)
    called = ("configurations", "service")
    return (
        Station("configurations", "Both webhook configurations are there", lambda: configurations.look(installation)),
        Station(
            "rules",
            "Their rules cover creations and updates of Services",
            lambda: coverage.look(installation),
            ("configurations",),
        ),
        Station(
            "match-conditions",
            "Their match conditions were kept",
            lambda: conditions.look(sight, installation),
            ("configurations",),
        ),
        Station(
            "service",
            "The Service that they call exists and has ready endpoints",
            lambda: answering.look(sight, installation, pods),
            ("configurations",),
        ),
        Station(
            "certificate",
            "The serving certificate is good, and the caBundles vouch for it",
            lambda: vouching.look(sight, installation, workload),
            called,
        ),
        Station("orphans", "No configuration is left over or doubled", lambda: orphans.look(sight, installation)),
        Station(
            "dry-run",
            "The API server admits a good Service and refuses a bad one",
            lambda: trial.Trial(sight, installation, operator, namespace).look(),
            (*called, "rules", "certificate", "orphans"),
        ),
        Station(
            "facts",
            "The facts of the cluster are known and fresh",
            lambda: freshness.look(sight, installation, workload, operator),
            called,
        ),
        Station(
            "replicas",
            "All replicas have the same settings",
            lambda: replicas.look(sight, installation, workload, operator),
            called,
        ),
        Station(
            "other-webhooks",
            "Other webhooks for Services leave elbguard its turn",
            lambda: webhooks.look(sight, installation),
        ),
        Station("policy", "The policy beside elbguard is bound, where it is installed", lambda: backstop.look(sight)),
    )


def examine(steps: Iterable[Station]) -> Iterator[Diagnosis]:
    """Take the steps one by one; what depends on one that failed is not looked at. Raises Unreachable."""
    failed: dict[str, str] = {}  # by the id of a step: the name of that which failed first
    for step in steps:
        cause = next((failed[each] for each in step.after if each in failed), "")
        if cause:
            made = Diagnosis(step.id, step.name, (unknown(f"not looked at, because this failed: {cause}"),))
            failed[step.id] = cause
        else:
            made = taken(step)
            if made.verdict is Ending.FAILED:
                failed[step.id] = step.name
        yield made


def taken(step: Station) -> Diagnosis:
    """One step, on its own. Raises Unreachable."""
    found: list[Observation] = []
    try:
        found.extend(step.look())
    except Blind as error:
        found.append(unknown(str(error), blind=error.denied))
    except Unreachable:
        raise
    except Exception as error:  # a fault of ours in one step does not keep the others from being taken
        says = f"an internal error of elbguard ({error!r:.200}): the other steps count all the same"
        found.append(unknown(says, blind=True))
    return Diagnosis(step.id, step.name, tuple(found))
