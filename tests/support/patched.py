"""A folder of manifests/ with patches on top, as an operator's own kustomization has them."""

import base64
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.support.built import MANIFESTS, NAME, PATCHING

CONFIGURATIONS = ("MutatingWebhookConfiguration", "ValidatingWebhookConfiguration")
ADMISSION = "admissionregistration.k8s.io"


@dataclass(frozen=True)
class Patch:
    """One JSON patch operation on the object of a kind (v1 of its group) that is called elbguard."""

    group: str
    kind: str
    operation: dict[str, Any]

    def entry(self, path: str) -> dict[str, Any]:
        """How a kustomization names it, the operation being in a file."""
        space = {} if self.kind in CONFIGURATIONS else {"namespace": NAME}
        return {
            "target": {"group": self.group, "version": "v1", "kind": self.kind, "name": NAME, **space},
            "path": path,
        }


BETA_BUDGET = Patch(
    "policy", "PodDisruptionBudget", {"op": "replace", "path": "/apiVersion", "value": "policy/v1beta1"}
)


def write(into: Path, folder: str, patches: Sequence[Patch]) -> None:
    """Write the kustomization and its patches into a folder, in the words of the kubectls that can build it."""
    files = [f"{number}.yaml" for number in range(len(patches))]
    for name, patch in zip(files, patches, strict=True):
        (into / name).write_text(json.dumps([patch.operation]), encoding="utf-8")
    words = ("resources", "patches") if folder in PATCHING else ("bases", "patchesJson6902")
    whole = {
        words[0]: [os.path.relpath(MANIFESTS / folder, into.resolve())],
        words[1]: [patch.entry(name) for name, patch in zip(files, patches, strict=True)],
    }
    (into / "kustomization.yaml").write_text(yaml.safe_dump(whole), encoding="utf-8")


def by_url(url: str, ca_pem: bytes) -> list[Patch]:
    """The patches that register another address in place of the Service."""
    bundle = base64.b64encode(ca_pem).decode()
    addresses = zip(CONFIGURATIONS, ("mutate", "validate"), strict=True)
    configs = [(kind, {"url": f"{url}/{path}", "caBundle": bundle}) for kind, path in addresses]
    place = "/webhooks/0/clientConfig"
    return [
        BETA_BUDGET,
        *(Patch(ADMISSION, kind, {"op": "replace", "path": place, "value": config}) for kind, config in configs),
    ]
