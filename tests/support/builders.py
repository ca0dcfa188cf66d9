"""The tools that build charts and kustomizations: each in a folder of its own on the PATH, or a script of ours."""

import json
import os
import shutil
from pathlib import Path
from typing import Any, Final

import pytest

from tests.support.command import Done, elbguard
from tests.support.kubectl import NO_CURRENT, current

NO_HELM: Final = "helm renders charts: put one on the PATH, or set KUBEBUILDER_ASSETS to a folder with one"
ID: Final = "5083f225-9bf8-48fa-9c8b-67bd9693c4c0"


def kustomizer(folder: Path) -> str:
    """A PATH with a current kubectl; without one the test is skipped, and says so."""
    return _path(folder, "kubectl", current() or pytest.skip(NO_CURRENT))


def helmsman(folder: Path) -> str:
    """A PATH with helm; without one the test is skipped, and says so."""
    assets = Path(os.environ.get("KUBEBUILDER_ASSETS", os.devnull), "helm")
    found = str(assets) if assets.is_file() else shutil.which("helm")
    return _path(folder, "helm", Path(found) if found else pytest.skip(NO_HELM))


def script(folder: Path, name: str, text: str) -> str:
    """A PATH with a tool of ours, a shell script."""
    tool = _folder(folder) / name
    tool.write_text(f"#!/bin/sh\n{text}\n")
    tool.chmod(0o755)
    return str(tool.parent) + os.pathsep + "/usr/bin" + os.pathsep + "/bin"


def write(folder: Path, **files: str) -> None:
    """Write files; `overlays__prod__kustomization` is overlays/prod/kustomization.yaml, a dot gives another ending."""
    for name, text in files.items():
        path = folder / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        (path if path.suffix else path.with_suffix(".yaml")).write_text(text)


def rendered(folder: Path, path: str, *more: str, paths: tuple[str, ...] = (".",)) -> Done:
    """`check --render` in a folder, with a PATH of its own."""
    return elbguard("check", "--render", *more, *paths, cwd=folder, PATH=path)


def found(folder: Path, path: str, *more: str, paths: tuple[str, ...] = (".",)) -> set[str]:
    """What it finds, as `file:line:column RULE`, or `file RULE` where the line cannot be told."""
    done = rendered(folder, path, "--format", "json", *more, paths=paths)
    assert done.stdout, done.stderr
    return {_placed(finding) for finding in json.loads(done.stdout)["findings"]}


def _placed(finding: dict[str, Any]) -> str:
    place = "" if "stream" in finding else f":{finding['line']}:{finding['column']}"
    return f"{finding['file']}{place} {finding['rule']}"


def service(spec: str = "", name: str = "web", **annotations: str) -> str:
    """A Service; an annotation `class` is `kubernetes.io/elb.class`, on line 6 if it is the first one."""
    lines = "".join(f"    kubernetes.io/elb.{key}: '{text}'\n" for key, text in annotations.items())
    whole = "spec: {type: LoadBalancer, selector: {app: web}, ports: [{port: 80}]}\n"
    return f"apiVersion: v1\nkind: Service\nmetadata:\n  name: {name}\n  annotations:\n{lines}{spec or whole}"


def _path(folder: Path, name: str, tool: Path) -> str:
    link = _folder(folder) / name
    if not link.exists():
        link.symlink_to(tool)
    return str(link.parent)


def _folder(folder: Path) -> Path:
    tools = folder / ".tools"  # no manifest is looked for behind a dot
    tools.mkdir(exist_ok=True)
    return tools
