"""kubernetes.io/elb.health-check-options: health checks port by port."""

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Annotated, Any, ClassVar, Final

from pydantic import MISSING

from elbguard_rules.core.annotation import Annotation
from elbguard_rules.core.check import Problems, rule
from elbguard_rules.core.digits import between
from elbguard_rules.core.elements import At, each
from elbguard_rules.core.fact import ALLOWS, CLOUD_FILLS_IN, Subject, Tier, fact
from elbguard_rules.core.facts import Cluster, since
from elbguard_rules.core.gate import introduced
from elbguard_rules.core.jsonvalue import ArrayOf, JsonValue
from elbguard_rules.core.problem import ABSENT, Kind, Problem, Severity, Where, duplicate, invalid, required
from elbguard_rules.core.reading import Malformed
from elbguard_rules.core.record import record
from elbguard_rules.core.rule import Rule
from elbguard_rules.core.service import Service
from elbguard_rules.core.shapes import Shape, Whole, refuse
from elbguard_rules.documents import ADVANCED, CONCLUSION, CREATING, HEALTH
from elbguard_rules.vocabulary.checks import (
    LONGEST_PATH,
    SECONDS,
    TRIES,
    CheckProtocol,
    long_path,
    path_without_slash,
    transport,
)

_TARGET: Final = re.compile(r"([A-Za-z]+):([0-9]{1,5})", re.ASCII)
_STRINGS: Final = "All values are strings, the numbers too."


class _Target(Shape):
    """A port with its protocol, such as TCP:80."""

    def check(self, value: str) -> str:
        """Refuse another form, and what is no port."""
        match = _TARGET.fullmatch(value)
        if not match:
            refuse(Kind.INVALID, 'must be PROTOCOL:PORT, such as "TCP:80"')
        if not 1 <= int(match[2]) <= 65535:
            refuse(Kind.INVALID, "a port is between 1 and 65535")
        return value

    def keywords(self, kind: str = "string") -> dict[str, Any]:
        """`pattern`; a port has up to five digits."""
        return {"pattern": f"^[A-Za-z]+:(?=[0-9]{{1,5}}$)0*({between(1, 65535)})$"}


@record
class _OrBlank(Whole):
    """A whole number written as a string, or "", which means that there is none."""

    def check(self, value: Any) -> Any:
        """Refuse what is neither."""
        return value and Whole.check(self, value)

    def keywords(self, kind: str = "string") -> dict[str, Any]:
        """What a Whole is, or nothing."""
        return {"anyOf": [Whole.keywords(self), {"maxLength": 0}]}


@record
class Target:
    """The port that a check is about."""

    protocol: str
    port: int

    def __str__(self) -> str:
        return f"{self.protocol}:{self.port}"


_COMMENTED: Final = Rule(
    "ELB431",
    "comments-in-health-check-options",
    "JSON has no comments.",
    HEALTH.quote(
        '"target_service_port": "TCP:80", // (Mandatory)',
        "An old edition of the document shows it, so it refuses nothing.",
    ),
    "Remove the comments: everything from // to the end of the line.",
    Severity.WARNING,
)


