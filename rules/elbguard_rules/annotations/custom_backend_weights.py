"""kubernetes.io/elb.custom-backend-weights: weights of backends."""

from typing import Annotated, Any, ClassVar, Final

from pydantic import MISSING

from elbguard_rules.core.annotation import Annotation
from elbguard_rules.core.fact import Subject, Tier, fact
from elbguard_rules.core.facts import since
from elbguard_rules.core.gate import introduced
from elbguard_rules.core.jsonvalue import JsonValue, Object
from elbguard_rules.core.need import dedicated, turbo
from elbguard_rules.core.problem import Kind, Severity
from elbguard_rules.core.rule import Rule
from elbguard_rules.core.shapes import Shape, refuse
from elbguard_rules.core.wording import kind_of
from elbguard_rules.documents import WEIGHTS


class _Array(Shape):
    """A JSON array of anything."""

    def check(self, value: Any) -> Any:
        """Refuse what is no array."""
        if not isinstance(value, list):
            refuse(Kind.INVALID, f"must be a JSON array, in brackets; found {kind_of(value)}")
        return value

    def keywords(self, kind: str = "string") -> dict[str, Any]:
        """`type`."""
        return {"type": "array"}


class BackendWeights(JsonValue):
    """What was seen of the JSON object, in an example."""

    is_complete: ClassVar[bool] = False

    defaultWeight: Annotated[  # noqa: N815 - the word of CCE
        int | MISSING,
        Rule(
            "ELB342",
            "default-weight-not-a-number",
            "The weight of the backends that no group names is a whole number.",
            WEIGHTS.quote('"defaultWeight": 12', "Seen in an example only, so this refuses nothing."),
            'Write a number without quotes, such as "defaultWeight": 12.',
            Severity.WARNING,
        ),
    ] = MISSING
    groups: Annotated[
        Any | MISSING,
        _Array(),
        Rule(
            "ELB343",
            "weight-groups-not-an-array",
            "The groups of backends with a weight of their own are an array.",
            WEIGHTS.quote('"groups": [', "Seen in an example only, so this refuses nothing."),
            "Write the groups between brackets.",
            Severity.WARNING,
        ),
    ] = MISSING


CUSTOM_BACKEND_WEIGHTS: Final[Annotation[BackendWeights]] = Annotation(
    "kubernetes.io/elb.custom-backend-weights",
    Object(BackendWeights),
    Rule(
        "ELB340",
        "malformed-backend-weights",
        "The weights of backends are a JSON object.",
        WEIGHTS.quote('custom-backend-weights: \'{"defaultWeight": 12, "groups": [...]}\''),
        'Write {"defaultWeight": 12, "groups": []}.',
    ),
    purpose="weights of backends",
    about=Subject.BACKENDS,
    tier=Tier.NEW,
    clouds=("huawei",),
    gates=(
        introduced(
            "ELB341",
            "backend-weights-on-old-cluster",
            WEIGHTS.quote(
                "v1.29.15-r60, v1.30.14-r60, v1.31.14-r20, v1.32.9-r20, v1.33.7-r20, v1.34.3-r10, v1.35.1-r0"
            ),
            since(
                "v1.29.15-r60",
                "v1.30.14-r60",
                "v1.31.14-r20",
                "v1.32.9-r20",
                "v1.33.7-r20",
                "v1.34.3-r10",
                "v1.35.1-r0",
            ),
            what="Weights of backends exist",
        ),
    ),
    needs=(
        dedicated(
            "ELB344",
            "backend-weights-on-a-shared-load-balancer",
            WEIGHTS.quote("Only dedicated load balancers support weights of backends."),
            says="Weights of backends need a dedicated load balancer.",
        ),
        turbo(
            "ELB345",
            "backend-weights-without-turbo",
            WEIGHTS.quote("CCE Turbo cluster, pods of a StatefulSet", "The pods are not seen here."),
            says="Weights of backends have an effect in CCE Turbo clusters.",
        ),
    ),
    facts=(
        fact("Its members defaultWeight and groups are known from an example only.", WEIGHTS, "ELB342", "ELB343"),
        fact("It excludes the other keys of weights and elb.port-ranges.", WEIGHTS, "ELB333", "ELB346", "ELB347"),
        fact("The pods belong to a StatefulSet.", WEIGHTS, because="Pods are not part of a Service."),
    ),
)
