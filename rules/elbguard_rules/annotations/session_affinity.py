"""kubernetes.io/elb.session-affinity-mode and -option: sticky sessions by the client's address."""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Final

from pydantic import MISSING

from elbguard_rules.core.annotation import Annotation
from elbguard_rules.core.choice import Choice
from elbguard_rules.core.default import Default, told
from elbguard_rules.core.fact import FILLED_IN, Subject, Tier, fact
from elbguard_rules.core.jsonvalue import JsonValue, Object
from elbguard_rules.core.rule import Rule
from elbguard_rules.core.service import Service
from elbguard_rules.core.shapes import Whole
from elbguard_rules.documents import ADVANCED, CONTROLLER, OPEN_SOURCE, STICKY, TABLE_1, TABLE_2, TABLE_4, TLS

SESSION_AFFINITY_MODE: Final[Annotation[str]] = Annotation(
    "kubernetes.io/elb.session-affinity-mode",
    Choice("SOURCE_IP"),
    Rule(
        "ELB310",
        "unknown-sticky-mode",
        "A sticky session of a LoadBalancer Service goes by the source address, SOURCE_IP.",
        TABLE_1.quote(
            "Disabling sticky session: Do not set this parameter. Enabling sticky session: Set this parameter to"
            " SOURCE_IP",
            "An empty text counts as absent. HTTP_COOKIE and APP_COOKIE belong to Services behind an ELB ingress.",
        ),
        "Write SOURCE_IP, or remove the annotation to switch sticky sessions off.",
        covers=("S024", "S032"),
    ),
    purpose="sticky sessions by the client's address",
    about=Subject.SPREADING,
    tier=Tier.CORE,
    facts=(
        fact("Cookies are for Services behind an Ingress.", STICKY, "ELB310"),
        fact("In a standard cluster it goes with externalTrafficPolicy Local.", TABLE_4, "ELB322"),
        fact("The workload speaks TCP, says the older document; TCP or UDP, say newer ones.", ADVANCED, "ELB321"),
        fact("A TLS listener has no sticky sessions.", TLS, "ELB561"),
        fact("It wants a listener of layer 4.", ADVANCED, "ELB562"),
        fact("In a Turbo cluster it takes a dedicated load balancer.", STICKY, "ELB324"),
    ),
)


@told("sticky sessions are on")
def _is_sticky(service: Service) -> bool:
    return service[SESSION_AFFINITY_MODE] == "SOURCE_IP"


class SessionAffinityOption(JsonValue):
    """The members of the JSON object (Table 2)."""

    foreign: ClassVar[Mapping[str, str]] = {
        "type": "the open-source controller reads it, CCE does not: the mode is set by"
        ' kubernetes.io/elb.session-affinity-mode, and only the time here: {"persistence_timeout": "60"}',
        "app_cookie_name": "cookies are for Services behind an ELB ingress; CCE ignores it here",
    }

    persistence_timeout: Annotated[
        str | MISSING,
        Whole(1, 60, "minutes"),
        Rule(
            "ELB312",
            "persistence-timeout-out-of-range",
            "A sticky session lasts 1 to 60 minutes, written as a string.",
            TABLE_2.quote(
                "String. Sticky session timeout, in minutes. Value range: 1 to 60. Default value: 60",
                "Mandatory, says the table, and has a default: it is filled in.",
            ),
            'Write the minutes as a string, such as "60".',
            covers=("S045",),
        ),
        Default("60", _is_sticky),
    ] = MISSING


SESSION_AFFINITY_OPTION: Final[Annotation[SessionAffinityOption]] = Annotation(
    "kubernetes.io/elb.session-affinity-option",
    Object(SessionAffinityOption),
    Rule(
        "ELB311",
        "malformed-sticky-option",
        "The timeout of sticky sessions is given in a JSON object.",
        TABLE_2.quote("persistence_timeout"),
        'Write {"persistence_timeout": "60"}.',
        covers=("S033",),
    ),
    purpose="sticky sessions by the client's address",
    about=Subject.SPREADING,
    tier=Tier.CORE,
    default=Default("{}", _is_sticky),
    facts=(
        fact("The timeout is mandatory in it.", TABLE_2, "ELB313"),
        fact("A JSON number there is not understood.", CONTROLLER, "ELB312"),
        fact("The timeout is 60 where it is not given.", TABLE_2, because=FILLED_IN),
        fact("Without the mode it has no effect.", TABLE_2, "ELB320"),
        fact("app_cookie_name and type are words of Ingresses and of other products.", OPEN_SOURCE, "ELB902"),
    ),
)
