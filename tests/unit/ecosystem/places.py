"""What the tests of the ecosystem share: folders, the command on the PATH, and manifests to check."""

import os
import sys
from pathlib import Path
from typing import Any, Final

import yaml

ROOT: Final = Path(__file__).parent.parent.parent.parent
HERE: Final = Path(__file__).parent
BIN: Final = Path(sys.executable).parent

GOOD: Final = """\
apiVersion: v1
kind: Service
metadata:
  name: web
  annotations:
    kubernetes.io/elb.id: 5083f225-9bf8-48fa-9c8b-67bd9693c4c0
    kubernetes.io/elb.class: union
    kubernetes.io/elb.lb-algorithm: ROUND_ROBIN
spec:
  type: LoadBalancer
  ports: [{name: http, port: 80}]
  selector: {app: web}
"""
BROKEN: Final = GOOD.replace("ROUND_ROBIN", "round_robin")  # ELB301, which `elbguard fix` cures
GATED: Final = GOOD.replace("class: union", "class: performance")  # ELB102, in clusters before v1.17


def environment(**more: str) -> dict[str, str]:
    """An environment with this project's commands on the PATH and none of its settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ELBGUARD_", "GIT_"))}
    return {**kept, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}", **more}


def loaded(file: Path) -> Any:
    """A YAML file."""
    return yaml.safe_load(file.read_text(encoding="utf-8"))
