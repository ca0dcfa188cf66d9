"""Cures: what a rule's fix and a finding's message tell people to do, done to a Service.

A fix is read as its alternatives, parted by `, or` and by semicolons. Each is in EDITS, with the edits that do it, or
in HUMAN: what only a person can do, since it needs a fact that no Service has, another place, or a choice.
"""

import copy
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from elbguard_rules.core.finding import Finding
from elbguard_rules.core.rule import Rule
from elbguard_rules.owners import OWNERS
from elbguard_rules.relations.keys import NOT_TEXT, UNKNOWN_MEMBER, an_annotation_is_known

PREFIX: Final = "kubernetes.io/"
SIGNS: Final = ("such as ", "write ")
_NEWEST: Final = "v1.36.99-r99"
_ANNOTATIONS: Final = ("metadata", "annotations")


class NotHere(Exception):
    """A cure that this Service has no place for."""


@dataclass
class Patient:
    """A Service to cure, the one that it replaces, the settings it is judged by, and what is wrong with it."""

    raw: dict[str, Any]
    old: dict[str, Any]
    settings: dict[str, Any]
    finding: Finding

    @property
    def annotations(self) -> dict[str, Any]:
        """Its annotations, to change."""
        found: dict[str, Any] = self.raw["metadata"].setdefault("annotations", {})
        return found

    @property
    def key(self) -> str:
        """The annotation that the finding is about."""
        steps = self.finding.where.steps
        if steps[:2] != _ANNOTATIONS or len(steps) != 3:
            raise NotHere
        return str(steps[2])


Edit = Callable[[Patient], None]


def parts(fix: str) -> list[str]:
    """The alternatives that a fix names."""
    found = [part for half in fix.rstrip(".").split("; ") for part in half.split(", or ")]
    return [part[:1].upper() + part[1:] for part in found]


def cures(finding: Finding) -> Iterator[tuple[str, Edit]]:
    """What can be done about a finding without a person: its name and the edit."""
    if finding.problem.meant:
        yield from _meant(finding)
    for sign in SIGNS:
        for text in _told(finding.problem.detail, sign):
            yield (f"{sign}...", write(text))
    for part in parts(finding.rule.fix):
        yield from ((part, edit) for edit in EDITS.get(part, ()))


def _told(detail: str, sign: str) -> Iterator[Any]:
    """What a message tells behind a sign: a text in quotes, JSON, or a word."""
    _, found, rest = detail.partition(sign)
    if not found:
        return
    if rest[0] == "'":
        yield rest[1:].partition("'")[0]
    elif rest[0] in '"[{':
        yield json.JSONDecoder().raw_decode(rest)[0]
    elif sign == "such as ":
        yield rest.split()[0].rstrip(",;:")


def cured(patient: Patient, edit: Edit) -> Patient:
    """Another patient, cured. Raises NotHere where there is no place for the cure."""
    found = copy.deepcopy(Patient(patient.raw, patient.old, patient.settings, patient.finding))
    edit(found)
    return found


def unread(rule: Rule) -> list[str]:
    """The parts of a fix that are in neither table."""
    return [part for part in parts(rule.fix) if part not in EDITS and part not in HUMAN]


def _meant(finding: Finding) -> Iterator[tuple[str, Edit]]:
    meant = finding.problem.meant
    if finding.rule is an_annotation_is_known.rule:
        if " in " not in meant:
            yield ("the annotation that was meant", _renamed(meant))
    elif finding.rule is UNKNOWN_MEMBER:
        yield ("the member that was meant", _member_renamed(meant))
    elif finding.rule is NOT_TEXT or not finding.where.inner:
        yield ("the text that was meant", write(meant))
    else:
        yield ("the value that was meant", write(meant))


# ------------------------------------------------------------------------------------------------------------- edits


def annotate(name: str, value: str) -> Edit:
    """Write an annotation."""
    return lambda patient: patient.annotations.update({_full(name): value})


def without(name: str) -> Edit:
    """Remove an annotation by its name."""

    def edit(patient: Patient) -> None:
        if patient.annotations.pop(_full(name), None) is None:
            raise NotHere

    return edit