class HealthCheck(JsonValue):
    """The check of one port (Table 17); all members are strings, the numbers too."""

    commented: ClassVar[Rule | None] = _COMMENTED

    target_service_port: Annotated[
        str | MISSING,
        _Target(),
        Rule(
            "ELB434",
            "malformed-target-port",
            "The port that a health check is about is written as protocol:port.",
            ADVANCED.quote("target_service_port: the protocol and the port, such as TCP:80"),
            "Write TCP:80 for port 80 of spec.ports.",
        ),
    ] = MISSING
    monitor_port: Annotated[
        str | MISSING,
        _OrBlank(1, 65535),
        Rule(
            "ELB436",
            "monitor-port-out-of-range",
            "The port that is checked in place of the target is 1 to 65535, written as a string.",
            HEALTH.quote('"monitor_port": ""', "The empty text stands in an example: it counts as absent."),
            'Write the port as a string, such as "8080", or leave it out.',
        ),
    ] = MISSING
    delay: Annotated[
        str | MISSING,
        SECONDS,
        Rule(
            "ELB437",
            "delay-per-port-out-of-range",
            "The delay of a port's check is 1 to 50 seconds, written as a string.",
            ADVANCED.quote("delay: 1 to 50, 5 by default", _STRINGS),
            'Write the seconds as a string, such as "5".',
        ),
    ] = MISSING
    timeout: Annotated[
        str | MISSING,
        SECONDS,
        Rule(
            "ELB438",
            "timeout-per-port-out-of-range",
            "The timeout of a port's check is 1 to 50 seconds, written as a string.",
            ADVANCED.quote("timeout: 1 to 50, 10 by default", _STRINGS),
            'Write the seconds as a string, such as "10".',
        ),
    ] = MISSING
    max_retries: Annotated[
        str | MISSING,
        TRIES,
        Rule(
            "ELB439",
            "retries-per-port-out-of-range",
            "The number of retries of a port's check is 1 to 10, written as a string.",
            ADVANCED.quote("max_retries: 1 to 10, 3 by default", _STRINGS),
            'Write the number as a string, such as "3".',
        ),
    ] = MISSING
    protocol: Annotated[
        CheckProtocol | MISSING,
        Rule(
            "ELB440",
            "unknown-protocol-per-port",
            "A port is checked by TCP, UDP or HTTP.",
            ADVANCED.quote("protocol: TCP, UDP or HTTP; that of the Service port by default"),
            "Write TCP, UDP or HTTP, or leave it out to use the port's protocol.",
        ),
    ] = MISSING
    path: Annotated[
        str | MISSING,
        Rule(
            "ELB441",
            "path-per-port-not-text",
            "The path of a port's check is a string.",
            ADVANCED.quote("path: 1 to 80 characters, / by default"),
            'Write the path that the backend answers, such as "/healthz".',
        ),
    ] = MISSING
    expected_codes: Annotated[
        str | MISSING,
        Rule(
            "ELB442",
            "expected-codes-not-text",
            "The status codes that a port's check expects are a string.",
            HEALTH.quote('"expected_codes": "200-399,401,404"', "In examples only; no document says its form."),
            'Write them as a string, such as "200" or "200-399".',
            Severity.WARNING,
        ),
    ] = MISSING

    @property
    def target(self) -> Target | None:
        """The port that it is about; None where it does not say so. Raises Malformed."""
        if self.target_service_port is MISSING:
            return None
        protocol, _, port = self.target_service_port.partition(":")
        return Target(protocol.upper(), int(port))


HEALTH_CHECK_OPTIONS: Final[Annotation[tuple[HealthCheck, ...]]] = Annotation(
    "kubernetes.io/elb.health-check-options",
    ArrayOf(HealthCheck),
    Rule(
        "ELB430",
        "malformed-health-check-options",
        "The health checks port by port are a JSON array of objects.",
        ADVANCED.quote("health-check-options: Table 17, an array of objects"),
        'Write [{"target_service_port": "TCP:80", "protocol": "TCP", "delay": "5"}].',
    ),
    purpose="health checks port by port",
    about=Subject.CHECKING,
    tier=Tier.DOCUMENTED,
    gates=(
        introduced(
            "ELB433",
            "checks-per-port-on-old-cluster",
            HEALTH,
            since("v1.19.16-r5", "v1.21.8-r0", "v1.23.6-r0", "v1.25.2-r0"),
            what="Health checks port by port exist",
            fix="Use kubernetes.io/elb.health-check-option, or upgrade the cluster.",
        ),
    ),
    facts=(
        fact("It is a JSON array of objects; one old page shows a single object.", HEALTH, "ELB430", "ELB432"),
        fact(
            "An entry has a target_service_port, protocol and port in capitals.",
            HEALTH,
            "ELB434",
            "ELB435",
            "ELB446",
        ),
        fact("The target is an entry of spec.ports.", HEALTH, "ELB452"),
        fact("Each port has one entry.", CONCLUSION, "ELB448"),
        fact("Ports may be left out.", HEALTH, because=ALLOWS),
        fact("It does not stand beside elb.health-check-option.", HEALTH, "ELB450"),
        fact("monitor_port is a string of 1 to 65535, empty for the Service's port.", ADVANCED, "ELB436"),
        fact("protocol is TCP, UDP or HTTP.", ADVANCED, "ELB440", "ELB447"),
        fact("TCP ports are checked by TCP or HTTP, UDP ports by UDP.", CREATING, "ELB449"),
        fact("path has 1 to 80 characters; Huawei Cloud's pages allow 10000.", ADVANCED, "ELB441", "ELB443", "ELB453"),
        fact("path begins with a slash.", CREATING, "ELB444"),
        fact("A check by HTTP has a path.", ADVANCED, "ELB445"),
        fact("Checks that are off need no options.", CONCLUSION, "ELB451"),
        fact("Members left out have defaults.", ADVANCED, because=CLOUD_FILLS_IN),
    ),
)


