"""Kinds of others that an API server shall know, such as cert-manager's, without their schemas."""

import json

from .cluster import Cluster


def known(cluster: Cluster, group: str, *kinds: str) -> None:
    """Make kinds of a group known, in version v1 and in namespaces, and wait until they are."""
    for kind in kinds:
        plural = f"{kind.lower()}s"
        schema = {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}}
        spec = {
            "group": group,
            "scope": "Namespaced",
            "names": {"kind": kind, "plural": plural},
            "versions": [{"name": "v1", "served": True, "storage": True, "schema": schema}],
        }
        name = f"{plural}.{group}"
        crd = {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": name}}
        cluster.kubectl("apply", "-f", "-", stdin=json.dumps({**crd, "spec": spec}), check=True)
        cluster.kubectl("wait", "--for=condition=Established", f"crd/{name}", check=True)