def remove(patient: Patient) -> None:
    """Remove the annotation that the finding is about."""
    if patient.annotations.pop(patient.key, None) is None:
        raise NotHere


def put_back(patient: Patient) -> None:
    """Write the annotation as it was."""
    if patient.key not in patient.old.get("metadata", {}).get("annotations", {}):
        raise NotHere
    patient.annotations[patient.key] = patient.old["metadata"]["annotations"][patient.key]


def write(value: Any) -> Edit:
    """Write a value at the finding's place: an annotation, a member or entry of its text, a field."""

    def put(holder: Any, step: Any) -> None:
        holder[step] = value

    return lambda patient: _at_place(patient, put)


def member(name: str, value: Any) -> Edit:
    """Write a member beside, or at, the one that the finding is about."""

    def put(holder: Any, step: Any) -> None:
        for other in [other for other in holder if other.lower() == name.lower()]:
            del holder[other]
        holder[name] = value

    return lambda patient: _at_place(patient, put)


def take_out(patient: Patient) -> None:
    """Remove what the finding is about: an annotation, a member or entry of its text, a field."""

    def drop(holder: Any, step: Any) -> None:
        del holder[step]

    _at_place(patient, drop)


def _without_element(patient: Patient) -> None:
    elements = json.loads(patient.annotations[patient.key])
    del elements[int(patient.finding.where.inner[0])]
    patient.annotations[patient.key] = json.dumps(elements)


def field(*path: str, value: Any = None) -> Edit:
    """Write a field, or remove it where there is no value."""

    def edit(patient: Patient) -> None:
        holder = patient.raw
        for step in path[:-1]:
            holder = holder[step]
        holder.pop(path[-1], None)
        if value is not None:
            holder[path[-1]] = value

    return edit


def listener(protocol: str) -> Edit:
    """Add an entry for a TCP port, the one that the entry names where there is such a port, to elb.protocol-port."""

    def edit(patient: Patient) -> None:
        key = _full("elb.protocol-port")
        listed = [entry for entry in str(patient.annotations.get(key, "")).split(",") if entry.strip()]
        taken = {entry.rpartition(":")[2] for entry in listed}
        ports = [p["port"] for p in patient.raw["spec"].get("ports", []) if p.get("protocol", "TCP") == "TCP"]
        free = [port for port in ports if str(port) not in taken]
        if not free:
            raise NotHere
        patient.annotations[key] = ",".join([*listed, f"{protocol}:{free[0]}"])
        if protocol == "https":
            patient.annotations.setdefault(_full("elb.cert-id"), "17e3b4f4bc40471c86741dc3aa211379")

    return edit


def text_by(change: Callable[[str], str], name: str = "") -> Edit:
    """Change the text of an annotation, that of the finding where there is no name."""

    def edit(patient: Patient) -> None:
        key = _full(name) if name else patient.key
        if not isinstance(patient.annotations.get(key), str):
            raise NotHere
        patient.annotations[key] = change(patient.annotations[key])

    return edit


def value_by(change: Callable[[Any], Any]) -> Edit:
    """Change the value at the finding's place."""

    def put(holder: Any, step: Any) -> None:
        holder[step] = change(holder[step])

    return lambda patient: _at_place(patient, put)


def _without_quic(text: str) -> str:
    return ",".join(entry for entry in text.split(",") if not entry.startswith("quic"))


def _only_private(text: str) -> str:
    return json.dumps({n: v for n, v in json.loads(text).items() if not n.lower().startswith(("bandwidth", "eip"))})


def _tcp(patient: Patient) -> None:
    """Let each port speak TCP."""
    for port in patient.raw["spec"]["ports"]:
        port["protocol"] = "TCP"


def setting(name: str, value: Any) -> Edit:
    """Change the cluster."""
    return lambda patient: patient.settings.update({name: value})


def _renamed(name: str) -> Edit:
    def edit(patient: Patient) -> None:
        if name in patient.annotations:
            raise NotHere
        patient.annotations[name] = patient.annotations.pop(patient.key)

    return edit


