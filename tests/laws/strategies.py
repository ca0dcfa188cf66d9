"""What the laws are tried on: plausible Services, hostile ones, clusters, policies, JSON texts."""

import itertools
import json
from collections.abc import Callable
from functools import cache
from ipaddress import ip_address
from typing import Any, Final

from hypothesis import strategies as st

from elbguard_rules import suppression
from elbguard_rules.core.facts import Cluster, Profile, Version, VersionGate
from elbguard_rules.core.policy import Policy
from elbguard_rules.core.problem import Severity
from elbguard_rules.guard import ANNOTATIONS, RULES
from elbguard_rules.vocabulary.foreign import FOREIGN, FOREIGN_FAMILIES, INGRESS, PREFIX, TRANSLATIONS

Json = dict[str, Any]
ELB: Final = "kubernetes.io/elb."
UUID: Final = "5083f225-9bf8-48fa-9c8b-67bd9693c4c0"
CERTIFICATE: Final = "17e3b4f4bc40471c86741dc3aa211379"

# Good, borderline and bad values of each annotation where its reader does not know enough of them, and of each member
# of those that are JSON.
_MORE_TEXTS: Final[dict[str, tuple[str, ...]]] = {
    "kubernetes.io/elb.id": (UUID, UUID.upper(), "x", "", " ", "e" * 100, "e" * 101, "<your_elb_id>"),
    "kubernetes.io/elb.class": ("union", "performance", "dnat", "", "Union", "dedicated"),
    "kubernetes.io/natgateway.id": ("e4a1cfcf-29df-4ab8-a4ea-c05dc860f554", "", "<your_gateway>"),
    "kubernetes.io/elb.subnet-id": (UUID, "", "s" * 101),
    "kubernetes.io/elb.enterpriseID": ("0", UUID, ""),
    "kubernetes.io/elb.protocol-port": (
        "http:80",
        "https:443,http:80",
        "HTTPS:443",
        "tls:443",
        "quic:443",
        "tcp:80",
        "http:80,http:80",
        "http:0",
        "http:99999",
        "http:80, https:443",
        "",
        ",",
    ),
    "kubernetes.io/elb.cert-id": ("17e3b4f4bc40471c86741dc3aa211379", "cert", ""),
    "kubernetes.io/elb.port-ranges": (
        '{"p80": ["30000,30010"]}',
        '{"p80": ["30000,30010", "30011,30020"], "p443": ["40000,40010"]}',
        '{"p80": ["30000,30010", "30010,30020"]}',
        '{"web": ["30000,30010"]}',
        '{"p80": ["30010,30000", "1,65536", "x", 5, null]}',
        '{"p80": "30000,30010"}',
        '{"p80": null}',
        "[]",
        "{}",
        "",
    ),
    "kubernetes.io/elb.pass-through": ("true", "false", "onlyLocal", "yes", ""),
    "kubernetes.io/elb.ip": ("192.168.0.15", "fe80::1", "web.example.com", "<ip>", ""),
    "kubernetes.io/elb.tags": ("a=1,b=2", "a=1,a=2", "a=", "=1", "a", "a=1,", ",", "", " "),
    "kubernetes.io/elb.custom-eip-id": (UUID, "2.2.2.2", "<your_eip_id>", ""),
    "kubernetes.io/elb.eip-id": (UUID, ""),
    "kubernetes.io/elb.listener-port": ("443", ""),
    "kubernetes.io/elb.listener-port-ranges-auto-generated": ("true", ""),
    "kubernetes.io/elb.mark": ("0", "17", ""),
    "kubernetes.io/elb.persist-autocreate": ("true", ""),
    "kubernetes.io/elb.acl-id": (
        UUID,
        f"{UUID},{UUID}",
        ",".join([UUID] * 6),
        f"{UUID}, {UUID}",
        f"{UUID},",
        "<your_acl_id>",
        "",
        " ",
    ),
    "kubernetes.io/elb.multicluster-loadbalancer-weight": ("50", "-1", "0.5", "٣", "9" * 5000, ""),
    "kubernetes.io/elb.tls-certificate-ids": (CERTIFICATE, f"{CERTIFICATE},{'8' * 32}", f"{CERTIFICATE},", ",", ""),
    "kubernetes.io/elb.client-ca-cert-id": (CERTIFICATE, "x", ""),
    "kubernetes.io/elb.security_policy_id": (UUID, "x", ""),
    "kubernetes.io/elb.security-policy-id": (UUID, "x", ""),
    "kubernetes.io/elb.security-pool-protocol": ("true", "HTTPS", ""),
    "kubernetes.io/elb.x-real-ip": ("true", "false", "yes", ""),
}
TEXTS: Final[dict[str, tuple[str, ...]]] = {
    owner.key: tuple(dict.fromkeys((*owner.reader.samples(), *_MORE_TEXTS.get(owner.key, ()))))
    for owner in ANNOTATIONS
    if owner.reader.samples() or owner.key in _MORE_TEXTS
}
MEMBERS: Final[dict[str, dict[str, tuple[Any, ...]]]] = {
    "kubernetes.io/elb.custom-eip-status": {"id": (UUID, "", 1), "public_ip_address": ("2.2.2.2", "", 2)},
    "kubernetes.io/elb.autocreate": {
        "name": ("web", "cce-lb-1", "a" * 64, "a" * 65, "a" * 256, "", "*****", "a b", 5),
        "type": ("public", "inner", "", "Public", None),
        "bandwidth_name": ("bw", "b" * 65, ""),
        "bandwidth_chargemode": ("bandwidth", "traffic", "", "hour"),
        "bandwidth_size": (1, 5, 2000, 0, 2001, "5", 5.0, True, 10**70),
        "bandwidth_sharetype": ("PER", "WHOLE", "per", ""),
        "eip_type": ("5_bgp", "5_sbgp", "5_other", "", 5),
        "vip_subnet_cidr_id": (UUID, "", 1),
        "vip_address": ("10.0.0.10", "::1", "*.*.*.*", "10.0.0", ""),
        "ipv6_vip_virsubnet_id": (UUID, ""),
        "elb_virsubnet_ids": ([UUID], [], [""], UUID),
        "available_zone": (["cn-south-2b"], [], [""], "cn-south-2b", [1]),
        "l4_flavor_name": ("L4_flavor.elb.s1.small", "", 4),
        "l7_flavor_name": ("L7_flavor.elb.s2.small", "", None),
        "l4_flavor_id": (UUID,),
        "l7_flavor_id": (UUID, ""),
    },
    "kubernetes.io/elb.session-affinity-option": {
        "persistence_timeout": ("60", "1", "0", "61", 30, "", "+5", "٣", "1" * 5000)
    },
    "kubernetes.io/elb.health-check-option": {
        "delay": ("5", "0", "51", 5, "5s"),
        "timeout": ("10", "50", ""),
        "max_retries": ("3", "11", 3.0),
        "protocol": ("TCP", "UDP_CONNECT", "HTTP", "UDP", "http", ""),
        "path": ("/", "/healthz", "", "healthz", "/" * 81, "/" * 10_001),
    },
    "kubernetes.io/elb.health-check-options": {
        "target_service_port": ("TCP:80", "TCP:443", "UDP:53", "tcp:80", "80", 80, "HTTP:80", "TCP:0", ""),
        "monitor_port": ("9090", "", "0", "65536", 22),
        "delay": ("5", "51", 5),
        "timeout": ("10", "0", 10),
        "max_retries": ("3", "11", None),
        "protocol": ("TCP", "HTTP", "UDP", "UDP_CONNECT", "tcp"),
        "path": ("/", "", "healthz", "/" * 81, 5),
        "expected_codes": ("200", "200-399", 200),
    },
    "kubernetes.io/elb.custom-backend-weights": {
        "defaultWeight": (12, "12", 1.5, None),
        "groups": ([], [{"weight": 70}], {}, None),
    },
    "kubernetes.io/elb.pools-options": {"any_port_enabled": (True, False, "true", None)},
}
_OTHER_KEYS: Final = (
    *sorted(INGRESS),
    *TRANSLATIONS,
    *FOREIGN,
    *(f"{family}id" for family in FOREIGN_FAMILIES),
    "externalTrafficPolicy",
    f"{ELB}clas",
    f"{ELB}",
    f"{ELB}~weird/key~1",
    "kubernetes.io/elb-id",
    "example.com/owner",
    "kubectl.kubernetes.io/last-applied-configuration",
)

