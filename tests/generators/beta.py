"""The manifests for Kubernetes 1.19 and 1.20, which know the disruption budget under its beta version only.

Their kubectl holds kustomize 2.0.3, which knows folders and patches by words that later ones call deprecated. One file
of all objects needs none of these words, so every kubectl builds it.
"""

from pathlib import Path
from typing import Final

import yaml

FOLDER: Final = "manifests/overlays/before-1.21"
_BASE: Final = Path(__file__).parents[2] / "manifests" / "base"
_STABLE: Final = "apiVersion: policy/v1\n"
_BETA: Final = "apiVersion: policy/v1beta1\n"
_HEADER: Final = """\
# Made by `make generate` from manifests/base, with the beta version of the disruption budget: change it there, and make
# this again.
"""


def render(root: Path) -> str:
    """The objects of the base in its order, one file's text after the other."""
    kustomization = yaml.safe_load((_BASE / "kustomization.yaml").read_text(encoding="utf-8"))
    texts = [(_BASE / name).read_text(encoding="utf-8") for name in kustomization["resources"]]
    return _HEADER + "".join(f"---\n{text.replace(_STABLE, _BETA)}" for text in texts)
