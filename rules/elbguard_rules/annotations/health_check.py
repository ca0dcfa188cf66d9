"""kubernetes.io/elb.health-check-flag and -option: how the load balancer finds out which backends are well."""

from collections.abc import Iterator
from typing import Annotated, Final

from pydantic import MISSING

from elbguard_rules.annotations.health_check_options import HEALTH_CHECK_OPTIONS
from elbguard_rules.core.annotation import Annotation
from elbguard_rules.core.check import rule
from elbguard_rules.core.choice import Choice
from elbguard_rules.core.default import Default, told
from elbguard_rules.core.fact import FILLED_IN, Subject, Tier, fact
from elbguard_rules.core.facts import Cluster, in_otc
from elbguard_rules.core.jsonvalue import JsonValue, Object
from elbguard_rules.core.limits import some
from elbguard_rules.core.policy import Policy
from elbguard_rules.core.problem import Problem, Severity, forbidden, invalid, required, unsupported
from elbguard_rules.core.rule import Rule
from elbguard_rules.core.service import Service
from elbguard_rules.core.shapes import Length
from elbguard_rules.documents import ADVANCED, CONCLUSION, CREATING, READINESS, TABLE_1, TABLE_3
from elbguard_rules.vocabulary.checks import SECONDS, TRIES, CheckProtocol, long_path, path_without_slash, transport

HEALTH_CHECK_FLAG: Final[Annotation[str]] = Annotation(
    "kubernetes.io/elb.health-check-flag",
    Choice(
        "on",
        "off",
        hints={
            **dict.fromkeys(("true", "yes", "enable", "enabled"), "on"),
            **dict.fromkeys(("false", "no", "disable", "disabled"), "off"),
        },
    ),
    Rule(
        "ELB401",
        "unknown-health-check-flag",
        "The health check is on or off.",
        TABLE_1.quote(
            "Disabled by default. Enabling health check: Leave blank this parameter or set it to on."
            " Disabling health check: Set this parameter to off.",
            "The two sentences about the default contradict each other: nothing is filled in, and absent is neither.",
        ),
        'Write "on" or "off", in quotes: YAML reads the bare words as true and false.',
        covers=("S038",),
    ),
    purpose="how the load balancer finds out which backends are well",
    about=Subject.CHECKING,
    tier=Tier.CORE,
    facts=(
        fact("A check that is on says how it checks.", ADVANCED, "ELB424"),
        fact(
            "Documents differ on what an absent flag means.",
            READINESS,
            because="Nothing is filled in, and an absent flag is never blamed.",
        ),
    ),
)


@told("the health check is not switched off")
def _is_checked(service: Service) -> bool:
    return service[HEALTH_CHECK_FLAG] != "off"


@told("the health check is switched on, and not described per port")
def _is_switched_on(service: Service) -> bool:
    flag = service.annotations.get(HEALTH_CHECK_FLAG.key)
    return flag in ("on", "") and HEALTH_CHECK_OPTIONS.key not in service.annotations


@told("`TCP` where all ports are TCP")
def _protocol(service: Service, policy: Policy) -> str | None:
    """`TCP` where all ports are TCP. For UDP the documents disagree about the word, so none is written."""
    return "TCP" if {port.protocol for port in service.ports} == {"TCP"} else None


@told("the protocol is HTTP")
def _by_http(service: Service) -> bool:
    option = service[HEALTH_CHECK_OPTION]
    return _is_checked(service) and option is not None and option.protocol == "HTTP"


def _times(id: str, name: str, says: str, quote: str, covers: str, fix: str) -> Rule:  # noqa: A002
    return Rule(id, name, says, TABLE_3.quote(quote), fix, covers=(covers,))


