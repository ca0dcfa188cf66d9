"""What an update may not change, and what it changes without effect."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from pydantic import MISSING

from elbguard_rules.annotations.autocreate import AUTOCREATE, Autocreate
from elbguard_rules.annotations.bookkeeping import CUSTOM_EIP_STATUS, EIP_ID, LISTENER_PORT, LISTENER_PORT_RANGES, MARK
from elbguard_rules.annotations.custom_eip_id import CUSTOM_EIP_ID
from elbguard_rules.annotations.elb_class import ELB_CLASS, is_dnat
from elbguard_rules.annotations.elb_id import ELB_ID, is_uuid, same_id, was_never_an_id
from elbguard_rules.annotations.elb_ip import ELB_IP
from elbguard_rules.core.annotation import Annotation
from elbguard_rules.core.check import LOAD_BALANCERS, SERVED, Scope, rule
from elbguard_rules.core.facts import Cluster
from elbguard_rules.core.problem import Problem, Severity, forbidden, invalid, required, shown
from elbguard_rules.core.reading import Malformed
from elbguard_rules.core.service import Service
from elbguard_rules.documents import ADVANCED, CLUSTERS, EIP, OBSERVED
from elbguard_rules.relations.source import WRITTEN_BY_CCE


def _changed(owner: Annotation[Any], old: str, new: str | None, instead: str) -> Problem:
    """The problem of a text that an update changes or removes; `instead` is what can be done."""
    if new is None:
        return required(owner.where, f"was {shown(old)} and cannot be removed: put it back")
    return invalid(owner.where, new, f"was {shown(old)} and cannot be changed: {instead}")


@rule(
    "ELB701",
    "class-changed",
    "The class of a load balancer stays what it was when its Service was created.",
    ADVANCED.quote(
        "elb.class: cannot be changed after creation",
        "CCE's own webhook: can't modify service elb [kubernetes.io/elb.class] annotation.",
    ),
    ELB_CLASS,
    fix="Write the class that it had; for a load balancer of another class create another Service.",
    updates=True,
    scopes=(*LOAD_BALANCERS, Scope.DNAT),
)
def the_class_stays(service: Service, cluster: Cluster) -> Iterator[Problem]:
    old, new = service.before[ELB_CLASS], service[ELB_CLASS]
    if old and new != old:
        yield _changed(ELB_CLASS, old, new, "create another Service")


@rule(
    "ELB702",
    "id-changed",
    "A Service stays with the load balancer that it has.",
    ADVANCED.quote(
        "elb.id: cannot be changed after creation",
        "CCE's own webhook: can't modify service elb [kubernetes.io/elb.id] annotation. It may be added.",
    ),
    ELB_ID,
    fix="Write the ID that it had; to use another load balancer create another Service.",
    updates=True,
    scopes=LOAD_BALANCERS,
)
def the_load_balancer_stays(service: Service, cluster: Cluster) -> Iterator[Problem]:
    old, new = service.before[ELB_ID], service[ELB_ID]
    if old and new != old and not _is_repair(old, new) and not is_dnat(service.before):
        problem = _changed(ELB_ID, old, new, "create another Service")
        anew = not new and AUTOCREATE in service and AUTOCREATE not in service.before
        yield replace(problem, detail=f"{problem.detail}, without {AUTOCREATE.key}") if anew else problem


def _is_repair(old: str, new: str | None) -> bool:
    """Whether an ID is mended: it never was one, or is the same one written as it should be."""
    return was_never_an_id(old) or (new is not None and same_id(old, new))


_MAY_REFUSE: Final = "CCE's own webhook may refuse the change: then create the Service again"
_BRIEFLY: Final = "mended, but CCE may refuse it"


@rule(
    "ELB713",
    "class-mended",
    "What never was a class may become one, as far as CCE lets it.",
    OBSERVED.quote("can't modify service elb [kubernetes.io/elb.class] annotation"),
    ELB_CLASS,
    fix="Apply it; where CCE refuses it, delete the Service and create it again.",
    why="CCE's own webhook refuses changes of the annotation, whatever stood there before.",
    severity=Severity.WARNING,
    updates=True,
    scopes=SERVED,
)
def a_class_is_mended(service: Service, cluster: Cluster) -> Iterator[Problem]:
    old, new = service.before.annotations.get(ELB_CLASS.key), service[ELB_CLASS]
    if new and isinstance(old, str) and old.strip() and old not in ELB_CLASS.choices:
        yield invalid(ELB_CLASS.where, new, f"was {shown(old)}, which is no class: {_MAY_REFUSE}", _BRIEFLY)


@rule(
    "ELB714",
    "id-mended",
    "What never was an ID may become one, as far as CCE lets it.",
    OBSERVED.quote(
        "can't modify service elb [kubernetes.io/elb.id] annotation",
        "Said of an ID that was changed or dropped; nobody saw it said of what never was an ID.",
    ),
    ELB_ID,
    fix="Apply it; where CCE refuses it, delete the Service and create it again.",
    why="a Service with a placeholder, a name or an address has no load balancer, so it loses none.",
    severity=Severity.WARNING,
    updates=True,
)
def an_id_is_mended(service: Service, cluster: Cluster) -> Iterator[Problem]:
    old, new = service.before[ELB_ID], service[ELB_ID]
    if old and new and new != old and is_uuid(new) and _is_repair(old, new):
        yield invalid(ELB_ID.where, new, f"was {shown(old)}, which is no ID: {_MAY_REFUSE}", _BRIEFLY)


@rule(
    "ELB703",
    "autocreate-changed",
    "The description of a load balancer stays what it was when the load balancer was created.",
    ADVANCED.quote("elb.autocreate: cannot be changed", "The console's reference calls it modifiable: a warning."),
    AUTOCREATE,
    fix="Write the description as it was, or create another Service.",
    why="CCE does not rebuild a load balancer that is there.",
    severity=Severity.WARNING,
    updates=True,
)
def a_load_balancer_is_created_once(service: Service, cluster: Cluster) -> Iterator[Problem]:
    old, new = service.before[AUTOCREATE], service[AUTOCREATE]
    if new is None:
        return
    if old is None:  # added: ELB111 judges it as on creation
        return
    changed = [name for name in AUTOCREATE.members if _given(old, name) != _given(new, name)]
    if len(changed) == 1:
        yield forbidden(AUTOCREATE.at(changed[0]), "changed, but the load balancer is not rebuilt")
    elif changed:
        yield forbidden(AUTOCREATE.where, f"the load balancer is not rebuilt: {_listed(changed)} changed")


def _given(lb: Autocreate, name: str) -> object:
    """What a member says, None where it says nothing; the order of a list says nothing. Raises Malformed."""
    value = getattr(lb, name)
    if value is MISSING:
        return "inner" if name == "type" else None
    return (sorted(filter(None, value)) or None) if isinstance(value, list) else value


def _listed(names: list[str]) -> str:
    if len(names) > 3:
        return f"{', '.join(names[:2])} and {len(names) - 2} more"
    return " and ".join([", ".join(names[:-1]), names[-1]])


@rule(
    "ELB704",
    "autocreate-removed",
    "The description of a load balancer stays where it is, beside the ID that CCE writes.",
    ADVANCED.quote("elb.autocreate: cannot be changed"),
    AUTOCREATE,
    fix="Put the annotation back.",
    why="CCE reads it to decide whether the load balancer goes when the Service does.",
    severity=Severity.WARNING,
    updates=True,
    scopes=LOAD_BALANCERS,
)
def the_description_stays(service: Service, cluster: Cluster) -> Iterator[Problem]:
    old, new = service.before[AUTOCREATE], service[AUTOCREATE]
    if _is_pending(service.before) and ELB_ID in service:
        return  # nothing was created that could be left behind
    if old is not None and new is None:
        yield required(
            AUTOCREATE.where, "without it CCE may leave the load balancer behind when the Service goes: put it back"
        )


def _is_pending(service: Service) -> bool:
    """Whether its load balancer was never created: CCE has written neither an ID, nor an address, nor anything else."""
    status = service.raw.get("status")
    balancer = status.get("loadBalancer") if isinstance(status, dict) else None
    bound = balancer.get("ingress") if isinstance(balancer, dict) else None
    return not bound and not any(owner in service for owner in (ELB_ID, *WRITTEN_BY_CCE))


@rule(
    "ELB705",
    "eip-id-changed",
    "The EIP that CCE created is noted by CCE alone.",
    EIP.quote("kubernetes.io/elb.eip-id cannot be changed: add kubernetes.io/elb.custom-eip-id"),
    EIP_ID,
    fix="Write the ID that stood there; to use another EIP add kubernetes.io/elb.custom-eip-id.",
    updates=True,
    scopes=LOAD_BALANCERS,
)
def the_created_eip_stays(service: Service, cluster: Cluster) -> Iterator[Problem]:
    old, new = service.before[EIP_ID], service[EIP_ID]
    if old and new != old:
        yield _changed(EIP_ID, old, new, "add kubernetes.io/elb.custom-eip-id")


@rule(
    "ELB706",
    "custom-eip-without-eip",
    "A custom EIP takes the place of an EIP that CCE created and noted in kubernetes.io/elb.eip-id.",
    EIP.quote("kubernetes.io/elb.eip-id must be there before the EIP is changed"),
    CUSTOM_EIP_ID,
    EIP_ID,
    fix="Remove the annotation; it works on Services whose EIP CCE created.",
    severity=Severity.WARNING,
    updates=True,
)
def a_custom_eip_replaces_a_created_one(service: Service, cluster: Cluster) -> Iterator[Problem]:
    old = service.before
    if CUSTOM_EIP_ID in service and CUSTOM_EIP_ID not in old and EIP_ID not in service and EIP_ID not in old:
        yield forbidden(CUSTOM_EIP_ID.where, "has no effect without kubernetes.io/elb.eip-id, the EIP that CCE created")


def _noted(service: Service, owner: Annotation[Any]) -> object:
    """What an annotation says, or its text where that cannot be read."""
    try:
        return service[owner]
    except Malformed:
        return service.annotations[owner.key]


_PLATFORM: Final[tuple[Annotation[Any], ...]] = (MARK, LISTENER_PORT, LISTENER_PORT_RANGES, CUSTOM_EIP_STATUS)


@rule(
    "ELB712",
    "platform-annotation-changed",
    "An annotation in which CCE keeps its own notes is left alone.",
    CLUSTERS.quote("elb.listener-port and elb.mark are written by CCE", "So are the others listed."),
    *_PLATFORM,
    fix="Leave the annotation as CCE wrote it.",
    severity=Severity.WARNING,
    updates=True,
    scopes=LOAD_BALANCERS,
)
def the_platform_writes_its_own(service: Service, cluster: Cluster) -> Iterator[Problem]:
    for owner in _PLATFORM:
        if owner not in service.before:
            continue
        if owner not in service:
            yield required(owner.where, "removed, but CCE keeps its own notes there: put it back")
        elif isinstance(service.annotations[owner.key], str) and _noted(service, owner) != _noted(
            service.before, owner
        ):
            yield forbidden(owner.where, "changed, but CCE keeps its own notes there: leave it as it was")


@rule(
    "ELB719",
    "class-added",
    "A class that is added to a Service with a load balancer is union, which it had before.",
    ADVANCED.quote("elb.class: default union", "What CCE's own webhook says to an added class is not documented."),
    ELB_CLASS,
    fix="Write union, or leave the annotation out; for a dedicated load balancer create another Service.",
    why="CCE reads the missing annotation as union, and a class cannot be changed.",
    severity=Severity.WARNING,
    updates=True,
)
def the_class_is_written_from_the_start(service: Service, cluster: Cluster) -> Iterator[Problem]:
    old, new = service.before[ELB_CLASS], service[ELB_CLASS]
    named = any(owner in service.before for owner in (ELB_ID, ELB_IP, AUTOCREATE))
    if named and old is None and new == "performance":
        yield invalid(ELB_CLASS.where, new, "a class that was not written counts as union: it cannot be changed")
