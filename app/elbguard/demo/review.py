"""A manifest as the API server would send it to a webhook."""

import json
import uuid
from pathlib import Path
from typing import Any, Final

import yaml

_KIND: Final = {"group": "", "version": "v1", "kind": "Service"}


def service(path: Path) -> dict[str, Any]:
    """The Service in a manifest, with the defaults of Kubernetes that matter here."""
    manifest: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    manifest["metadata"].setdefault("namespace", "default")
    manifest["spec"].setdefault("externalTrafficPolicy", "Cluster")
    return manifest


def review(manifest: dict[str, Any]) -> bytes:
    """The AdmissionReview of its creation."""
    request = {
        "uid": str(uuid.uuid4()),
        "kind": _KIND,
        "resource": {"group": "", "version": "v1", "resource": "services"},
        "name": manifest["metadata"].get("name", ""),
        "namespace": manifest["metadata"]["namespace"],
        "operation": "CREATE",
        "userInfo": {"username": "demo"},
        "object": manifest,
        "oldObject": None,
        "dryRun": False,
    }
    return json.dumps({"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": request}).encode()