class HealthCheckOption(JsonValue):
    """The members of the JSON object (Table 3); all of them are strings, the numbers too."""

    delay: Annotated[
        str | MISSING,
        SECONDS,
        _times(
            "ELB411",
            "delay-out-of-range",
            "The delay is 1 to 50 seconds, written as a string.",
            "String. Value range: 1 to 50. Default value: 5",
            "S047",
            'Write the seconds as a string, such as "5".',
        ),
        Default("5", _is_checked),
    ] = MISSING
    timeout: Annotated[
        str | MISSING,
        SECONDS,
        _times(
            "ELB412",
            "timeout-out-of-range",
            "The timeout is 1 to 50 seconds, written as a string.",
            "String. Health check timeout, in seconds. Value range: 1 to 50. Default value: 10",
            "S048",
            'Write the seconds as a string, such as "10".',
        ),
        Default("10", _is_checked),
    ] = MISSING
    max_retries: Annotated[
        str | MISSING,
        TRIES,
        _times(
            "ELB413",
            "retries-out-of-range",
            "The number of retries is 1 to 10, written as a string.",
            "String. Maximum number of health check retries. Value range: 1 to 10. Default value: 3",
            "S049",
            'Write the number as a string, such as "3".',
        ),
        Default("3", _is_checked),
    ] = MISSING
    protocol: Annotated[
        CheckProtocol | MISSING,
        Rule(
            "ELB414",
            "unknown-health-check-protocol",
            "Backends are checked by TCP, UDP_CONNECT (UDP in newer documents) or HTTP.",
            TABLE_3.quote(
                "Default value: protocol of the associated Service. Value options: TCP, UDP_CONNECT, or HTTP",
                "Newer editions write UDP for UDP_CONNECT: both are accepted.",
            ),
            "Write TCP, UDP_CONNECT or HTTP, or leave it out to use the Service's protocol.",
            covers=("S026", "S050"),
        ),
        Default(_protocol, _is_checked),
    ] = MISSING
    path: Annotated[
        str | MISSING,
        Length(0, 10_000),
        Rule(
            "ELB415",
            "health-check-path-too-long",
            "The path of an HTTP check has 1 to 10000 characters.",
            TABLE_3.quote("Health check URL. Default value: / The value can contain 1 to 10,000 characters."),
            "Write the path that the backend answers, such as /healthz.",
            covers=("S051",),
        ),
        Default("/", _by_http),
    ] = MISSING


HEALTH_CHECK_OPTION: Final[Annotation[HealthCheckOption]] = Annotation(
    "kubernetes.io/elb.health-check-option",
    Object(HealthCheckOption),
    Rule(
        "ELB410",
        "malformed-health-check-option",
        "The health check is described by a JSON object.",
        TABLE_3.quote("ELB health check configuration items."),
        'Write {"protocol": "TCP", "delay": "5", "timeout": "10", "max_retries": "3"}.',
        covers=("S039",),
    ),
    purpose="how the load balancer finds out which backends are well",
    about=Subject.CHECKING,
    tier=Tier.CORE,
    default=Default("{}", _is_switched_on),
    facts=(
        fact("Open Telekom Cloud calls UDP_CONNECT UDP.", ADVANCED, "ELB426"),
        fact("Members left out have defaults.", TABLE_3, because=FILLED_IN),
        fact("TCP ports are checked by TCP or HTTP, UDP ports by UDP.", CREATING, "ELB425"),
        fact("A check by HTTP has a path.", TABLE_3, "ELB420"),
        fact("Newer documents know paths of up to 80 characters.", ADVANCED, "ELB421"),
        fact("path begins with a slash.", CREATING, "ELB422"),
        fact("A check that is off needs no option.", CONCLUSION, "ELB423"),
        fact(
            "Checks by UDP need a security group that lets ICMP pass.",
            CREATING,
            because="Security groups are known to the cloud only.",
        ),
    ),
)


@rule(
    "ELB420",
    "http-check-without-path",
    "A check by HTTP asks for a path of at least one character.",
    TABLE_3.quote("This parameter needs to be configured when the protocol is HTTP."),
    HEALTH_CHECK_OPTION,
    fix="Write the path that the backend answers, such as /healthz, or leave it out to use /.",
    covers=("S051",),
)
def http_check_needs_a_path(service: Service, cluster: Cluster) -> Iterator[Problem]:
    option = service[HEALTH_CHECK_OPTION]
    if option and option.protocol == "HTTP" and option.path == "":
        yield required(HEALTH_CHECK_OPTION.at("path"), "must be 1 to 10000 characters, such as /healthz")