_UNTRIED: Final = {owner.key for owner in ANNOTATIONS} - TEXTS.keys() - MEMBERS.keys()
assert not _UNTRIED, f"no law tries {sorted(_UNTRIED)}: add values of it to _MORE_TEXTS or MEMBERS"

# A text in which anything may stand: NUL and other controls, marks, lone surrogates, all scripts.
anything: Final = st.text(st.characters(exclude_categories=()), max_size=20) | st.text(
    st.sampled_from('\x00\t\n\r\x1b\x85\u202e\u2028\xa0\ud800\udfff"\\/{}[]:,~é漢\U0001f600a0-_. '), max_size=20
)
numbers: Final = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
scalars: Final = st.none() | st.booleans() | numbers | anything


@cache
def json_values(texts: st.SearchStrategy[str] = anything, leaves: int = 12) -> st.SearchStrategy[Any]:
    """Any JSON value that nests a few levels."""
    leaf = st.none() | st.booleans() | numbers | texts
    return st.recursive(
        leaf, lambda inner: st.lists(inner, max_size=5) | st.dictionaries(texts, inner, max_size=5), max_leaves=leaves
    )


def nested(depth: int) -> Any:
    """A list in a list in a list, so many levels deep."""
    value: Any = []
    for _ in range(depth):
        value = [value]
    return value