def _member_renamed(name: str) -> Edit:
    def put(holder: Any, step: Any) -> None:
        if name in holder:
            raise NotHere
        holder[name] = holder.pop(step)

    return lambda patient: _at_place(patient, put)


def _at_place(patient: Patient, put: Callable[[Any, Any], None]) -> None:
    """Do something at the finding's place, with what holds it and the last step to it."""
    where = patient.finding.where
    *path, last = where.steps
    holder: Any = patient.raw
    for step in path:
        if isinstance(holder, dict) and step not in holder:
            raise NotHere
        holder = holder[step]
    if not where.inner:
        _do(put, holder, last)
        return
    text = holder[last]
    if not isinstance(text, str):
        raise NotHere
    owner = OWNERS.get(str(last))
    within = _within if owner is not None and owner.is_json else _within_commas
    holder[last] = within(text, list(where.inner), put)


def _within_commas(text: str, inner: list[Any], put: Callable[[Any, Any], None]) -> str:
    entries = text.split(",")
    _do(put, entries, inner[0])
    return ",".join(entries)


def _within(text: str, inner: list[Any], put: Callable[[Any, Any], None]) -> str:
    try:
        whole = json.loads(text)
    except ValueError:
        raise NotHere from None
    inside: Any = [whole] if isinstance(whole, dict) and isinstance(inner[0], int) else whole
    for step in inner[:-1]:
        inside = inside[step]
    _do(put, inside, inner[-1])
    return json.dumps(whole)


def _do(put: Callable[[Any, Any], None], holder: Any, step: Any) -> None:
    try:
        put(holder, step)
    except (KeyError, IndexError, TypeError):
        raise NotHere from None


def _full(name: str) -> str:
    return name if "/" in name else f"{PREFIX}{name}"


def _all(*edits: Edit) -> Edit:
    def edit(patient: Patient) -> None:
        for each in edits:
            each(patient)

    return edit


_PERFORMANCE: Final = annotate("elb.class", "performance")
_UPGRADE: Final = setting("cluster_version", _NEWEST)
_TURBO: Final = setting("cluster_type", "turbo")
_FIRST_ID: Final = "5083f225-9bf8-48fa-9c8b-67bd9693c4c0"