@rule(
    "ELB421",
    "health-check-path-over-80",
    "The path of a health check has at most 80 characters in newer documents.",
    ADVANCED.quote("path: 1 to 80 characters, must start with a slash (/)"),
    HEALTH_CHECK_OPTION,
    fix="Use a shorter path.",
    severity=Severity.WARNING,
)
def newer_documents_allow_80_characters(service: Service, cluster: Cluster) -> Iterator[Problem]:
    option = service[HEALTH_CHECK_OPTION]
    if option:
        yield from long_path(option.path, HEALTH_CHECK_OPTION.at("path"))


@rule(
    "ELB422",
    "health-check-path-without-slash",
    "The path of a health check starts with a slash.",
    CREATING.quote("must start with a slash (/)"),
    HEALTH_CHECK_OPTION,
    fix="Put a slash in front of the path.",
    severity=Severity.WARNING,
)
def a_path_starts_with_a_slash(service: Service, cluster: Cluster) -> Iterator[Problem]:
    option = service[HEALTH_CHECK_OPTION]
    if option:
        yield from path_without_slash(option.path, HEALTH_CHECK_OPTION.at("path"))


@rule(
    "ELB423",
    "option-of-a-check-that-is-off",
    "A health check that is off needs no option.",
    TABLE_1.quote("Disabling health check: Set this parameter to off."),
    HEALTH_CHECK_OPTION,
    fix="Switch the check on, or leave the option out.",
    severity=Severity.WARNING,
    covers=("S038",),
)
def an_option_needs_a_check(service: Service, cluster: Cluster) -> Iterator[Problem]:
    if service[HEALTH_CHECK_FLAG] == "off" and HEALTH_CHECK_OPTION in service:
        yield forbidden(HEALTH_CHECK_OPTION.where, "has no effect while kubernetes.io/elb.health-check-flag is off")


@rule(
    "ELB424",
    "check-without-option",
    "A health check that is switched on says how the backends are checked.",
    ADVANCED.quote("on requires health-check-option or health-check-options"),
    HEALTH_CHECK_FLAG,
    fix="Add kubernetes.io/elb.health-check-option, or kubernetes.io/elb.health-check-options port by port.",
    why="newer documents ask for it; elbguard fills the documented defaults in unless that is switched off.",
    severity=Severity.WARNING,
)
def newer_documents_want_an_option(service: Service, cluster: Cluster) -> Iterator[Problem]:
    per_port = service[HEALTH_CHECK_OPTIONS]
    if service[HEALTH_CHECK_FLAG] == "on" and HEALTH_CHECK_OPTION not in service and not per_port:
        yield required(
            HEALTH_CHECK_OPTION.where, "newer documents ask for it when kubernetes.io/elb.health-check-flag is on"
        )


@rule(
    "ELB425",
    "check-by-another-protocol",
    "Backends of TCP ports are checked by TCP or HTTP, those of UDP ports by UDP_CONNECT or UDP.",
    TABLE_3.quote("Default value: protocol of the associated Service"),
    HEALTH_CHECK_OPTION,
    fix="Leave protocol out, or write the one that fits the Service's ports.",
    severity=Severity.WARNING,
    covers=("S050",),
)
def the_protocol_fits_the_ports(service: Service, cluster: Cluster) -> Iterator[Problem]:
    option = service[HEALTH_CHECK_OPTION]
    if not option or option.protocol is MISSING:
        return
    served = {port.protocol for port in service.ports}
    if served and transport(option.protocol) not in served:
        ports = some(sorted(served), " and ")
        yield invalid(HEALTH_CHECK_OPTION.at("protocol"), option.protocol, f"the ports of this Service are {ports}")


@rule(
    "ELB426",
    "udp-connect-in-otc",
    "Backends are checked by TCP, UDP or HTTP in Open Telekom Cloud, which does not document UDP_CONNECT.",
    ADVANCED.quote("protocol: TCP, UDP, or HTTP"),
    HEALTH_CHECK_OPTION,
    fix="Write UDP.",
    severity=Severity.WARNING,
)
def otc_says_udp(service: Service, cluster: Cluster) -> Iterator[Problem]:
    option = service[HEALTH_CHECK_OPTION]
    if option and option.protocol == "UDP_CONNECT" and in_otc(cluster):
        hint = "Open Telekom Cloud has no others"
        yield unsupported(HEALTH_CHECK_OPTION.at("protocol"), "UDP_CONNECT", ("TCP", "UDP", "HTTP"), hint, meant="UDP")
