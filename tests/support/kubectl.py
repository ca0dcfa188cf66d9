"""The kubectls of this machine: that of the test API server, which is an old one, and current ones.

They are beside the first one, as `kubectl-1.35`, say, or on the PATH.
"""

import json
import os
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Final

NO_KUBECTL: Final = "kubectl builds the manifests: put one on the PATH, or set KUBEBUILDER_ASSETS to a folder with one"
NO_CURRENT: Final = "a current kubectl is missing: put one on the PATH, or as kubectl-1.35 into KUBEBUILDER_ASSETS"
_FIRST_CURRENT: Final = 21  # v1.20 and earlier hold kustomize 2.0.3, and know no warnings of deprecated words


def kubectls() -> list[Path]:
    """Every kubectl there is, that of the test API server first."""
    found: list[Path] = []
    if assets := os.environ.get("KUBEBUILDER_ASSETS"):
        found += [Path(assets) / "kubectl", *sorted(Path(assets).glob("kubectl-*"))]
    if path := shutil.which("kubectl"):
        found.append(Path(path))
    return list({each.resolve(): each for each in found if each.is_file()}.values())


def current() -> Path | None:
    """A kubectl of v1.21 or later, if there is one."""
    return next(filter(is_current, kubectls()), None)


@cache
def is_current(kubectl: Path) -> bool:
    """Whether it is of v1.21 or later."""
    command = [str(kubectl), "version", "--client", "--output=json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return int(json.loads(done.stdout)["clientVersion"]["minor"].rstrip("+")) >= _FIRST_CURRENT
