"""What the API server makes of a Service before a webhook sees it, as far as rules read it."""

from typing import Any, Final

_EXTERNAL: Final = ("LoadBalancer", "NodePort")


def defaulted(service: dict[str, Any]) -> dict[str, Any]:
    """A copy of a Service with Kubernetes' defaults (pkg/apis/core/v1/defaults.go, SetDefaults_Service)."""
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


def _port(port: Any) -> Any:
    return {**port, "protocol": port.get("protocol") or "TCP"} if isinstance(port, dict) else port
