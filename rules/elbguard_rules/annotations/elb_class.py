"""kubernetes.io/elb.class: whether the load balancer is shared or dedicated, or a NAT gateway serves in its place."""

from typing import Final, Literal, get_args

from elbguard_rules.annotations.autocreate import AUTOCREATE
from elbguard_rules.core.annotation import Annotation
from elbguard_rules.core.choice import Choice
from elbguard_rules.core.default import Default, told
from elbguard_rules.core.fact import ALLOWS, FILLED_IN, Subject, Tier, fact
from elbguard_rules.core.facts import Unknown, since
from elbguard_rules.core.gate import introduced
from elbguard_rules.core.policy import Policy
from elbguard_rules.core.rule import Rule
from elbguard_rules.core.service import Service
from elbguard_rules.documents import ADVANCED, AUTOPILOT, CONCLUSION, DNAT, NOTES, OPEN_SOURCE, TABLE_1

Class = Literal["union", "performance", "dnat"]


@told("`union` for a load balancer to create, unless members of a dedicated one are given")
def _default(service: Service, policy: Policy) -> str | None:
    if policy.default_class:
        return policy.default_class
    lb = service[AUTOCREATE]
    return None if lb is None or lb.dedicated_members else "union"


ELB_CLASS: Final[Annotation[Class]] = Annotation(
    "kubernetes.io/elb.class",
    Choice(
        *get_args(Class),
        hints={
            "shared": "union",
            "dedicated": "performance",
            "elasticity": "union",
            "elb": "performance",
        },
        whose={
            "shared": "the open-source controller",
            "dedicated": "the open-source controller",
            "elasticity": "the open-source controller",
            "elb": "container instances (CCI)",
        },
    ),
    Rule(
        "ELB101",
        "unknown-class",
        "The class is union (shared), performance (dedicated) or dnat (a NAT gateway).",
        TABLE_1.quote(
            "union: shared load balancer; performance: dedicated load balancer", "An empty text counts as absent."
        ),
        "Write union for a shared load balancer, performance for a dedicated one, dnat for a NAT gateway.",
        covers=("S031",),
    ),
    purpose="whether the load balancer is shared or dedicated, or a NAT gateway serves in its place",
    about=Subject.WHICH,
    tier=Tier.CORE,
    after_create="kept",
    keeps=get_args(Class).__contains__,
    default=Default(_default),
    gates=(
        introduced(
            "ELB102",
            "dedicated-on-old-cluster",
            NOTES.quote("Dedicated ELB load balancers can be used only in clusters of v1.17 and later."),
            since("v1.17"),
            what="Dedicated load balancers exist",
            fix="Use class union, or upgrade the cluster.",
            covers=("S008", "S052"),
            of=lambda value: value == "performance",
            feature="class performance",
        ),
    ),
    facts=(
        fact("Other products say shared, dedicated or elb for these two.", OPEN_SOURCE, "ELB101"),
        fact("Where the key is absent or empty the load balancer is shared.", TABLE_1, because=FILLED_IN),
        fact("With dnat a NAT gateway's DNAT rule serves in the place of a load balancer.", DNAT, because=ALLOWS),
        fact("Once given it stays.", ADVANCED, "ELB701"),
        fact("An Autopilot cluster uses dedicated load balancers.", AUTOPILOT, "ELB632"),
        fact("What never was a class may become one.", CONCLUSION, "ELB713"),
    ),
)


def is_dnat(service: Service) -> bool:
    """Whether a NAT gateway serves in the place of a load balancer."""
    return service.annotations.get(ELB_CLASS.key) == "dnat"


def class_of(service: Service) -> Class:
    """The class of the Service's load balancer: as written, union for one to be created (Table 1, default union).

    Raises Unknown for an existing load balancer whose class is not written: the Service does not tell.
    """
    written = service[ELB_CLASS]
    if written:
        return written
    if service[AUTOCREATE] is not None:
        return "union"
    raise Unknown("class of the existing load balancer (kubernetes.io/elb.class is not written)")
