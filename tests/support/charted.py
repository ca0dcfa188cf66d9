"""The Helm chart as the real helm renders it: from KUBEBUILDER_ASSETS or the PATH."""

import os
import shutil
import subprocess
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from tests.support.built import MANIFESTS, NAME, Objects

CHART: Final = MANIFESTS / "chart"
NO_HELM: Final = "helm renders the chart: put one on the PATH, or into the folder that KUBEBUILDER_ASSETS names"


class Refused(Exception):
    """Helm rendered nothing; its words."""


@cache
def helm() -> Path:
    """The helm of this machine; without one the test is skipped."""
    assets = os.environ.get("KUBEBUILDER_ASSETS")
    beside = Path(assets) / "helm" if assets else None
    found = beside if beside and beside.is_file() else shutil.which("helm")
    return Path(found or pytest.skip(NO_HELM)).resolve()


@cache
def is_4() -> bool:
    """Whether it is Helm 4 or later, which applies on the server's side and needs no cluster for a dry run."""
    return int(ran("version", "--template={{.Version}}").stdout.removeprefix("v").partition(".")[0]) >= 4


def ran(*args: str, stdin: str = "", home: str = "/nowhere") -> subprocess.CompletedProcess[str]:
    """Run helm, with nothing of this machine's settings."""
    env = {"HOME": home, "PATH": "/usr/bin:/bin"}
    return subprocess.run([str(helm()), *args], input=stdin, capture_output=True, text=True, env=env, check=False)


def charted(values: Mapping[str, Any], *flags: str, namespace: str = NAME) -> Objects:
    """What Helm makes of the chart with these values on top of its own. Raises Refused.

    The namespace is among the objects, as in the base, unless the values say otherwise.
    """
    text = yaml.safe_dump({"createNamespace": True, **values})
    done = ran("template", NAME, str(CHART), f"--namespace={namespace}", "--values=-", *flags, stdin=text)
    if done.returncode:
        raise Refused(done.stderr)
    return Objects(each for each in yaml.safe_load_all(done.stdout) if each)
