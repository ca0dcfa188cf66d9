"""The longest that one annotation of a quarter of a megabyte holds the server: what Kubernetes' own limit allows."""

import json
import time
from typing import Any, Final

from elbguard_rules.core.facts import Cluster, Version
from elbguard_rules.core.service import Service
from elbguard_rules.guard import ANNOTATIONS, Guard

_SIZE: Final = 256 * 1024  # characters; the API server refuses more in all annotations together
_SHOWN: Final = 3


def _texts() -> dict[str, str]:
    """Texts that are much of one thing."""
    return {
        "commas": "," * _SIZE,
        "entries": "a," * (_SIZE // 2),
        "listeners": "http:80," * (_SIZE // 8),
        "tags": "a=b," * (_SIZE // 4),
        "digits": "1" * _SIZE,
        "brackets": "[" * _SIZE,
        "objects": json.dumps([{}] * (_SIZE // 4)),
        "checks": json.dumps([{"target_service_port": "TCP:80", "delay": 5, "x": 1}] * (_SIZE // 60)),
        "members": json.dumps({f"m{number}": 1 for number in range(_SIZE // 14)}),
        "ranges": json.dumps({f"w{number}": ["1,2"] for number in range(_SIZE // 18)}),
    }


def _service(key: str, text: str) -> Service:
    annotations = {"kubernetes.io/elb.id": "x", "kubernetes.io/elb.class": "performance", key: text}
    raw: dict[str, Any] = {"metadata": {"name": "web", "namespace": "shop", "annotations": annotations}}
    return Service({**raw, "spec": {"type": "LoadBalancer", "selector": {"a": "b"}, "ports": [{"port": 80}]}})


def run() -> None:
    """Print the slowest of all annotations with all of these texts, in milliseconds."""
    guard, cluster, texts = Guard(), Cluster(Version.parse("v1.36.2-r0")), _texts()
    costs: list[tuple[float, str, str]] = []
    for owner in ANNOTATIONS:
        for name, text in texts.items():
            start = time.perf_counter()
            guard.review(_service(owner.key, text), cluster)
            costs.append((time.perf_counter() - start, owner.key, name))
    print(f"one annotation of {_SIZE // 1024} KiB, the slowest of {len(costs)}")
    for seconds, key, name in sorted(costs, reverse=True)[:_SHOWN]:
        what = f"{key.removeprefix('kubernetes.io/')} of {name}"
        print(f"  {what:<42}{seconds * 1000:6.0f} ms")