@rule(
    "ELB432",
    "checks-without-brackets",
    "The health checks port by port stand in the brackets of an array, a single one too.",
    HEALTH.quote('health-check-options: \'{ "target_service_port": ...', "An old edition shows one object alone."),
    HEALTH_CHECK_OPTIONS,
    fix="Put [ in front of the object and ] behind it.",
    why="newer documents describe an array; whether one object alone still works is not documented.",
    severity=Severity.WARNING,
)
def an_array_stands_in_brackets(service: Service, cluster: Cluster) -> Problems:
    reading = service.reading(HEALTH_CHECK_OPTIONS)
    if reading and reading.lone:
        detail = "one object alone: write it as an array, in brackets"
        yield Problem(HEALTH_CHECK_OPTIONS.where, Kind.INVALID, ABSENT, detail)


def targets(service: Service) -> Iterator[tuple[Target, str, Where]]:
    """The ports that checks are about, as read, as written, and where; those that can be read."""
    checks = service[HEALTH_CHECK_OPTIONS]
    for index, check in enumerate(checks or ()):
        with suppress(Malformed):
            if check.target:
                yield (
                    check.target,
                    str(check.target_service_port),
                    HEALTH_CHECK_OPTIONS.at(index, "target_service_port"),
                )


@rule(
    "ELB435",
    "check-without-target-port",
    "A health check in the list says which port it is about.",
    ADVANCED.quote("target_service_port: mandatory"),
    HEALTH_CHECK_OPTIONS,
    fix='Add "target_service_port" with the protocol and number of a port, such as "TCP:80".',
)
@each(HEALTH_CHECK_OPTIONS)
def a_check_names_its_port(check: HealthCheck, at: At) -> Problems:
    if check.target_service_port is MISSING:
        yield required(at("target_service_port"), 'must name the port that the check is about, such as "TCP:80"')


@rule(
    "ELB443",
    "path-per-port-over-80",
    "The path of a port's check has at most 80 characters.",
    ADVANCED.quote("path: 1 to 80 characters"),
    HEALTH_CHECK_OPTIONS,
    fix="Use a shorter path.",
    severity=Severity.WARNING,
)
@each(HEALTH_CHECK_OPTIONS)
def paths_are_short(check: HealthCheck, at: At) -> Problems:
    yield from long_path(check.path, at("path"))


@rule(
    "ELB453",
    "path-per-port-too-long",
    "The path of a port's check has at most 10000 characters.",
    HEALTH.quote("path: 1 to 80 characters", "Huawei Cloud's pages allow 10000; above that nobody allows it."),
    HEALTH_CHECK_OPTIONS,
    fix="Use a shorter path.",
)
@each(HEALTH_CHECK_OPTIONS)
def paths_have_an_end(check: HealthCheck, at: At) -> Problems:
    if check.path is not MISSING and len(check.path) > LONGEST_PATH:
        yield Problem(at("path"), Kind.TOO_LONG, ABSENT, f"may not be more than {LONGEST_PATH} characters")


