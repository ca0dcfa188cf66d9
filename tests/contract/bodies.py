"""Bodies that only a broken or a hostile client sends, by what is odd about them."""

import gzip
import json
from typing import Final

from tests.support.reviews import CREATED, ELB, EXISTING, UID, encoded, review, service

LARGEST: Final = 7 * 1024 * 1024


def _with_annotation(json_text: str) -> bytes:
    """A review in which the text stands unquoted in the place of an annotation's value."""
    mark = "@value@"
    return encoded(review(service({**EXISTING, "example.com/odd": mark}))).replace(
        f'"{mark}"'.encode(), json_text.encode()
    )


def _nested(depth: int) -> str:
    return "[" * depth + "]" * depth


def _objects(depth: int) -> str:
    return '{"a":' * depth + "1" + "}" * depth


def padded(size: int) -> bytes:
    """A review of exactly so many bytes, most of them in managedFields."""
    large = service(dict(EXISTING))
    large["metadata"]["managedFields"] = [{"manager": ""}]
    missing = size - len(encoded(review(large)))
    large["metadata"]["managedFields"] = [{"manager": "m" * missing}]
    return encoded(review(large))


ORDINARY: Final = encoded(review(service(dict(EXISTING))))

# The uid can be read: 200, with the uid, whatever the rest looks like.
READABLE: Final[dict[str, bytes]] = {
    "object null": encoded(review(None)),
    "object a list": encoded(review([1, 2])),
    "object a text": encoded(review("Service")),
    "object empty": encoded(review({})),
    "metadata null": encoded(review({"metadata": None, "spec": {"type": "LoadBalancer"}})),
    "metadata a number": encoded(review({"metadata": 5, "spec": 5})),
    "annotations a list": encoded(review(service([1]))),
    "annotation a number": encoded(review(service({**EXISTING, "a": 1}))),
    "annotation null": encoded(review(service({ELB + "id": None}))),
    "annotation a huge integer": encoded(
        review(service({ELB + "autocreate": '{"bandwidth_size": 1' + "0" * 5000 + "}"}))
    ),
    "annotation a deep text": encoded(review(service({ELB + "autocreate": "[" * 100_000}))),
    "annotation with NaN": encoded(review(service({ELB + "autocreate": '{"bandwidth_size": NaN}'}))),
    "annotation with a duplicate": encoded(
        review(service({ELB + "autocreate": '{"type": "inner", "type": "public"}'}))
    ),
    "annotation with Python's names": encoded(
        review(service({ELB + "autocreate": '{"cls": 1, "self": 2, "type": 3}'}))
    ),
    "annotation with NUL": encoded(review(service({**EXISTING, ELB + "class": "union\0"}))),
    "annotation with a lone surrogate": encoded(review(service({**CREATED, ELB + "class": "\ud800"}))),
    "key with a lone surrogate": encoded(review(service({**EXISTING, ELB + "\ud800": "x"}))),
    "name with a lone surrogate": encoded(review(service(dict(CREATED), {"name": "\ud800"}))),
    "ports a map": encoded(review(service(dict(EXISTING), ports={"80": "TCP"}))),
    "ports without numbers": encoded(review(service({**EXISTING, ELB + "protocol-port": "http:80"}, ports=[{}, 1]))),
    "nested 90 deep": _with_annotation(_nested(90)),
    "nested 500 deep": _with_annotation(_nested(500)),
    "nested 950 deep": _with_annotation(_nested(950)),
    "nested 100000 deep": _with_annotation(_nested(100_000)),
    "objects nested 100000 deep": _with_annotation(_objects(100_000)),
    "managedFields nested 1000000 deep": encoded(review(service(dict(EXISTING), {"managedFields": "@deep@"}))).replace(
        b'"@deep@"', _nested(1_000_000).encode()
    ),
    "options a list": encoded(review(service(dict(EXISTING)), options=["kubectl-edit"])),
    "NaN": _with_annotation("NaN"),
    "Infinity": _with_annotation("-Infinity"),
    "a huge integer": _with_annotation("9" * 100_000),
    "a huge fraction": _with_annotation("0." + "9" * 100_000 + "e-99999"),
    "a long integer": _with_annotation("9" * 400),
    "duplicate keys": ORDINARY.replace(b'"request": {', b'"request": {"uid": "another", "object": 1, ', 1),
    "UTF-16": json.dumps(review(service(dict(EXISTING)))).encode("utf-16"),
    "no kind": encoded(review(service(dict(EXISTING)), kind=None)),
    "no user": encoded(review(service(dict(EXISTING)), userInfo="alice")),
    "no operation": encoded(review(service(dict(EXISTING)), operation=5)),
    "old object a list": encoded(review(service(dict(EXISTING)), [1])),
    "dryRun a text": encoded(review(service(dict(EXISTING)), dryRun="yes")),
    "blanks around": b" \n\t" + ORDINARY + b"\r\n ",
}

# The uid cannot be read: 400, with one sentence.
UNREADABLE: Final[dict[str, bytes]] = {
    "nothing": b"",
    "blanks": b"   ",
    "text": b"hello",
    "half a review": ORDINARY[: len(ORDINARY) // 2],
    "a review and more": ORDINARY + b"}",
    "gzip": gzip.compress(ORDINARY),
    "NUL": b"\x00" * 100,
    "Latin-1": ORDINARY.replace(b'"shop"', b'"sh\xf6p"'),
    "null": b"null",
    "a number": b"5",
    "a list": encoded([review(service(dict(EXISTING)))]),
    "a list 100000 deep": _nested(100_000).encode(),
    "an open list": b"[" * 1_000_000,
    "an empty object": b"{}",
    "a Service": encoded(service(dict(EXISTING))),
    "another kind": encoded({**review(service()), "kind": "ConversionReview"}),
    "kind a list": encoded({**review(service()), "kind": ["AdmissionReview"]}),
    "another group": encoded({**review(service()), "apiVersion": "apps/v1"}),
    "no version": encoded({**review(service()), "apiVersion": None}),
    "no request": encoded({"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview"}),
    "request a list": encoded({**review(service()), "request": [UID]}),
    "no uid": encoded(review(service(), uid=None)),
    "uid a number": encoded(review(service(), uid=5)),
    "uid empty": encoded(review(service(), uid="")),
    "a form": b"uid=" + UID.encode(),
}
