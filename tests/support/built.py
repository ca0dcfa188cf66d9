"""The manifests as kubectl builds them: what is built, by whom, and the objects that come out."""

import os
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from tests.support.kubectl import NO_CURRENT, NO_KUBECTL, current, is_current, kubectls
from tests.support.places import ROOT

MANIFESTS: Final = ROOT / "manifests"
BASE: Final = "base"
MATCH_CONDITIONS: Final = "overlays/match-conditions"
CERT_MANAGER: Final = "overlays/cert-manager"
SHADOW: Final = "overlays/shadow"
BEFORE_1_21: Final = "overlays/before-1.21"
POLICY: Final = "policy"
POLICY_AUDIT: Final = "policy-audit"
MONITORING: Final = "monitoring"
AUDIT: Final = "audit"
FOLDERS: Final = (BASE, MATCH_CONDITIONS, CERT_MANAGER, SHADOW, BEFORE_1_21)
PATCHING: Final = (MATCH_CONDITIONS, CERT_MANAGER, SHADOW)  # by components, which kubectl knows from v1.21 on
COMPONENTS: Final = ("before-1.21", "cert-manager", "match-conditions", "monitoring", "shadow")  # in any order
_OF_CURRENT: Final = (*PATCHING, POLICY_AUDIT)
NAME: Final = "elbguard"  # of everything that is installed, and of the namespace
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


def builders(folder: str) -> list[Path]:
    """Every kubectl there is that can build a folder of manifests/; without any the test is skipped."""
    if not kubectls():
        pytest.skip(NO_KUBECTL)
    if folder in _OF_CURRENT and not current():
        pytest.skip(NO_CURRENT)
    return [each for each in kubectls() if folder not in _OF_CURRENT or is_current(each)]


def built(folder: str, kubectl: Path | None = None) -> Objects:
    """Build a folder of manifests/; without a kubectl that can the test is skipped."""
    objects, _ = kustomized(folder, kubectl or builders(folder)[0])
    return objects


@cache
def kustomized(folder: str, kubectl: Path) -> tuple[Objects, str]:
    """What one kubectl makes of a folder of manifests/, and what it says about it."""
    return _kustomized(MANIFESTS / folder, kubectl)


def combined(into: Path, *folders: str, **more: str) -> Objects:
    """Build the base with components, or those of some overlays, by a kustomization written into a folder."""
    names = [f"components/{folder.removeprefix('overlays/')}" for folder in folders]
    kubectl = current() or pytest.skip(NO_CURRENT)
    base, *components = (os.path.relpath(MANIFESTS / each, into.resolve()) for each in (BASE, *names))
    whole = {"resources": [base], "components": components, **more}
    (into / "kustomization.yaml").write_text(yaml.safe_dump(whole), encoding="utf-8")
    objects, _ = _kustomized(into, kubectl)
    return objects


def _kustomized(folder: Path, kubectl: Path) -> tuple[Objects, str]:
    command = [str(kubectl), "kustomize", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return Objects(yaml.safe_load_all(done.stdout)), done.stderr
