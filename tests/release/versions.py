"""Versions: every place that names the version of elbguard, and whether they agree."""

import re
import tomllib
from pathlib import Path
from typing import Any, Final

import yaml

from tests.release.refused import Refused

PLACEHOLDERS: Final = ("-SET-THE-IMAGE-", "TAG", "vX.Y.Z")  # nobody takes them for a version
CHART: Final = "manifests/chart"
_IMAGE: Final = "elbguard"


def project_of(root: Path) -> dict[str, Any]:
    """What pyproject.toml says of the project."""
    found: dict[str, Any] = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return found


def version_of(root: Path) -> str:
    """The version that pyproject.toml names, which all others follow."""
    return str(project_of(root)["version"])


def places(root: Path) -> dict[str, str]:
    """The version by the place that names it; placeholders are none."""
    found = {"pyproject.toml": version_of(root), **_of_chart(root)}
    for file in sorted((root / "manifests").rglob("kustomization.yaml")):
        found |= _of_images(file, file.relative_to(root).as_posix())
    for name in ("action.yml", "README.md", "manifests/README.md", *_pages(root)):
        found |= _of_references((root / name).read_text(encoding="utf-8"), name)
    return found


def assert_one(root: Path) -> str:
    """The version. Raises Refused where two places name two."""
    found = places(root)
    version = version_of(root)
    if other := {place: named for place, named in found.items() if named != version}:
        listed = ", ".join(f"{place} says {named}" for place, named in other.items())
        raise Refused(f"pyproject.toml says version {version}, but {listed}: let them agree.")
    return version


def _of_chart(root: Path) -> dict[str, str]:
    file = root / CHART / "Chart.yaml"
    if not file.is_file():
        return {}
    chart = yaml.safe_load(file.read_text(encoding="utf-8"))
    return {f"{CHART}/Chart.yaml {key}": str(chart[key]) for key in ("version", "appVersion")}


def _of_images(file: Path, name: str) -> dict[str, str]:
    images = yaml.safe_load(file.read_text(encoding="utf-8")).get("images") or ()
    tags = {str(image.get("newTag", "")) for image in images if image["name"] == _IMAGE} - {"", *PLACEHOLDERS}
    return {f"{name} newTag": tag for tag in tags}


def _pages(root: Path) -> list[str]:
    return [path.relative_to(root).as_posix() for path in sorted((root / "docs").rglob("*.md"))]


def _of_references(text: str, name: str) -> dict[str, str]:
    """Versions behind elbguard's name: an image's tag, a Git reference, a requirement, a package's file."""
    found = re.findall(r"\belbguard(?:[:@]|==|-)(v?[0-9][\w.+-]*?)(?=(?:-py3|\.tar|\.tgz|\.whl|[^\w.+-]|$))", text)
    return {f"{name} elbguard {each}": each.removeprefix("v") for each in found}
