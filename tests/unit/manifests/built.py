"""The manifests as kubectl builds them: what is built, by whom, and the objects that come out."""

import os
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

ROOT: Final = Path(__file__).parent.parent.parent.parent
MANIFESTS: Final = ROOT / "manifests"
BASE: Final = "base"
MATCH_CONDITIONS: Final = "overlays/match-conditions"
CERT_MANAGER: Final = "overlays/cert-manager"
SHADOW: Final = "overlays/shadow"
BEFORE_1_21: Final = "overlays/before-1.21"
POLICY: Final = "policy"
FOLDERS: Final = (BASE, MATCH_CONDITIONS, CERT_MANAGER, SHADOW, BEFORE_1_21)
NAME: Final = "elbguard"  # of everything that is installed, and of the namespace
NO_KUBECTL: Final = "kubectl builds the manifests: put one on the PATH, or set KUBEBUILDER_ASSETS to a folder with one"
Manifest = Mapping[str, Any]


class Objects:
    """The objects of one installation, in the order in which they are applied."""

    def __init__(self, objects: Iterable[Manifest]) -> None:
        self._objects = tuple(objects)

    def __iter__(self) -> Iterator[Manifest]:
        return iter(self._objects)

    def one(self, kind: str) -> Manifest:
        """The only object of a kind."""
        [found] = [each for each in self._objects if each["kind"] == kind]
        return found

    @property
    def pod(self) -> Manifest:
        """The spec of the Deployment's Pods."""
        spec: Manifest = self.one("Deployment")["spec"]["template"]["spec"]
        return spec

    @property
    def container(self) -> Manifest:
        """Their only container."""
        [container] = self.pod["containers"]
        found: Manifest = container
        return found

    @property
    def webhooks(self) -> tuple[Manifest, Manifest]:
        """The only webhook of the mutating configuration, and that of the validating one."""
        [mutating] = self.one("MutatingWebhookConfiguration")["webhooks"]
        [validating] = self.one("ValidatingWebhookConfiguration")["webhooks"]
        return mutating, validating


def kubectls() -> list[Path]:
    """Every kubectl there is: that of the test API server, which is an old one, and that on the PATH."""
    assets = os.environ.get("KUBEBUILDER_ASSETS")
    found = [Path(assets) / "kubectl"] if assets else []
    found += [Path(path)] if (path := shutil.which("kubectl")) else []
    return list({each.resolve(): each for each in found if each.is_file()}.values())


def built(folder: str, kubectl: Path | None = None) -> Objects:
    """Build a folder of manifests/; without any kubectl the test is skipped."""
    if kubectl is None and not kubectls():
        pytest.skip(NO_KUBECTL)
    return _built(folder, kubectl or kubectls()[0])


@cache
def _built(folder: str, kubectl: Path) -> Objects:
    command = [str(kubectl), "kustomize", str(MANIFESTS / folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return Objects(yaml.safe_load_all(done.stdout))
