"""Services that only a hostile author writes, of any size, by what there is much of.

Any author of a Service can send them: the API server's own limit of 256 KiB for all annotations is applied after the
mutating call, so each of these may be as large as a request, 3 MiB.
"""

from collections.abc import Callable, Iterable
from functools import cache
from typing import Final

from tests.support.reviews import ELB, Json, encoded, review, service

Text = Callable[[int], str]

# Texts of about so many characters.
TEXTS: Final[dict[str, Text]] = {
    "one letter": lambda size: "a" * size,
    "blanks": lambda size: " " * size + "a",
    "commas": lambda size: "," * size,
    "entries": lambda size: ",".join(f"e{number}" for number in range(size // 7)),
    "the same entry": lambda size: "5083f225-9bf8-48fa-9c8b-67bd9693c4c0," * (size // 37),
    "listeners": lambda size: ",".join(f"http:{number % 65535 + 1}" for number in range(size // 10)),
    "listeners and a mistake": lambda size: "http:80," * (size // 8) + "x",
    "tags": lambda size: ",".join(f"k{number}=v" for number in range(size // 9)),
    "digits": lambda size: "1" * size,
    "a fraction": lambda size: "0." + "1" * size,
    "open brackets": lambda size: "[" * size,
    "open braces": lambda size: '{"a":' * (size // 5),
    "deep arrays": lambda size: "[" * (size // 2) + "]" * (size // 2),
    "deep and an open string of quotes": lambda size: "[" * 40 + '"' + '\\"' * (size // 2),
    "an open string": lambda size: '{"type": "' + "a" * size,
    "escapes": lambda size: '{"type": "' + "\\u0061" * (size // 6) + '"}',
    "backslashes": lambda size: '{"type": "' + "\\" * size,
    "numbers": lambda size: "[" + "1," * (size // 2) + "1]",
    "numbers and a mistake": lambda size: "[" + "1," * (size // 2) + "]",
    "objects": lambda size: "[" + "{}," * (size // 3) + "{}]",
    "objects and a mistake": lambda size: "[" + "{}," * (size // 3) + "]",
    "objects with a wrong member": lambda size: "[" + '{"delay":5},' * (size // 12) + "{}]",
    "objects with an unknown member": lambda size: "[" + '{"dlay":5},' * (size // 11) + "{}]",
    "checks of other ports": lambda size: (
        "[" + ",".join(f'{{"target_service_port":"TCP:{n % 65535 + 1}"}}' for n in range(size // 33)) + "]"
    ),
    "strings": lambda size: "[" + '"",' * (size // 3) + '""]',
    "members": lambda size: "{" + ",".join(f'"m{number}":1' for number in range(size // 11)) + "}",
    "a duplicate at the end": lambda size: "{" + ",".join(f'"m{n}":1' for n in range(size // 11)) + ',"m1":1}',
    "one long member": lambda size: '{"' + "a" * size + '":1}',
    "one long value": lambda size: '{"type":"' + "a" * size + '"}',
    "one long name": lambda size: '{"name":"' + "ä" * (size // 2) + '"}',
    "ranges": lambda size: "{" + ",".join(f'"w{number}":["1,2"]' for number in range(size // 16)) + "}",
    "ranges of one": lambda size: '{"http":[' + ",".join(f'"{n % 60000 + 1},60000"' for n in range(size // 14)) + "]}",
    "zones": lambda size: '{"available_zone":[' + '"a",' * (size // 4) + '""]}',
    "weights": lambda size: '{"defaultWeight":1,"groups":[' + "{}," * (size // 3) + "{}]}",
    "controls": lambda size: "\x07" * size,
    "emoji": lambda size: '{"name":"' + "😀" * (size // 4) + '"}',
}


# What may be as large beside a text: functions from a size to a Service's metadata and spec.
def _ports(size: int) -> list[Json]:
    return [{"name": f"p{n}", "port": n % 65535 + 1, "protocol": "TCP"} for n in range(size // 45)]


LISTS: Final[dict[str, Callable[[int], tuple[Json, Json]]]] = {
    "ports": lambda size: ({}, {"ports": _ports(size)}),
    "UDP ports": lambda size: ({}, {"ports": [{**port, "protocol": "UDP"} for port in _ports(size)]}),
    "SCTP ports": lambda size: ({}, {"ports": [{**port, "protocol": "SCTP"} for port in _ports(size)]}),
    "health ports": lambda size: ({}, {"ports": [{**port, "name": "cce-healthz"} for port in _ports(size)]}),
    "empty ports": lambda size: ({}, {"ports": [{}] * (size // 4)}),
    "numbers for ports": lambda size: ({}, {"ports": [1] * (size // 3)}),
    "external addresses": lambda size: ({}, {"externalIPs": ["10.0.0.1"] * (size // 12)}),
    "source ranges": lambda size: ({}, {"loadBalancerSourceRanges": ["10.0.0.0/8"] * (size // 14)}),
    "families": lambda size: ({}, {"ipFamilies": ["IPv4"] * (size // 8)}),
    "a selector": lambda size: ({}, {"selector": {f"k{n}": "v" for n in range(size // 14)}}),
    "a long address": lambda size: ({}, {"loadBalancerIP": "1" * size}),
    "a long type": lambda size: ({}, {"type": "L" * size}),
    "labels": lambda size: ({"labels": {f"k{n}": "v" for n in range(size // 14)}}, {}),
    "finalizers": lambda size: ({"finalizers": ["a/b"] * (size // 7)}, {}),
    "managed fields": lambda size: (
        {"managedFields": [{"manager": "m", "fieldsV1": {f"f:{n}": {} for n in range(size // 13)}}]},
        {},
    ),
    "a long name": lambda size: ({"name": "n" * size}, {}),
    "a long namespace": lambda size: ({"namespace": "n" * size}, {}),
}

# Annotations of which there are many; each of few characters.
MAPS: Final[dict[str, Callable[[int], Json]]] = {
    "unknown annotations": lambda size: {f"{ELB}x{n}": "" for n in range(size // 32)},
    "misspelt annotations": lambda size: {f"{ELB}lb-algorith{n}": "" for n in range(size // 40)},
    "foreign annotations": lambda size: {f"a/b{n}": "" for n in range(size // 12)},
    "annotations that are no text": lambda size: {f"{ELB}x{n}": n for n in range(size // 32)},
    "annotations that are lists": lambda size: {f"{ELB}id": [[]] * (size // 4)},
    "long keys": lambda size: {f"{ELB}{'x' * size}": ""},
    "a long suppression": lambda size: {"elbguard.io/ignore": "ELB101," * (size // 7)},
}


def _annotations(key: str, text: str) -> Json:
    return {ELB + "id": "5083f225-9bf8-48fa-9c8b-67bd9693c4c0", ELB + "class": "performance", key: text}


@cache
def _text(name: str, size: int) -> str:
    return TEXTS[name](size)


def with_text(key: str, name: str, size: int) -> Json:
    """A Service with one annotation of about so many characters, full of what TEXTS has under that name."""
    return service(_annotations(key, _text(name, size)))


def with_texts(keys: Iterable[str], name: str, size: int) -> Json:
    """A Service with these annotations, each of about so many characters of what TEXTS has under that name."""
    return service(dict.fromkeys(keys, _text(name, size)))


def with_much(name: str, size: int) -> Json:
    """A Service with about so many bytes of what MUCH has under that name."""
    return MUCH[name](size)


def _list(name: str) -> Callable[[int], Json]:
    layers = {ELB + "protocol-port": "http:80", ELB + "health-check-options": '[{"target_service_port":"TCP:80"}]'}

    def make(size: int) -> Json:
        metadata, spec = LISTS[name](size)
        return service({**_annotations(ELB + "acl-id", "x"), **layers}, metadata, **spec)

    return make


def _map(name: str) -> Callable[[int], Json]:
    return lambda size: service({**_annotations(ELB + "acl-id", "x"), **MAPS[name](size)})


def _pair(key: str, text: str, name: str) -> Callable[[int], Json]:
    """Much of two things that rules compare with each other."""

    def make(size: int) -> Json:
        metadata, spec = LISTS[name](size // 2)
        return service(_annotations(ELB + key, TEXTS[text](size // 2)), metadata, **spec)

    return make


_COMPARED: Final = {
    "protocol-port": "listeners",
    "health-check-options": "checks of other ports",
    "port-ranges": "ranges",
}
MUCH: Final[dict[str, Callable[[int], Json]]] = {
    **{name: _list(name) for name in LISTS},
    **{name: _map(name) for name in MAPS},
    **{
        f"{key} against {name}": _pair(key, text, name)
        for key, text in _COMPARED.items()
        for name in ("ports", "UDP ports", "health ports")
    },
}


def bodies(made: Json) -> dict[str, bytes]:
    """The reviews of a creation, of an update that changes nothing, and of one that breaks everything."""
    plain = service({ELB + "id": "5083f225-9bf8-48fa-9c8b-67bd9693c4c0"})
    return {
        "created": encoded(review(made)),
        "updated": encoded(review(made, made)),
        "made worse": encoded(review(made, plain)),
    }


def _ordinary() -> bytes:
    return encoded(review(service({ELB + "id": "5083f225-9bf8-48fa-9c8b-67bd9693c4c0"})))


def _beside(text: str) -> bytes:
    """An ordinary review with one member more in its request."""
    return _ordinary().replace(b'"request": {', b'"request": {"x": ' + text.encode() + b", ", 1)


def _behind(text: bytes) -> bytes:
    """An ordinary review that never ends."""
    return _ordinary()[:-1] + b', "x": ' + text


# Bodies whose size is not in the Service, or not in one that the API server would send.
BODIES: Final[dict[str, Callable[[int], bytes]]] = {
    "numbers": lambda size: _beside(TEXTS["numbers"](size)),
    "objects": lambda size: _beside(TEXTS["objects"](size)),
    "strings": lambda size: _beside(TEXTS["strings"](size)),
    "deep arrays": lambda size: _beside(TEXTS["deep arrays"](size)),
    "members": lambda size: _beside(TEXTS["members"](size)),
    "digits": lambda size: _beside(TEXTS["digits"](size)),
    "a fraction": lambda size: _beside(TEXTS["a fraction"](size)),
    "deep objects": lambda size: _beside('{"a":' * (size // 6) + "1" + "}" * (size // 6)),
    "lone surrogates": lambda size: _beside('"' + "\\ud800" * (size // 6) + '"'),
    "NaN": lambda size: _beside("[" + "NaN," * (size // 4) + "NaN]"),
    "long integers": lambda size: _beside("[" + ("9" * 400 + ",") * (size // 401) + "1]"),
    "open objects": lambda size: _behind(b'{"a":' * (size // 5)),
    "an open string of quotes": lambda size: _behind(b"[" * 1000 + b'"' + b'\\"' * (size // 2)),
    "open brackets": lambda size: b"[" * size,
    "a long uid": lambda size: _ordinary().replace(b'"uid": "', b'"uid": "' + b"u" * size, 1),
    "a long version": lambda size: _ordinary().replace(b"k8s.io/v1", b"k8s.io/v1" + b"v" * size, 1),
    "a long operation": lambda size: _ordinary().replace(b'"CREATE"', b'"' + b"C" * size + b'"', 1),
    "blanks": lambda size: _ordinary() + b" " * size,
}
