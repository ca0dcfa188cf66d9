"""kubernetes.io/elb.cps: how many new connections a listener takes in a second."""

from typing import Annotated, Final

from rules.core.annotation import Annotation
from rules.core.facts import since
from rules.core.gate import Gate
from rules.core.rule import Rule
from rules.core.shapes import Digits
from rules.documents import LIMITS

CPS: Final[Annotation[str]] = Annotation(
    "kubernetes.io/elb.cps",
    Annotated[str, Digits("100")],
    Rule(
        "ELB841",
        "connection-rate-not-a-number",
        "The limit of new connections is a number for each second.",
        LIMITS.quote('kubernetes.io/elb.cps: "100"', "A whole number that is not negative."),
        'Write the number in digits and quotes, such as "100".',
    ),
    gates=(
        Gate(
            Rule(
                "ELB842",
                "connection-rate-on-old-cluster",
                "New connections can be limited in clusters of the releases listed and later.",
                LIMITS.quote(
                    "v1.30.14-r100, v1.31.14-r60, v1.32.13-r30, v1.33.12-r10, v1.34.8-r10, v1.35.5-r10, v1.36.2-r0"
                ),
                "Leave the annotation out, or upgrade the cluster.",
            ),
            since(
                "v1.30.14-r100",
                "v1.31.14-r60",
                "v1.32.13-r30",
                "v1.33.12-r10",
                "v1.34.8-r10",
                "v1.35.5-r10",
                "v1.36.2-r0",
            ),
        ),
    ),
)
