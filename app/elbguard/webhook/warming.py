"""Warming: what the first requests would pay for is paid for before the server says that it is ready."""

import gc
import json
from typing import Any, Final

from elbguard.languages import rule_in
from elbguard.settings import Settings
from elbguard.webhook.admission import LOG, Admission
from elbguard_rules.guard import ANNOTATIONS, RULES

_TEXTS: Final = ("", "{}", "[]", "[{}]", '{"": 1}', "1")  # good and bad ones: each reader makes what it needs for both
_ROUNDS: Final = 20  # enough for the interpreter to specialise its code


def warm(settings: Settings) -> None:
    """Read every annotation and text of a rule, make some decisions, unseen; then free the collector of what stays.

    Objects made so far live as long as the process: a collection that goes through them would make somebody wait.
    """
    for owner in ANNOTATIONS:
        for text in _TEXTS:
            owner.reader.read(text, owner)
    for rule in RULES.values():
        rule_in(settings.lang, rule)
    admission, body = Admission(settings), json.dumps(_review()).encode()
    LOG.disabled = True
    try:
        for _ in range(_ROUNDS):
            admission.mutate(body)
            admission.validate(body)
    finally:
        LOG.disabled = False
    gc.collect()
    gc.freeze()


def _review() -> dict[str, Any]:
    """A creation with mistakes, with warnings and with something to fill in."""
    service = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {
            "name": "warm",
            "namespace": "warm",
            "annotations": {
                "kubernetes.io/elb.class": "performance",
                "kubernetes.io/elb.autocreate": '{"type": "public", "bandwidth_size": 5, "available_zone": ["a"]}',
                "kubernetes.io/elb.protocol-port": "https:443,http:80",
                "kubernetes.io/elb.health-check-flag": "on",
                "kubernetes.io/elb.unknown": "",
            },
        },
        "spec": {"type": "LoadBalancer", "ports": [{"port": 443, "protocol": "TCP"}, {"port": 80}]},
    }
    request = {
        "uid": "warm",
        "kind": {"group": "", "version": "v1", "kind": "Service"},
        "operation": "CREATE",
        "namespace": "warm",
        "object": service,
    }
    return {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": request}
