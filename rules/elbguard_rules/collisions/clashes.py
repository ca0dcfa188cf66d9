"""What must not be claimed twice: listeners, load balancers made for one Service, their names; and IPVS."""

from collections.abc import Iterator
from typing import Final

from elbguard_rules.annotations.autocreate import AUTOCREATE
from elbguard_rules.annotations.elb_id import ELB_ID
from elbguard_rules.annotations.pass_through import PASS_THROUGH
from elbguard_rules.collisions.claims import Claims
from elbguard_rules.collisions.collision import collision
from elbguard_rules.collisions.neighbours import Beside, Others
from elbguard_rules.core.facts import Cluster
from elbguard_rules.core.problem import Problem, duplicate, invalid, required
from elbguard_rules.documents import CREATED, HTTPS, NOTES, OBSERVED, PASSTHROUGH, TABLE_5

_MOST: Final = 3  # objects that one sentence names


def _named(others: Others) -> str:
    """`Service shop/web (web.yaml:12), Service shop/api and 3 more`."""
    more = f" and {others.count - len(others.first)} more" if others.count > len(others.first) else ""
    return ", ".join(str(each.who) for each in others.first) + more


@collision(
    "ELB930",
    "listener-of-another-service",
    "A port of a load balancer is the listener of one Service.",
    OBSERVED.quote("ELB.8907", "Two Services with the same elb.id and port; TCP and UDP may have the same number."),
    fix="Use another port or another load balancer, or make one Service of the two.",
    why="the first Service has the listener, and the other one waits: event ELB.8907.",
)
def a_listener_serves_one_service(mine: Claims, beside: Beside, cluster: Cluster) -> Iterator[Problem]:
    for taken in mine.listeners:
        if others := beside.on(taken, _MOST):
            detail = f"this {taken.transport} port of the load balancer is a listener of {_named(others)}"
            yield duplicate(taken.where, taken.value, detail, f"a listener of {others.first[0].who}")


@collision(
    "ELB931",
    "load-balancer-made-for-another",
    "A load balancer that was made for one object is used by no other.",
    CREATED.quote(
        "automatically created load balancers not be used by other resources",
        "CCE writes elb.id beside elb.autocreate on the object that it was made for. One that is retained is left out.",
    ),
    fix="Create a load balancer that belongs to no Service, and name it by kubernetes.io/elb.id in all that share it.",
    why="it is deleted along with its owner, or stays behind as residue.",
    covers=("S003",),
)
def a_made_one_is_not_shared(mine: Claims, beside: Beside, cluster: Cluster) -> Iterator[Problem]:
    if not mine.balancer:
        return
    if others := beside.owners(_MOST):
        owner = others.first[0].who
        brief = f"made for {owner}, and deleted with it"
        detail = f"was made for {_named(others)}, and is deleted with it"
        if mine.made:  # a copy of a live manifest: one of the two is wrong
            detail, brief = f"{_named(others)} was made with it too, by elb.autocreate", f"made for {owner} too"
        yield invalid(ELB_ID.where, mine.balancer, detail, brief)
    elif mine.made and (others := beside.ingresses(_MOST)):
        yield invalid(
            ELB_ID.where,
            mine.balancer,
            f"was made for this Service, is deleted with it, and is used by {_named(others)}",
            f"made for this Service, and used by {others.first[0].who}",
        )


@collision(
    "ELB932",
    "load-balancer-of-an-ingress-under-ipvs",
    "In a cluster that uses IPVS a Service and an Ingress have different load balancers.",
    NOTES.quote(
        "In a cluster using the IPVS proxy mode, if the ingress and Service use the same ELB load balancer, the ingress"
        " cannot be accessed from the nodes and containers in the cluster"
    ),
    fix="Use another load balancer for the Service, or for the Ingress.",
    why="kube-proxy takes what the nodes and pods of the cluster send to the Ingress.",
    covers=("S016",),
)
def ipvs_keeps_them_apart(mine: Claims, beside: Beside, cluster: Cluster) -> Iterator[Problem]:
    others = beside.ingresses(_MOST) if mine.balancer else None
    if others and cluster.proxy_mode == "ipvs":
        detail = f"under IPVS nodes and pods cannot reach {_named(others)}, which uses it too"
        brief = f"under IPVS nodes cannot reach {others.first[0].who}"
        yield invalid(ELB_ID.where, mine.balancer, detail, brief)


@collision(
    "ELB933",
    "listener-of-an-ingress",
    "A listener of a load balancer serves a Service or an Ingress, not both.",
    HTTPS.quote("the same listener must not be used by an ELB ingress as well"),
    fix="Use another port, or another load balancer.",
)
def a_listener_is_not_an_ingress_too(mine: Claims, beside: Beside, cluster: Cluster) -> Iterator[Problem]:
    for taken in mine.listeners:
        if others := beside.ingresses(_MOST, taken):
            detail = f"this {taken.transport} port of the load balancer is a listener of {_named(others)}"
            yield duplicate(taken.where, taken.value, detail, f"a listener of {others.first[0].who}")


@collision(
    "ELB934",
    "different-pass-through",
    "In a cluster that uses IPVS all Services of a load balancer have the same pass-through.",
    PASSTHROUGH.quote(
        "Under IPVS all Services of a load balancer carry the same setting",
        "Where the proxy mode is not known it is said all the same; onlyLocal, which CCE writes, is no author's word.",
    ),
    fix="Write the same kubernetes.io/elb.pass-through in all Services of the load balancer.",
    why="the nodes know one way to the load balancer's address, and one of the Services does not get what it asks for.",
)
def one_balancer_one_pass_through(mine: Claims, beside: Beside, cluster: Cluster) -> Iterator[Problem]:
    if not mine.balancer or (cluster.knows("proxy_mode") and cluster.proxy_mode != "ipvs"):
        return
    if others := beside.unlike(_MOST):
        theirs = others.first[0].pass_through
        has = f'"{theirs}"' if theirs else "none"
        detail = f"under IPVS all Services of a load balancer have the same one, and it is {has} in {_named(others)}"
        brief = f"under IPVS not another one than {others.first[0].who}"
        if mine.pass_through:
            yield invalid(PASS_THROUGH.where, mine.pass_through, detail, brief)
        else:
            yield required(PASS_THROUGH.where, detail)


@collision(
    "ELB935",
    "load-balancer-name-given-twice",
    "A name is given to one load balancer.",
    TABLE_5.quote("name: Name of the automatically created load balancer.", "No page says what becomes of a second."),
    fix="Give each load balancer a name of its own, or leave name out.",
    why="in the ELB console and on the bill nobody can tell them apart.",
)
def a_name_is_given_once(mine: Claims, beside: Beside, cluster: Cluster) -> Iterator[Problem]:
    others = beside.named(_MOST) if mine.given else None
    if others and not all(each.balancer and each.balancer == mine.balancer for each in others.first):
        detail = f"is the name of the load balancer that {_named(others)} has created"
        yield duplicate(AUTOCREATE.at("name"), mine.given, detail, f"given by {others.first[0].who} too")