EDITS: Final[dict[str, tuple[Edit, ...]]] = {
    # what stands there goes
    "Leave the annotation out": (remove,),
    "Remove the annotation": (remove,),
    "Remove the annotation to switch sticky sessions off": (remove,),
    "Leave the annotation out and add the tags on the ELB console": (remove,),
    "Leave the annotation out, and edit the tags of the existing load balancer on the ELB console": (remove,),
    "Leave the annotation out: CCE writes it": (remove,),
    "Leave the annotation out: load balancers are created in the default project": (remove,),
    "Leave the annotation to CCE": (remove,),
    "Leave the annotation out, use class performance": (remove, _PERFORMANCE),
    "Leave the option out": (remove,),
    "Leave the options out": (remove,),
    "Leave the weight out": (remove,),
    "Remove the SNI certificates": (remove,),
    "Remove the certificate": (remove,),
    "Remove it": (take_out,),
    "Leave the member out": (take_out,),
    "Leave it out to use /": (take_out,),
    "Leave it out to use the Service's protocol": (take_out,),
    "Leave it out to use the port's protocol": (take_out,),
    "Leave protocol out": (take_out,),
    "Remove the entry": (take_out,),
    "Remove one of the two checks": (_without_element,),
    "Leave vip_address out: the load balancer gets an address of its subnet": (take_out,),
    "Leave vip_subnet_cidr_id out: the load balancer is put into the cluster's subnet": (take_out,),
    "Remove allocateLoadBalancerNodePorts": (field("spec", "allocateLoadBalancerNodePorts"),),
    "Remove spec.selector": (field("spec", "selector"),),
    "Leave sessionAffinity at None": (field("spec", "sessionAffinity"),),
    "Remove the address from spec.externalIPs": (take_out,),
    # other annotations go
    "Remove kubernetes.io/elb.autocreate to use the existing load balancer": (without("elb.autocreate"),),
    "Kubernetes.io/elb.id to create one": (without("elb.id"),),
    "Remove kubernetes.io/elb.id to create a load balancer anew": (without("elb.id"),),
    "Kubernetes.io/elb.autocreate to keep this one when the Service goes": (without("elb.autocreate"),),
    "Remove kubernetes.io/elb.pools-options": (without("elb.pools-options"),),
    "Remove kubernetes.io/elb.session-affinity-mode": (without("elb.session-affinity-mode"),),
    "Cce.io/elb.endpointslice-user-managed": (without("cce.io/elb.endpointslice-user-managed"),),
    **{
        f"Remove {one} or {other}": (without(one), without(other))
        for one, other in (
            ("kubernetes.io/elb.adaptive-weight", "cce.io/elb.endpointslice-user-managed"),
            ("kubernetes.io/elb.adaptive-weight", "kubernetes.io/elb.custom-backend-weights"),
            ("kubernetes.io/elb.custom-backend-weights", "cce.io/elb.endpointslice-user-managed"),
            ("kubernetes.io/elb.custom-backend-weights", "kubernetes.io/elb.multicluster-loadbalancer-weight"),
            ("kubernetes.io/elb.custom-backend-weights", "kubernetes.io/elb.port-ranges"),
            ("kubernetes.io/elb.health-check-option", "kubernetes.io/elb.health-check-options"),
        )
    },
    "Remove one of the two annotations": (without("elb.tls-ciphers-policy"),),
    # something is added
    "Add an entry such as http:80 to kubernetes.io/elb.protocol-port": (listener("http"),),
    "Add an entry such as https:443 to kubernetes.io/elb.protocol-port": (listener("https"),),
    'Add kubernetes.io/elb.acl-status with "on"': (annotate("elb.acl-status", "on"),),
    "Add kubernetes.io/elb.acl-type with white, to let only these addresses in": (annotate("elb.acl-type", "white"),),
    "Black, to block them": (annotate("elb.acl-type", "black"),),
    'Add kubernetes.io/elb.connection-drain-timeout with the seconds, such as "300"': (
        annotate("elb.connection-drain-timeout", "300"),
    ),
    'Add kubernetes.io/elb.multicluster "true"': (annotate("elb.multicluster", "true"),),
    'Add kubernetes.io/elb.pass-through "true"': (annotate("elb.pass-through", "true"),),
    "Add kubernetes.io/elb.session-affinity-mode with SOURCE_IP": (annotate("elb.session-affinity-mode", "SOURCE_IP"),),
    "Add kubernetes.io/elb.cert-id with the certificate's ID from ELB certificate management": (
        annotate("elb.cert-id", "17e3b4f4bc40471c86741dc3aa211379"),
    ),
    "Add kubernetes.io/elb.id or kubernetes.io/elb.autocreate": (
        annotate("elb.id", _FIRST_ID),
        _all(annotate("elb.autocreate", '{"type": "inner"}'), annotate("elb.class", "union")),
    ),
    "Add kubernetes.io/elb.subnet-id with the ID of the cluster's subnet": (annotate("elb.subnet-id", _FIRST_ID),),
    "Add kubernetes.io/natgateway.id with the ID of the NAT gateway, from its page in the NAT Gateway console": (
        annotate("natgateway.id", _FIRST_ID),
    ),
    "Add spec.loadBalancerIP with the elastic IP": (field("spec", "loadBalancerIP", value="203.0.113.10"),),
    "Add the labels of the pods to spec.selector": (field("spec", "selector", value={"app": "web"}),),
    "Add the port on which the load balancer listens": (field("spec", "ports", value=[{"port": 80}]),),
    'Add "bandwidth_sharetype": "PER"': (member("bandwidth_sharetype", "PER"),),
    'Add available_zone, such as ["cn-south-2b"]': (member("available_zone", ["cn-south-2b"]),),
    "Add bandwidth_size in Mbit/s": (member("bandwidth_size", 5),),
    "Add eip_type, such as 5_bgp": (member("eip_type", "5_bgp"),),
    "Add l4_flavor_name": (member("l4_flavor_name", "L4_flavor.elb.s1.small"),),
    "Add l4_flavor_name, such as L4_flavor.elb.s1.small": (member("l4_flavor_name", "L4_flavor.elb.s1.small"),),
    "Add l7_flavor_name, such as L7_flavor.elb.s2.small": (member("l7_flavor_name", "L7_flavor.elb.s2.small"),),
    "Use type inner": (member("type", "inner"),),
    'Write "type": "public"': (member("type", "public"),),
    'Write "bandwidth_chargemode": "traffic"': (member("bandwidth_chargemode", "traffic"),),
    # another class, another cluster
    "Use class performance": (_PERFORMANCE,),
    "Use class union": (annotate("elb.class", "union"),),
    "Use class performance, which always passes it on": (_all(_PERFORMANCE, without("elb.transparent-client-ip")),),
    "Use class performance in a Turbo cluster": (_all(_PERFORMANCE, _TURBO),),
    "Write kubernetes.io/elb.class performance": (_PERFORMANCE,),
    "Write kubernetes.io/elb.class dnat": (annotate("elb.class", "dnat"),),
    "Write class union or performance for a load balancer": (annotate("elb.class", "union"), _PERFORMANCE),
    "Upgrade the cluster": (_UPGRADE,),
    "Use a CCE Turbo cluster": (_TURBO,),
    "A Turbo cluster": (_TURBO,),
    "Tell elbguard the cluster's version": (_UPGRADE,),
    # a value is written
    "Write PER": (write("PER"),),
    "Write SOURCE_IP": (write("SOURCE_IP"),),
    "Write UDP": (write("UDP"),),
    "Write UDP for UDP_CONNECT": (write("UDP"),),
    "Write TCP, UDP or HTTP": (write("HTTP"),),
    "Write TCP, UDP_CONNECT or HTTP": (write("HTTP"),),
    "Write TCP or UDP": (write("TCP"), write("UDP")),
    'Write at least "10"': (write("10"),),
    "Write bandwidth or traffic": (write("bandwidth"), write("traffic")),
    "Write retain or alwaysDelete": (write("retain"), write("alwaysDelete")),
    "Write black to block the addresses of the IP address groups, white to let only them in": (
        write("black"),
        write("white"),
    ),
    "Write union for a shared load balancer, performance for a dedicated one, dnat for a NAT gateway": (
        write("union"),
        write("performance"),
    ),
    "Write union": (write("union"),),
    "Write public for a load balancer with an EIP, inner for a private one": (write("inner"),),
    'Write "on" or "off", in quotes and lower case': (write("on"), write("off")),
    'Write "on" or "off", in quotes: YAML reads the bare words as true and false': (write("on"), write("off")),
    'Write "true" or "false", in quotes': (write("true"), write("false")),
    'Write "true" or "false", in quotes and lower case': (write("true"), write("false")),
    'Write "true" or "false", in quotes and lower case: CCE reads anything else as false': (
        write("true"),
        write("false"),
    ),
    'Write "true" to send requests from within the cluster through the load balancer': (write("true"),),
    "Write true or false, without quotes": (write(value=True), write(value=False)),
    "Write true": (write(value=True),),
    "Write one of the three algorithms, in capitals": (
        write("ROUND_ROBIN"),
        write("LEAST_CONNECTIONS"),
        write("SOURCE_IP"),
    ),
    "Use one of the other algorithms": (write("ROUND_ROBIN"), write("LEAST_CONNECTIONS")),
    "Use ROUND_ROBIN or LEAST_CONNECTIONS": (
        annotate("elb.lb-algorithm", "ROUND_ROBIN"),
        annotate("elb.lb-algorithm", "LEAST_CONNECTIONS"),
    ),
    "Write one of the policies listed, such as tls-1-2-strict": (write("tls-1-2-strict"),),
    "Write a number of at most 1000000": (write("1000000"),),
    'Write a number without quotes, such as "defaultWeight": 12': (write(12),),
    "Write a whole number of Mbit/s from 1 to 2000, without quotes": (write(5),),
    "Write an address of the load balancer's subnet, such as 10.0.0.10": (write("10.0.0.10"),),
    "Write the groups between brackets": (write([]),),
    "Write the address, such as 192.168.0.15": (write("192.168.0.15"),),
    "Write the address of the elastic IP, such as 203.0.113.10": (write("203.0.113.10"),),
    'Write the minutes as a string, such as "60"': (write("60"),),
    'Write the number as a string, such as "3"': (write("3"),),
    'Write the port as a string, such as "8080"': (write("8080"),),
    "Leave it out": (take_out,),
    'Write the number in digits and quotes, such as "10"': (write("10"),),
    'Write the number in digits and quotes, such as "100"': (write("100"),),
    'Write the seconds as a string, such as "5"': (write("5"),),
    'Write the seconds as a string, such as "10"': (write("10"),),
    'Write the seconds in digits and quotes, such as "60"': (write("60"),),
    'Write the seconds in digits and quotes, such as "300"': (write("300"),),
    'Write the weight as a string of digits, such as "50"': (write("50"),),
    'Write them as a string, such as "200" or "200-399"': (write("200"), write("200-399")),
    'Write the path that the backend answers, such as "/healthz"': (write("/healthz"),),
    "Write the path that the backend answers, such as /healthz": (write("/healthz"),),
    "Use a shorter path": (write("/healthz"),),
    "Use a shorter name": (write("web"),),
    "Use up to 64 letters, digits, underscores, hyphens and periods": (write("web-1"),),
    "Write the type as a string, such as 5_bgp": (write("5_bgp"),),
    "Write the flavor's name as a string, such as L4_flavor.elb.s1.small": (write("L4_flavor.elb.s1.small"),),
    "Write the flavor's name as a string, such as L7_flavor.elb.s2.small": (write("L7_flavor.elb.s2.small"),),
    "Write the flavor's ID as a string": (write(_FIRST_ID),),
    "Write the IPv4 subnet ID as a string": (write(_FIRST_ID),),
    "Write the IPv4 address as a string": (write("10.0.0.10"),),
    "Write the network ID as a string": (write(_FIRST_ID),),
    "Copy the ID from the load balancer's Summary tab on the ELB console": (write(_FIRST_ID),),
    "Copy the certificate's ID from ELB certificate management": (write("17e3b4f4bc40471c86741dc3aa211379"),),
    "Copy the ID from the EIP's Summary tab on the console": (write(_FIRST_ID),),
    "Copy the ID from the IP address group's page on the ELB console": (write(_FIRST_ID),),
    "Copy the subnet's ID from the VPC console": (write(_FIRST_ID),),
    "Write the name or the ID": (write(_FIRST_ID),),
    "Write key1=value1,key2=value2": (lambda patient: patient.annotations.update({patient.key: "a=1,b=2"}),),
    "Write one JSON object in braces, its names and texts in double quotes": (
        lambda patient: patient.annotations.update({patient.key: '{"type": "inner"}'}),
    ),
    'Write {"persistence_timeout": "60"}': (
        lambda patient: patient.annotations.update({patient.key: '{"persistence_timeout": "60"}'}),
    ),
    'Write {"any_port_enabled": true}': (
        lambda patient: patient.annotations.update({patient.key: '{"any_port_enabled": true}'}),
    ),
    'Write {"defaultWeight": 12, "groups": []}': (
        lambda patient: patient.annotations.update({patient.key: '{"defaultWeight": 12, "groups": []}'}),
    ),
    'Write {"protocol": "TCP", "delay": "5", "timeout": "10", "max_retries": "3"}': (
        lambda patient: patient.annotations.update(
            {patient.key: '{"protocol": "TCP", "delay": "5", "timeout": "10", "max_retries": "3"}'}
        ),
    ),
    "An empty text to let all addresses in": (lambda patient: patient.annotations.update({patient.key: ""}),),
    "Write externalTrafficPolicy: Cluster": (field("spec", "externalTrafficPolicy", value="Cluster"),),
    "Write externalTrafficPolicy: Local": (field("spec", "externalTrafficPolicy", value="Local"),),
    "Write externalTrafficPolicy: Local, and spread the pods by anti-affinity": (
        field("spec", "externalTrafficPolicy", value="Local"),
    ),
    "Use Cluster": (field("spec", "externalTrafficPolicy", value="Cluster"),),
    "Write type: LoadBalancer": (field("spec", "type", value="LoadBalancer"),),
    "Switch the check on": (annotate("elb.health-check-flag", "on"),),
    "Switch the checks on": (annotate("elb.health-check-flag", "on"),),
    # a part is changed
    "Put a slash in front of the path": (value_by(lambda path: f"/{path}"),),
    "Put [ in front of the object and ] behind it": (text_by(lambda text: f"[{text}]"),),
    "List one IP address group": (text_by(lambda text: text.split(",")[0]),),
    "Put the addresses into fewer groups": (text_by(lambda text: text.split(",")[0]),),
    "Leave tags out until there are 19": (text_by(lambda text: ",".join(text.split(",")[:19])),),
    "Leave the members about bandwidth and EIP out": (text_by(_only_private),),
    "Remove one of the two": (take_out,),
    "Remove one of the two entries": (take_out,),
    "Remove the comma too many": (take_out,),
    "Write the IDs with one comma between two": (take_out,),
    "Use https": (value_by(lambda entry: f"https:{entry.partition(':')[2]}"),),
    "Https": (value_by(lambda entry: f"https:{entry.partition(':')[2]}"),),
    "Use https on a TCP port": (_all(value_by(lambda entry: f"https:{entry.partition(':')[2]}"), _tcp),),
    "Https on a TCP port": (_all(value_by(lambda entry: f"https:{entry.partition(':')[2]}"), _tcp),),
    "Use https on a TCP port in the place of quic": (
        _all(text_by(lambda text: text.replace("quic:", "https:"), "elb.protocol-port"), _tcp),
    ),
    "The quic entry of kubernetes.io/elb.protocol-port": (text_by(_without_quic, "elb.protocol-port"),),
    "Take the port out of kubernetes.io/elb.protocol-port": (without("elb.protocol-port"),),
    "Take the ports out of kubernetes.io/elb.protocol-port": (without("elb.protocol-port"),),
    "Remove the port from kubernetes.io/elb.protocol-port": (without("elb.protocol-port"),),
    "Remove a port from kubernetes.io/elb.protocol-port": (without("elb.protocol-port"),),
    "Remove the weights": (without("elb.custom-backend-weights"),),
    "Use kubernetes.io/elb.health-check-option": (_all(remove, annotate("elb.health-check-option", "{}")),),
    "Add kubernetes.io/elb.health-check-option": (annotate("elb.health-check-option", "{}"),),
    "Use IPv4": (_all(field("spec", "ipFamilies"), field("spec", "ipFamily"), field("spec", "ipFamilyPolicy")),),
    "Use one family": (_all(field("spec", "ipFamilies"), field("spec", "ipFamilyPolicy")),),
    "IPv4": (_all(field("spec", "ipFamilies"), field("spec", "ipFamilyPolicy")),),
    # as it was
    "Put the annotation back": (put_back,),
    "Write the class that it had": (put_back,),
    "Write the ID that it had": (put_back,),
    "Write the ID that stood there": (put_back,),
    "Write the description as it was": (put_back,),
    "Leave the annotation as it was": (put_back,),
    "Leave the annotation as CCE wrote it": (put_back,),
}

