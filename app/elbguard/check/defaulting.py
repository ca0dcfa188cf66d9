"""What the API server makes of a Service before a webhook sees it, as far as rules read it."""

from collections.abc import Mapping
from typing import Any, Final

_EXTERNAL: Final = ("LoadBalancer", "NodePort")


def defaulted(service: dict[str, Any]) -> dict[str, Any]:
    """A copy of a Service with Kubernetes' defaults (pkg/apis/core/v1/defaults.go, SetDefaults_Service).

    An annotation with nothing behind its colon is null in YAML and JSON; the API server decodes that as the empty text.
    """
    service = {**service, **_metadata(service.get("metadata"))}
    spec = service.get("spec")
    if not isinstance(spec, dict):
        return service
    kind = spec.get("type") or "ClusterIP"
    external = {"externalTrafficPolicy": "Cluster"} if kind in _EXTERNAL else {}
    ports = spec.get("ports")
    listed = [_port(port) for port in ports] if isinstance(ports, list) else ports
    filled = {"type": kind, "sessionAffinity": "None", **external}
    given = {name: value for name, value in spec.items() if value not in (None, "")}
    return {**service, "spec": {**filled, **given, **({"ports": listed} if listed is not None else {})}}


def is_live(raw: Mapping[str, Any]) -> bool:
    """Whether a Service was read from a cluster, as by `kubectl get --output yaml`.

    Only what is there has a resourceVersion: the API server refuses to create an object with one (Kubernetes API
    conventions, "Concurrency control and consistency").
    """
    metadata = raw.get("metadata")
    return isinstance(metadata, Mapping) and bool(metadata.get("resourceVersion"))


def _metadata(metadata: Any) -> dict[str, Any]:
    annotations = metadata.get("annotations") if isinstance(metadata, dict) else None
    if not isinstance(annotations, dict) or None not in annotations.values():
        return {}
    texts = {key: "" if text is None else text for key, text in annotations.items()}
    return {"metadata": {**metadata, "annotations": texts}}


def _port(port: Any) -> Any:
    return {**port, "protocol": port.get("protocol") or "TCP"} if isinstance(port, dict) else port