@rule(
    "ELB444",
    "path-per-port-without-slash",
    "The path of a port's check starts with a slash.",
    CREATING.quote("must start with a slash (/)"),
    HEALTH_CHECK_OPTIONS,
    fix="Put a slash in front of the path.",
    severity=Severity.WARNING,
)
@each(HEALTH_CHECK_OPTIONS)
def paths_start_with_a_slash(check: HealthCheck, at: At) -> Problems:
    yield from path_without_slash(check.path, at("path"))


@rule(
    "ELB445",
    "http-check-per-port-without-path",
    "A port's check by HTTP asks for a path of at least one character.",
    ADVANCED.quote("path: mandatory with HTTP, 1 to 80 characters"),
    HEALTH_CHECK_OPTIONS,
    fix="Write the path that the backend answers, such as /healthz, or leave it out to use /.",
    severity=Severity.WARNING,
)
@each(HEALTH_CHECK_OPTIONS)
def http_checks_ask_for_a_path(check: HealthCheck, at: At) -> Problems:
    if check.protocol == "HTTP" and check.path == "":
        yield required(at("path"), "must be 1 to 80 characters, such as /healthz")


@rule(
    "ELB446",
    "target-port-in-lower-case",
    "The protocol of the port that a check is about is written in capitals.",
    ADVANCED.quote("TCP:80"),
    HEALTH_CHECK_OPTIONS,
    fix="Write TCP:80 for tcp:80.",
    why="every example does; whether lower case works is not documented.",
    severity=Severity.WARNING,
)
@each(HEALTH_CHECK_OPTIONS)
def targets_are_in_capitals(check: HealthCheck, at: At) -> Problems:
    written = check.target_service_port
    if written is not MISSING and written != written.upper():
        yield invalid(at("target_service_port"), written, f'write "{written.upper()}"')


@rule(
    "ELB447",
    "udp-connect-per-port",
    "A check of a port by UDP is written as UDP.",
    ADVANCED.quote("protocol: TCP, UDP or HTTP"),
    HEALTH_CHECK_OPTIONS,
    fix="Write UDP for UDP_CONNECT.",
    why="UDP_CONNECT is the word of older documents for the check of all ports; the list came later.",
    severity=Severity.WARNING,
)
@each(HEALTH_CHECK_OPTIONS)
def the_word_is_udp(check: HealthCheck, at: At) -> Problems:
    target = check.target
    if check.protocol == "UDP_CONNECT" and (target is None or target.protocol != "TCP"):  # ELB449 refuses that
        yield invalid(at("protocol"), "UDP_CONNECT", 'the documents write "UDP" here')


@rule(
    "ELB448",
    "target-port-checked-twice",
    "A port has one health check, so it is listed once.",
    ADVANCED.quote("target_service_port"),
    HEALTH_CHECK_OPTIONS,
    fix="Remove one of the two checks.",
)
def a_port_has_one_check(service: Service, cluster: Cluster) -> Problems:
    seen: set[Target] = set()
    for target, written, where in targets(service):
        if target in seen:
            yield duplicate(where, written, "a port has one health check")
        seen.add(target)


@rule(
    "ELB449",
    "check-per-port-by-another-protocol",
    "A TCP port is checked by TCP or HTTP, a UDP port by UDP.",
    HEALTH.quote("For a TCP port the protocol can only be TCP or HTTP; for a UDP port it must be UDP"),
    HEALTH_CHECK_OPTIONS,
    fix="Leave protocol out, or write the one that fits the port.",
)
@each(HEALTH_CHECK_OPTIONS)
def the_protocol_fits_the_target(check: HealthCheck, at: At) -> Problems:
    target, protocol = check.target, check.protocol
    if target is None or protocol is MISSING or target.protocol not in ("TCP", "UDP"):
        return
    if transport(protocol) != target.protocol:
        yield invalid(at("protocol"), protocol, f"the port is {target}")