HUMAN: Final = frozenset(
    (
        "A cluster with IPv6",
        "A UDP port",
        'Add "target_service_port" with the protocol and number of a port, such as "TCP:80"',
        "Add kubernetes.io/elb.acl-id",
        "Add the port to spec.ports",
        "Another load balancer",
        "Apply it",
        "Change the EIP on the ELB console",
        "Correct the annotation's name",
        "Correct the member's name",
        "Create a load balancer that belongs to no Service, and name it by kubernetes.io/elb.id in all that share it",
        "Create another Service",
        "Create the load balancer first, and name it by kubernetes.io/elb.id in the Services of all clusters",
        "Create the Service again",
        "Create the Service without the annotation, and add it once CCE has written kubernetes.io/elb.eip-id",
        "Describe the checks port by port in kubernetes.io/elb.health-check-options",
        "Do without --strict-names",
        "End TLS in the pods, behind a TCP port",
        "For a dedicated load balancer create another Service",
        "For a load balancer of another class create another Service",
        "For an access list write the empty text",
        "For the Ingress",
        "Give another name to a port that clients use",
        "Give each load balancer a name of its own",
        "Give each port an http or https entry in kubernetes.io/elb.protocol-port",
        "Give the entry that name",
        "It works on Services whose EIP CCE created",
        "Its address is not its ID",
        "Its name is not its ID",
        "Its ranges",
        "Join ranges that touch each other",
        "Keep one of them: only the last one counts",
        "Kubernetes.io/elb.health-check-options port by port",
        "Leave name out",
        "Let one of the two ranges end before the other starts",
        "Make one Service of the two",
        "Make sure that everybody may reach the QUIC port",
        "Make sure that it has its effect",
        "Make sure that it is no node's address, and tell elbguard by --proxy-mode and --node-ip",
        "Make sure that the cluster's version is right, and that the feature has its effect",
        "Make sure that the pods answer by IPv4",
        "Make sure that the pods have hostNetwork: true",
        "Make the annotations smaller",
        "Make the change when an outage of some seconds does no harm",
        "Move the port to a Service of another type",
        "Name the load balancer by kubernetes.io/elb.id",
        "Put the addresses into an IP address group, and name it by kubernetes.io/elb.acl-id, -status and -type",
        "Reach the Service by its cluster IP or name",
        "Remove the comments: everything from // to the end of the line",
        "Remove the suppression: the mistake is gone",
        "See in the ELB console that the backend server group has the algorithm",
        "Set access control on the ELB console",
        "Set the variable for the tool that fills it in (envsubst, kustomize, Helm, Flux), and apply what that prints",
        "Spread the names over several Services",
        "Spread the ports over several Services",
        "Spread them over several ports of the Service",
        "Stands elsewhere",
        "To use another EIP add kubernetes.io/elb.custom-eip-id",
        "To use another load balancer create another Service",
        "Two fixed ones",
        "Use a fixed flavor, such as L4_flavor.elb.s1.small",
        "Use a type that your region offers",
        "Use another key",
        "Use another load balancer for the Service",
        "Use another port or another load balancer",
        "Use another port",
        "Use certificates for several domain names",
        "Use sticky sessions on TCP ports only",
        "Use such a name",
        "Use TCP",
        "Use two elastic flavors, whose names end with .pro.max",
        "Where CCE refuses it, delete the Service and create it again",
        'Write [{"target_service_port": "TCP:80", "protocol": "TCP", "delay": "5"}]',
        'Write an array, such as ["14567f27-8ae4-42b8-ae47-9f847a4690dd"]',
        'Write an array, such as ["cn-south-2b"]',
        "Write https for HTTPS",
        "Write https:443,http:80, without blanks",
        "Write one of the two values named",
        "Write protocol TCP at the port",
        "Write TCP:80 for port 80 of spec.ports",
        "Write TCP:80 for tcp:80",
        'Write the default instead, such as "false" or "60"',
        "Write the id or the name of the rule, such as ELB206 or bandwidth-out-of-range",
        "Write the ID that is missing",
        "Write the ID that was meant",
        "Write the IDs with a comma and no blank between two",
        "Write the name as the message says",
        "Write the name of an entry of spec.ports",
        "Write the one that fits the port",
        "Write the one that fits the Service's ports",
        'Write the protocol and port of an entry of spec.ports, such as "TCP:80"',
        "Write the reason behind the ids: ELB206, ELB322: reason",
        "Write the rules with commas, a colon and the reason: ELB206, ELB322: reason",
        "Write the same kubernetes.io/elb.pass-through in all Services of the load balancer",
        'Write the value in quotes: "true", "80"',
        "Write the value",
        "Write the zone's code",
        'Write {"web": ["30000,30010", "30020,30030"]}',
    )
)
