"""AdmissionReviews as an API server sends them, every one with another text, so that no cache flatters a figure."""

import json
from typing import Any, Final

_FIELDS: Final[dict[str, Any]] = {
    "f:metadata": {
        "f:annotations": {
            ".": {},
            "f:kubectl.kubernetes.io/last-applied-configuration": {},
            "f:kubernetes.io/elb.autocreate": {},
            "f:kubernetes.io/elb.cert-id": {},
            "f:kubernetes.io/elb.class": {},
            "f:kubernetes.io/elb.protocol-port": {},
        },
        "f:labels": {".": {}, "f:app": {}},
    },
    "f:spec": {
        "f:externalTrafficPolicy": {},
        "f:ports": {
            ".": {},
            'k:{"port":443,"protocol":"TCP"}': {".": {}, "f:name": {}, "f:port": {}, "f:targetPort": {}},
            'k:{"port":80,"protocol":"TCP"}': {".": {}, "f:name": {}, "f:port": {}, "f:targetPort": {}},
        },
        "f:selector": {".": {}, "f:app": {}},
        "f:sessionAffinity": {},
        "f:type": {},
    },
}


def review(number: int) -> bytes:
    """A creation of some 3 KB: a dedicated load balancer with two listeners, the documentation's richest example."""
    autocreate = {
        "type": "public",
        "bandwidth_name": f"cce-bandwidth-{1600000000000 + number}",
        "bandwidth_chargemode": "bandwidth",
        "bandwidth_size": 5,
        "bandwidth_sharetype": "PER",
        "eip_type": "5_bgp",
        "available_zone": ["zone-a"],
        "l7_flavor_name": "L7_flavor.elb.s2.small",
        "l4_flavor_name": "L4_flavor.elb.s1.medium",
    }
    service: dict[str, Any] = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {
            "name": f"web-{number}",
            "namespace": "shop",
            "labels": {"app": "web"},
            "annotations": {
                "kubernetes.io/elb.class": "performance",
                "kubernetes.io/elb.autocreate": json.dumps(autocreate),
                "kubernetes.io/elb.protocol-port": "https:443,http:80",
                "kubernetes.io/elb.cert-id": f"{number:032x}",
            },
        },
        "spec": {
            "ports": [
                {"name": "https", "protocol": "TCP", "port": 443, "targetPort": 80},
                {"name": "http", "protocol": "TCP", "port": 80, "targetPort": 80},
            ],
            "selector": {"app": "web"},
            "type": "LoadBalancer",
            "sessionAffinity": "None",
            "externalTrafficPolicy": "Cluster",
        },
    }
    return _request(number, service)


def plain(number: int) -> bytes:
    """A creation on an existing load balancer, as most are: its ID, and nothing else."""
    service: dict[str, Any] = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {
            "name": f"web-{number}",
            "namespace": "shop",
            "labels": {"app": "web"},
            "annotations": {"kubernetes.io/elb.id": f"3c7caa5a-a641-4bff-801a-{number:012x}"},
        },
        "spec": {
            "ports": [{"name": "http", "protocol": "TCP", "port": 80, "targetPort": 80}],
            "selector": {"app": "web"},
            "type": "LoadBalancer",
            "sessionAffinity": "None",
            "externalTrafficPolicy": "Cluster",
        },
    }
    return _request(number, service)


def _request(number: int, service: dict[str, Any]) -> bytes:
    """The review of a creation, with what kubectl notes in the Service."""
    applied = "kubectl.kubernetes.io/last-applied-configuration"
    service["metadata"]["annotations"][applied] = json.dumps(service)
    service["metadata"]["managedFields"] = [
        {"manager": "kubectl", "operation": "Update", "apiVersion": "v1", "fieldsType": "FieldsV1", "fieldsV1": _FIELDS}
    ]
    kind = {"group": "", "version": "v1", "kind": "Service"}
    resource = {"group": "", "version": "v1", "resource": "services"}
    request = {
        "uid": f"705ab4f5-6393-11e8-b7cc-{number:012x}",
        "kind": kind,
        "resource": resource,
        "requestKind": kind,
        "requestResource": resource,
        "name": f"web-{number}",
        "namespace": "shop",
        "operation": "CREATE",
        "userInfo": {"username": "alice", "groups": ["developers", "system:authenticated"]},
        "object": service,
        "oldObject": None,
        "dryRun": False,
        "options": {"kind": "CreateOptions", "apiVersion": "meta.k8s.io/v1"},
    }
    return json.dumps({"kind": "AdmissionReview", "apiVersion": "admission.k8s.io/v1", "request": request}).encode()
