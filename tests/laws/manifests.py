"""Manifests with planted mistakes, written in every style, beside the same manifests without them."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from hypothesis import strategies as st

ELB: Final = "kubernetes.io/elb."
UUID: Final = "5083f225-9bf8-48fa-9c8b-67bd9693c4c0"
CERT: Final = "17e3b4f4bc40471c86741dc3aa211379"
BLANK: Final = "\0"  # in a text: a blank where its author may break the line


@dataclass(frozen=True)
class Manifest:
    """A manifest with mistakes, and the same without them."""

    wrong: str
    right: str


@dataclass(frozen=True)
class Slip:
    """An annotation as it is written and as it should be; `bare`: written without quotes, and so no text for YAML."""

    key: str
    text: str
    right_key: str
    right: str
    bare: bool = False

    def version(self, *, good: bool) -> tuple[str, str]:
        """Key and text, with the mistakes or without."""
        return (self.right_key, self.right) if good else (self.key, self.text)

    @property
    def ends_anywhere(self) -> bool:
        """Whether a line break at the end is no mistake."""
        return self.right[0] == "{" or ":" in self.right


def _slips(name: str, right: str, *wrong: str, bare: bool = False) -> list[Slip]:
    key = name if "/" in name else ELB + name
    return [Slip(key, text, key, right, bare) for text in wrong]


def _misnamed(name: str, right: str, *wrong: str) -> list[Slip]:
    return [Slip(key if "/" in key else ELB + key, right, ELB + name, right) for key in wrong]


_ID: Final = [*_slips("id", UUID, UUID, f" {UUID}", f"{UUID}  "), *_misnamed("id", UUID, "ID", "kubernetes.io/elb-id")]
_KINDS: Final = (
    [
        *_slips("class", "union", "union", "Union", "UNION ", "shared", " Shared"),
        *_misnamed("class", "union", "clas", "Class"),
        Slip(f"{ELB}clas", "shared", f"{ELB}class", "union"),
    ],
    [
        *_slips("lb-algorithm", "LEAST_CONNECTIONS", "least_connections", "Least-Connections", " LEAST_CONNECTIONS"),
        *_misnamed("lb-algorithm", "ROUND_ROBIN", "lb_algorithm", "lb-algoritm"),
    ],
    [
        *_slips("pass-through", "true", "True", "TRUE "),
        *_slips("pass-through", "true", "true", "yes", "True", "on", bare=True),
    ],
    [
        *_slips("kubernetes.io/hws-hostNetwork", "true", "True"),
        *_slips("kubernetes.io/hws-hostNetwork", "true", "true", "yes", bare=True),
    ],
    [
        *_slips("adaptive-weight", "true", "true", bare=True),
        *_slips("example.com/größe", "5", "5", bare=True),
        *_slips("example.com/größe", "0x1F", "0x1F", bare=True),
    ],
)
_FLAG: Final = [
    *_slips("health-check-flag", "on", "on", "ON", "true", "yes ", "enable"),
    *_slips("health-check-flag", "on", "on", "On", "true", "yes", bare=True),
    *_slips("health-check-flag", "off", "off", "false", "NO", bare=True),
    Slip(f"{ELB}health-check-flg", "yes", f"{ELB}health-check-flag", "on", bare=True),
]
_LISTENERS: Final = (
    "https:443,http:80",
    "https:443, http:80",
    "https:443;http:80",
    "HTTPS:443,http:80,",
    "https :443 HTTP:80",
    ", https:443,http:80 ,; ",
    f"https:443,{BLANK}http:80 ;",
)
_PORTS: Final = _slips("protocol-port", "https:443,http:80", *_LISTENERS)
_CERT: Final = [*_slips("cert-id", CERT, CERT, f" {CERT}"), *_misnamed("cert-id", CERT, "cert_id", "certid")]

_Member = tuple[str, str]  # name and JSON value
_PUBLIC: Final[tuple[_Member, ...]] = (
    ("type", '"public"'),
    ("bandwidth_size", "5"),
    ("bandwidth_sharetype", '"PER"'),
    ("eip_type", '"5_bgp"'),
    ("bandwidth_chargemode", '"traffic"'),
    ("name", '"größe漢"'),
)
_CHECK: Final[tuple[_Member, ...]] = (
    ("delay", '"5"'),
    ("timeout", '"10"'),
    ("max_retries", '"3"'),
    ("protocol", '"TCP"'),
    ("path", '"/"'),
)
_CHECKS: Final = (
    (("target_service_port", '"TCP:80"'), ("monitor_port", '"9090"'), *_CHECK),
    (("target_service_port", '"TCP:443"'), *_CHECK),
)
_WRONG: Final[dict[str, tuple[_Member, ...]]] = {  # "": the right value
    "type": (
        ("type", '"Public"'),
        ("Type", '"public"'),
        ("TYPE", '"Public"'),
        ("type", '" PUBLIC "'),
        ("typ", '"public"'),
    ),
    "bandwidth_size": (("bandwidth_size", '"5"'), ("bandwith_size", "5"), ("bandwidthSize", '" 5"')),
    "bandwidth_sharetype": (
        ("bandwidth_sharetype", '"per"'),
        ("bandwidth_share_type", '"PER"'),
        ("bandwidth_\u017fHARETYPE", '"per"'),
    ),
    "bandwidth_chargemode": (("bandwidth_chargemode", '"Traffic"'),),
    "eip_type": (("eip-type", '"5_bgp"'),),
    "target_service_port": (("targetServicePort", ""), ("target-service-port", "")),
    "monitor_port": (("monitor_port", "9090"), ("monitorPort", '"9090"'), ("monitor_ports", "9090")),
    "delay": (("delay", "5"), ("Delay", '"5"'), ("delay", '" 5"'), ("delay", "5.0")),
    "timeout": (("timeout", "10"), ("time_out", "10")),
    "max_retries": (("max_retries", "3"), ("max-retries", '"3"'), ("maxRetries", "3")),
    "protocol": (("protocol", '"tcp"'), ("protocol", '"Tcp "'), ("protocoll", '"TCP"')),
}


def _object(members: Iterable[_Member]) -> str:
    return "{" + f",{BLANK}".join(f'"{name}":{BLANK}{value}' for name, value in members) + "}"


@st.composite
def _slipped(draw: st.DrawFn, right: tuple[_Member, ...]) -> list[_Member]:
    """The members of an object, some of them with a mistake."""
    chosen = [draw(st.sampled_from((member, *_WRONG.get(member[0], ())))) for member in right]
    return [(name, value or given) for (name, value), (_, given) in zip(chosen, right, strict=True)]


@st.composite
def _json_slip(draw: st.DrawFn, name: str, right: tuple[_Member, ...]) -> Slip:
    return Slip(ELB + name, _object(draw(_slipped(right))), ELB + name, _object(right))


@st.composite
def _array_slip(draw: st.DrawFn, name: str, right: tuple[tuple[_Member, ...], ...]) -> Slip:
    """An array of objects; where there is one only, its brackets may be missing."""
    right = right[: draw(st.integers(1, len(right)))]
    wrong, good = (f",{BLANK}".join(map(_object, some)) for some in ([draw(_slipped(o)) for o in right], right))
    return Slip(ELB + name, wrong if len(right) == 1 and draw(st.booleans()) else f"[{wrong}]", ELB + name, f"[{good}]")


@st.composite
def _annotations(draw: st.DrawFn) -> list[Slip]:
    slips = [draw(_json_slip("autocreate", _PUBLIC) if draw(st.booleans()) else st.sampled_from(_ID))]
    slips += [draw(st.sampled_from(kind)) for kind in _KINDS if draw(st.booleans())]
    if draw(st.booleans()):
        slips += [draw(st.sampled_from(_PORTS)), draw(st.sampled_from(_CERT))]
    if draw(st.booleans()):
        slips.append(draw(st.sampled_from(_FLAG)))
    elif draw(st.booleans()):
        slips.append(draw(_json_slip("health-check-option", _CHECK)))
    elif draw(st.booleans()):
        slips.append(draw(_array_slip("health-check-options", _CHECKS)))
    return draw(st.permutations(slips))


@dataclass(frozen=True)
class _Hand:
    """How somebody writes an annotation: the quotes of its key, the style of its value, a comment behind it."""

    key: str
    value: str
    breaks: bool
    note: str

    def write(self, slip: Slip, *, good: bool, flow: bool) -> str:
        key, text = slip.version(good=good)
        value = f'"{text}"' if slip.bare and good else text if slip.bare else self._value(slip, text, good, flow)
        note = "" if flow or value[0] in "|>" else self.note
        return f"{self.key}{key}{self.key}: {value}{note}"

    def _value(self, slip: Slip, text: str, good: bool, flow: bool) -> str:
        both = (slip.text, slip.right)
        joint = f"\n{_INDENT}" if self.breaks else " "
        if self.value[:1] in ("|", ">") and not flow and all(t == t.strip() for t in both):
            end = "-" if good and not slip.ends_anywhere else self.value[1:]
            return f"{self.value[0]}{end}\n{_INDENT}{text.replace(BLANK, joint)}"
        if self.value == "" and all(_is_bare(t, flow=flow) for t in both):
            return text.replace(BLANK, joint)
        if self.value == '"':
            text = text.replace("\\", "\\\\").replace('"', '\\"')
            return f'"{text.replace(BLANK, joint)}"'
        return f"'{text.replace(BLANK, joint)}'"


_INDENT: Final = " " * 6
_hands: Final = st.builds(
    _Hand,
    st.sampled_from(("", "", "'", '"')),
    st.sampled_from(("", "'", '"', "|", "|-", ">", ">-")),
    st.booleans(),
    st.sampled_from(("", "", "  # Größe 漢 \U0001f600")),
)


def _is_bare(text: str, *, flow: bool) -> bool:
    words = ("on", "off", "true", "True", "yes")
    return text == text.strip() and text[0] not in "{[" and text not in words and not (flow and "," in text)


@st.composite
def planted(draw: st.DrawFn) -> Manifest:
    """A manifest with mistakes, beside itself without them."""
    slips = draw(_annotations())
    style = draw(st.sampled_from(("block", "block", "flow", "json")))
    hands = [draw(_hands) for _ in slips]
    end = draw(st.sampled_from(("\n", "\r\n")))
    write = draw(st.sampled_from((_annotations_first, _annotations_last)))
    texts: list[str] = []
    for good in (False, True):
        if style == "json":
            text = _json(_pair(slip, good=good) for slip in slips)
        else:
            flow = style == "flow"
            rows = [hand.write(slip, good=good, flow=flow) for slip, hand in zip(slips, hands, strict=True)]
            notes = "{" + ", ".join(rows) + "}" if flow else "".join(f"\n    {row}" for row in rows)
            text = write(f"  annotations:{' ' if flow else ''}{notes}\n")
        texts.append(text.replace("\n", end))
    return Manifest(*texts)


def _pair(slip: Slip, *, good: bool) -> str:
    if slip.bare and not good and slip.text in ("true", "false", "5"):
        return f'"{slip.key}": {slip.text}'
    key, text = slip.version(good=good or slip.bare)  # other words are no JSON
    return f'"{key}": {json.dumps(text.replace(BLANK, " "), ensure_ascii=False)}'


_HEAD: Final = "# first\napiVersion: v1\nkind: Service  # kind\nmetadata:\n  name: 'web'\n"
_SPEC: Final = "spec:\n   type:   LoadBalancer\n   selector: {app: web}\n   ports: [{port: 80}, {port: 443}]\n"


def _annotations_first(notes: str) -> str:
    return f"{_HEAD}{notes}{_SPEC}---\n# nothing\na: {{b: on}}"


def _annotations_last(notes: str) -> str:
    return f"a: b\n---\n{_SPEC}{_HEAD}{notes}"


def _json(pairs: Iterable[str]) -> str:
    inside = ",\n".join(f"      {pair}" for pair in pairs)
    head = '{\n  "apiVersion": "v1",\n  "kind": "Service",\n  "metadata": {\n    "name": "web",\n    "annotations": {\n'
    ports = '"ports": [{"port": 80}, {"port": 443}]'
    spec = f'  "spec": {{"type": "LoadBalancer", "selector": {{"app": "web"}}, {ports}}}\n'
    return f"{head}{inside}\n    }}\n  }},\n{spec}}}\n"