# Any JSON, and what only an attacker writes.
hostile_values: Final = st.one_of(
    json_values(),
    json_values(),
    st.builds(nested, st.sampled_from((40, 300, 900, 3000))),
    st.builds(str.__mul__, st.sampled_from(("x", "\x00", "{", "é", "\ud800")), st.sampled_from((100, 5000, 50_000))),
    st.sampled_from((10**400, float("inf"), float("nan"))),
)


# ------------------------------------------------------------------------------------------------------- JSON texts


class Writer:
    """Writes a JSON value in a hand of its own: the blanks between tokens and the way of each string take turns."""

    def __init__(self, blanks: list[str], hands: list[Callable[[str], str]]) -> None:
        self._blanks, self._hands = itertools.cycle(blanks), itertools.cycle(hands)

    def write(self, value: Any) -> str:
        """The text of a value, blanks around it included."""
        return self._blank() + self._bare(value) + self._blank()

    def members(self, pairs: list[tuple[str, Any]]) -> str:
        """An object of the pairs, in their order, repeated names and all."""
        inside = ",".join(f"{self._blank()}{self._string(k)}{self._blank()}:{self.write(v)}" for k, v in pairs)
        return "{" + (inside or self._blank()) + "}"

    def _bare(self, value: Any) -> str:
        if isinstance(value, dict):
            return self.members(list(value.items()))
        if isinstance(value, list):
            return "[" + (",".join(map(self.write, value)) or self._blank()) + "]"
        return self._string(value) if isinstance(value, str) else json.dumps(value)

    def _string(self, text: str) -> str:
        return next(self._hands)(text)

    def _blank(self) -> str:
        return next(self._blanks)


