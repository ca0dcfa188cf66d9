"""Health checks of all ports and of single ones, the switch, and the Service's ports."""

from elbguard_rules.annotations.health_check import HEALTH_CHECK_FLAG, HEALTH_CHECK_OPTION
from elbguard_rules.annotations.health_check_options import HEALTH_CHECK_OPTIONS, targets
from elbguard_rules.core.check import Problems, rule
from elbguard_rules.core.facts import Cluster
from elbguard_rules.core.limits import some
from elbguard_rules.core.problem import Severity, forbidden, invalid
from elbguard_rules.core.service import Service
from elbguard_rules.documents import ADVANCED, TABLE_1


@rule(
    "ELB450",
    "option-beside-options",
    "Health checks are described for all ports at once or port by port, not both.",
    ADVANCED.quote("health-check-option and health-check-options: use one or the other"),
    HEALTH_CHECK_OPTIONS,
    fix="Remove kubernetes.io/elb.health-check-option or kubernetes.io/elb.health-check-options.",
)
def one_of_the_two(service: Service, cluster: Cluster) -> Problems:
    if HEALTH_CHECK_OPTION in service and HEALTH_CHECK_OPTIONS in service:
        yield forbidden(HEALTH_CHECK_OPTIONS.where, "not together with kubernetes.io/elb.health-check-option")


@rule(
    "ELB451",
    "options-of-checks-that-are-off",
    "Health checks that are off are not described port by port.",
    TABLE_1.quote("Disabling health check: Set this parameter to off."),
    HEALTH_CHECK_OPTIONS,
    fix="Switch the checks on, or leave the options out.",
    severity=Severity.WARNING,
)
def options_need_a_check(service: Service, cluster: Cluster) -> Problems:
    if service[HEALTH_CHECK_FLAG] == "off" and HEALTH_CHECK_OPTIONS in service:
        yield forbidden(HEALTH_CHECK_OPTIONS.where, "has no effect while kubernetes.io/elb.health-check-flag is off")


@rule(
    "ELB452",
    "target-port-not-in-spec",
    "The port that a health check is about is one of the Service's, by protocol and number.",
    ADVANCED.quote("target_service_port: the protocol and port of an entry of spec.ports"),
    HEALTH_CHECK_OPTIONS,
    fix='Write the protocol and port of an entry of spec.ports, such as "TCP:80".',
)
def a_target_is_a_port_of_the_service(service: Service, cluster: Cluster) -> Problems:
    served = {(port.protocol, port.number) for port in service.ports}
    lost = [each for each in targets(service) if served and (each[0].protocol, each[0].port) not in served]
    ports = (f"{port.protocol}:{port.number}" for port in service.ports if port.number is not None)
    listed = some(ports) if lost else ""
    for _, written, where in lost:
        yield invalid(where, written, f"no such port in spec.ports, which has {listed}")