def _plainly(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _escaped(text: str) -> str:
    units = text.encode("utf-16-be", "surrogatepass")
    return '"' + "".join(f"\\u{units[i] << 8 | units[i + 1]:04x}" for i in range(0, len(units), 2)) + '"'


writers: Final = st.builds(
    Writer,
    st.lists(st.sampled_from(("", "", " ", "\n", "\t", "\r\n", "\n  ", "  ")), min_size=1, max_size=7),
    st.lists(st.sampled_from((json.dumps, _plainly, _escaped)), min_size=1, max_size=3),
)


@st.composite
def strict_texts(draw: st.DrawFn) -> str:
    """A strict JSON text of any value."""
    return draw(writers).write(draw(json_values()))


_INTRUDERS: Final = ("", ",", '"', "}", "]", "{", "\\", "\n", "'", "NaN", "01", "1e999", "\ud800", "//", "9" * 70)


@st.composite
def broken_texts(draw: st.DrawFn) -> str:
    """A JSON text with one place changed, which may leave it whole."""
    text = draw(strict_texts())
    at = draw(st.integers(0, len(text)))
    away = draw(st.integers(0, 3))
    put = draw(st.sampled_from(_INTRUDERS))
    return text[:at] + put + text[at + away :]


ODD_TEXTS: Final = (
    "",
    " ",
    "NaN",
    "-Infinity",
    "[1,]",
    "[,1]",
    "{'a': 1}",
    '{"a": 1, "a": 2}',
    '{"a": {"b": 1, "b": 1}}',
    '{"a" 1}',
    "{1: 2}",
    "01",
    "1.",
    ".5",
    "-",
    "+1",
    "1e5",
    "1e999",
    "-0",
    "٣",
    "[1٣]",
    "\ufeff{}",
    "\xa0{}",
    "{}\x0c",
    "{} {}",
    '"\\u12"',
    '"\\ud83d\\ude00"',
    '"\\ud83d\\ud83d"',
    '"\\ude00\\ud83d"',
    '"\\u 123"',
    '"\\u+123"',
    '"\\x41"',
    '"\\',
    '"\x7f\x80"',
    '"\t"',
    "[" * 32 + "1" + "]" * 32,
    "[" * 33 + "]" * 33,
    "[" * 33 + "1" + "]" * 33,
    "[" * 34 + "]" * 34,
    "[" * 500 + "]" * 500,
    "[" * 5000,
    '{"a":' * 40 + "1" + "}" * 40,
    '{"a":' * 5000,
    "[" + "[]," * 100 + "1]",
    '"' + "[" * 100 + '"',
    "9" * 64,
    "9" * 65,
    "9" * 5000,
    "0." + "9" * 62,
    "0." + "9" * 63,
    "1." + "9" * 5000,
    "1" * 30 + "e" + "1" * 40,
    "nul",
    "nulll",
    "true false",
    "// a comment\n{}",
    "{/* a comment */}",
)
any_texts: Final = anything | broken_texts() | st.sampled_from(ODD_TEXTS)


# ----------------------------------------------------------------------------------------------- plausible Services


_LISTS: Final = [owner.key for owner in ANNOTATIONS if owner.reader.form == "array"]
_NAMES: Final = {key: st.lists(st.sampled_from(sorted(MEMBERS[key])), unique=True, max_size=6) for key in MEMBERS}
_OURS: Final = st.sampled_from(sorted(TEXTS.keys() | MEMBERS.keys()))
_SOME_OF_OURS: Final = st.lists(_OURS, unique=True, max_size=6)
_NO_MEMBERS: Final = ("cls", "self", "_fields_set", "model_fields_set", "__class__", "bandwidth-size", "Type", "x", "")
_STRANGE_NAMES: Final = st.sampled_from(_NO_MEMBERS) | anything
_few_values: Final = json_values(leaves=3)
_blanks: Final = st.sampled_from(("", "", " ", "\n"))


@st.composite
def json_annotation(draw: st.DrawFn, key: str) -> str:
    """The text of a JSON annotation: an object, or a list of a few and sometimes one in the place of a list."""
    blank = draw(_blanks)
    if key not in _LISTS or draw(_seldom):
        return blank + draw(_json_object(key)) + blank
    return blank + "[" + ", ".join(draw(st.lists(_json_object(key), max_size=3))) + "]" + blank


@st.composite
def _json_object(draw: st.DrawFn, key: str) -> str:
    """The text of a JSON object: members in any order, good and bad, now and then unknown or given twice."""
    names = draw(_NAMES[key])
    pairs = [(name, draw(values_of(key, name))) for name in names]
    if draw(_seldom):
        pairs = [(draw(in_capitals(name)), value) for name, value in pairs]
    if draw(_seldom):
        pairs.append((draw(_STRANGE_NAMES), draw(_few_values)))
    if draw(_seldom) and pairs:
        pairs.append(draw(st.sampled_from(pairs)))
    return draw(writers).members(pairs)


_LIKE: Final = {"s": "sS\u017f", "k": "kK\u212a"}


@cache
def in_capitals(name: str) -> st.SearchStrategy[str]:
    """A member's name in any capitals, with the two letters beyond ASCII that Go takes for s and k."""
    letters = [st.sampled_from(_LIKE.get(c.lower(), c.lower() + c.upper())) for c in name]
    return st.tuples(*letters).map("".join)


_seldom: Final = st.sampled_from((False,) * 7 + (True,))


@cache
def values_of(key: str, member: str) -> st.SearchStrategy[Any]:
    """A value for one member of a JSON annotation."""
    return _leaning_good(MEMBERS[key][member])


def _leaning_good(values: tuple[Any, ...]) -> st.SearchStrategy[Any]:
    """One of the values, the first, which is good, more often than the others."""
    return st.sampled_from((values[0], *values[:2], *values))


@cache
def texts_of(key: str) -> st.SearchStrategy[str]:
    """A text for one annotation of ours."""
    if key in MEMBERS:
        return st.one_of(json_annotation(key), json_annotation(key), st.sampled_from(("{}", "", "[]", "{", "null")))
    return _leaning_good(TEXTS[key])


_SUPPRESSIONS: Final = st.sampled_from(("ELB301: why", "elb322,ELB110", "ELB000: x", "ELB991", "", ": x", "-"))
_SOURCES: Final = st.sampled_from((f"{ELB}autocreate", f"{ELB}autocreate", f"{ELB}id", ""))
_SOME_OTHERS: Final = st.lists(st.sampled_from(_OTHER_KEYS), unique=True, max_size=2)
_OTHER_TEXTS: Final = st.sampled_from(("", "true", "{}", "5", "[{]"))


@st.composite
def annotations(draw: st.DrawFn) -> dict[str, str]:
    """Annotations as people write them, ours mostly."""
    source = draw(_SOURCES)
    ours = draw(_SOME_OF_OURS)
    found = {key: draw(texts_of(key)) for key in dict.fromkeys([*([source] if source else []), *ours])}
    if draw(_seldom):
        found[suppression.KEY] = draw(_SUPPRESSIONS)
    for key in draw(_SOME_OTHERS):
        found[key] = draw(_OTHER_TEXTS)
    return found


@st.composite
def ports(draw: st.DrawFn) -> list[Json]:
    """Entries of spec.ports."""
    numbers_ = draw(st.lists(st.sampled_from((80, 443, 8080, 53)), unique=True, min_size=1, max_size=3))
    protocols = st.sampled_from(("TCP",) * 6 + ("UDP",) * 3 + ("SCTP",))
    names = st.sampled_from(("p{}",) * 9 + ("cce-healthz",))
    return [{"name": draw(names).format(number), "port": number, "protocol": draw(protocols)} for number in numbers_]


_OPTIONAL_FIELDS: Final = st.fixed_dictionaries(
    {},
    optional={
        "externalTrafficPolicy": st.sampled_from(("Cluster", "Local")),
        "sessionAffinity": st.sampled_from(("None", "ClientIP")),
        "loadBalancerIP": st.sampled_from(("10.0.0.1", "")),
        "externalIPs": st.lists(st.sampled_from(("10.0.0.1", "192.168.0.1", "fe80::1", "x")), max_size=2),
        "selector": st.sampled_from(({"app": "web"}, {})),
        "ipFamilies": st.sampled_from((["IPv4"], ["IPv6"], ["IPv4", "IPv6"])),
        "ipFamilyPolicy": st.sampled_from(("SingleStack", "PreferDualStack", "RequireDualStack")),
        "loadBalancerSourceRanges": st.sampled_from(([], ["10.0.0.0/8"])),
        "allocateLoadBalancerNodePorts": st.booleans(),
    },
)


@st.composite
def specs(draw: st.DrawFn) -> Json:
    """A spec as the API server hands it on, mostly of type LoadBalancer."""
    spec: Json = {"type": draw(st.sampled_from(("LoadBalancer",) * 9 + ("NodePort",))), "ports": draw(ports())}
    return spec | draw(_OPTIONAL_FIELDS)


@st.composite
def services(draw: st.DrawFn) -> Json:
    """A Service as people write it, before anything was filled in."""
    name = draw(st.sampled_from(("name", "name", "generateName")))
    metadata: Json = {
        name: draw(st.sampled_from(("web", "nginx"))),
        "namespace": draw(st.sampled_from(("shop", "dev"))),
    }
    if draw(st.booleans()):
        metadata["labels"] = {"app": "web"}
    given_annotations = draw(annotations())
    even_if_empty = draw(st.booleans())
    if given_annotations or even_if_empty:
        metadata["annotations"] = given_annotations
    return {"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": draw(specs())}


@st.composite
def flawless_services(draw: st.DrawFn) -> Json:
    """A Service with the first, good value everywhere; still wrong where two good values exclude each other."""
    service = draw(services())
    service["spec"]["type"] = "LoadBalancer"
    service["metadata"]["annotations"] = found = {}
    for key in draw(_SOME_OF_OURS):
        if key in TEXTS:
            found[key] = draw(st.sampled_from(TEXTS[key][:2]))
            continue
        names = draw(st.lists(st.sampled_from(sorted(MEMBERS[key])), unique=True))
        found[key] = draw(writers).members([(name, draw(st.sampled_from(MEMBERS[key][name][:1]))) for name in names])
    return service


# ------------------------------------------------------------------------------------------------- hostile Services


@st.composite
def hostile_annotations(draw: st.DrawFn, values: st.SearchStrategy[Any] = hostile_values) -> Any:
    """Annotations that no API server lets through, or texts that nobody expects."""
    if draw(_seldom):
        return draw(values)
    return draw(_annotations_of(values))


@cache
def _annotations_of(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Json]:
    keys = st.one_of(_OURS, _OURS, st.sampled_from(_OTHER_KEYS), anything.map(ELB.__add__), anything)
    return st.dictionaries(keys, st.one_of(any_texts, any_texts, values), max_size=5)


@st.composite
def hostile_services(draw: st.DrawFn, values: st.SearchStrategy[Any] = hostile_values) -> Json:
    """Any JSON whatever as the Service, or as parts of it; the JSON is taken from `values`."""
    if draw(_seldom):
        return draw(_any_object(values))
    service = draw(services())
    metadata, spec = service["metadata"], service["spec"]
    metadata["annotations"] = draw(annotations())
    for part in draw(_SOME_PARTS):
        match part:
            case "annotations":
                metadata["annotations"] = draw(hostile_annotations(values))
            case "ports":
                spec["ports"] = draw(_ports_of(values))
            case "metadata" | "spec":
                service[part] = draw(values)
            case _:
                (metadata if part in _IN_METADATA else spec)[part] = draw(values)
    return service


@cache
def _any_object(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Json]:
    return st.dictionaries(anything | st.sampled_from(("metadata", "spec")), values, max_size=4)


@cache
def _ports_of(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    port = st.dictionaries(st.sampled_from(("name", "port", "protocol")), values, max_size=3)
    return values | st.lists(port, max_size=4)


_IN_METADATA: Final = ("name", "namespace", "generateName", "labels")
_PARTS: Final = (
    *("annotations",) * 8,
    *("ports",) * 2,
    *("metadata", "spec"),
    *_IN_METADATA,
    *("type", "loadBalancerIP", "externalIPs", "externalTrafficPolicy", "sessionAffinity"),
)
_SOME_PARTS: Final = st.lists(st.sampled_from(_PARTS), min_size=1, max_size=3)
tame_services: Final = hostile_services(json_values())  # hostile, but neither huge nor deep


# ---------------------------------------------------------------------------------------------- clusters and policies

_small: Final = st.integers(0, 3)
versions: Final = st.one_of(
    st.builds(Version, st.just(1), st.integers(7, 36), st.none() | st.integers(0, 20), st.none() | st.integers(0, 90)),
    st.builds(Version, _small, _small, st.none() | _small, st.none() | _small),
)
known_versions: Final = st.builds(Version, st.just(1), st.integers(7, 36), st.integers(0, 20), st.integers(0, 90))
_releases: Final = st.one_of(
    st.builds(Version, st.just(1), st.integers(8, 30), st.none() | st.integers(0, 20)),
    st.builds(Version, st.just(1), st.integers(8, 30), st.integers(0, 20), st.integers(0, 90)),
)
gates: Final = st.lists(_releases, min_size=1, max_size=4, unique_by=lambda version: version.line).map(
    lambda releases: VersionGate(tuple(sorted(releases, key=lambda version: version.line)))
)


def facts() -> st.SearchStrategy[Json]:
    """Facts of a cluster as Cluster takes them, None where one is not known."""
    addresses = st.sampled_from(("10.0.0.1", "192.168.0.1", "fe80::1")).map(ip_address)
    return st.fixed_dictionaries(
        {
            "version": st.none() | versions,
            "type": st.sampled_from((None, "standard", "turbo", "autopilot")),
            "proxy_mode": st.sampled_from((None, "iptables", "ipvs")),
            "node_ips": st.none() | st.frozensets(addresses),
            "profile": st.sampled_from((None, "huawei", "otc")),
        }
    )


clusters: Final = facts().map(lambda known: Cluster(**known))


_SEVERITIES: Final = st.dictionaries(st.sampled_from(sorted(RULES)), st.sampled_from(Severity), max_size=5)
_NO_DEFAULTS: Final = st.frozensets(
    st.sampled_from(("elb.class", "elb.lb-algorithm", "elb.autocreate.name", "elb.health-check-option")), max_size=2
)


@st.composite
def policies(draw: st.DrawFn, *, classes: bool = True) -> Policy:
    """An operator's policy; `classes`: whether it may have a default class."""
    severities = draw(_SEVERITIES)
    off = draw(_NO_DEFAULTS)
    default_class = draw(st.sampled_from((None, "union", "performance"))) if classes else None
    cluster_id, heeds_ignore = draw(st.sampled_from(("", "cluster-1"))), draw(st.booleans())
    profile: Profile | None = draw(st.sampled_from((None, "huawei", "otc")))
    return Policy(severities, off, default_class, cluster_id, heeds_ignore, profile)


others: st.SearchStrategy[str] = st.sampled_from(("no annotations", "another type", "another class"))


def unjudged(service: Json, how: str) -> Json:
    """The same Service as no rule about load balancers of CCE is asked about it, in one of the ways of `others`."""
    found: Json = json.loads(json.dumps(service))
    if how == "no annotations":
        texts = found["metadata"].get("annotations") or {}
        found["metadata"]["annotations"] = {key: text for key, text in texts.items() if not key.startswith(PREFIX)}
    else:
        found["spec"] |= {"type": "NodePort"} if how == "another type" else {"loadBalancerClass": "example.com/metal"}
    return found
