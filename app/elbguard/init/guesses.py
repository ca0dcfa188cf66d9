"""What a repository says already: the facts its pipelines give to elbguard, and folders that look like clusters."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from elbguard_rules.core.facts import Version

_FILES: Final = (
    *(".pre-commit-config.yaml", ".gitlab-ci.yml", "azure-pipelines.yml", "Jenkinsfile", "Makefile"),
    *(".github/workflows/*.yml", ".github/workflows/*.yaml"),
)
_LARGEST: Final = 256 * 1024  # characters of a pipeline
_MOST_FOLDERS: Final = 2000  # that are looked into
_MOST_CLUSTERS: Final = 3  # that are named
_DEEPEST: Final = 3
_VALUES: Final = {
    "cluster_version": r"v?\d+\.\d+[\w.-]*",
    "cluster_type": "standard|turbo|autopilot",
    "proxy_mode": "iptables|ipvs",
    "profile": "huawei|otc",
}
_SAID: Final = {
    field: re.compile(
        rf"(?<![\w.])(?:--|ELBGUARD_)?{field.replace('_', '[-_]')}[\"']?\s*[:=,\s]\s*[\"']?({value})\b", re.I
    )
    for field, value in _VALUES.items()
}
_STAGE: Final = re.compile(r"(pre-?)?(prod|production|prd|staging|stage|stg|test|tst|uat|qa|dev|development)", re.I)


def said(folder: Path) -> dict[str, tuple[str, str]]:
    """By field the value that the pipelines of a folder give, and the file that says so; not where they differ."""
    found: dict[str, dict[str, str]] = {}
    for file in _pipelines(folder):
        text = _text(file)
        for field, pattern in _SAID.items():
            for match in pattern.finditer(text):
                if value := _plain(field, match[1]):
                    found.setdefault(field, {}).setdefault(value, file.relative_to(folder).as_posix())
    return {field: next(iter(values.items())) for field, values in found.items() if len(values) == 1}


def clusters(folder: Path) -> list[str]:
    """Some folders that look as if each were of a cluster of its own, such as overlays/prod."""
    found: list[str] = []
    top = os.path.abspath(folder)
    for number, (here, below, _) in enumerate(os.walk(top)):
        inside = os.path.relpath(here, top).replace(os.sep, "/")
        deep = 0 if inside == "." else inside.count("/") + 1
        names = sorted(name for name in below if not name.startswith(".") and name != "node_modules")
        found += (name if inside == "." else f"{inside}/{name}" for name in names if _STAGE.fullmatch(name))
        below[:] = [name for name in names if not _STAGE.fullmatch(name)] if deep < _DEEPEST - 1 else []
        if number >= _MOST_FOLDERS or len(found) >= _MOST_CLUSTERS:
            break
    return found[:_MOST_CLUSTERS]


def _pipelines(folder: Path) -> Iterator[Path]:
    for pattern in _FILES:
        yield from (file for file in sorted(folder.glob(pattern)) if file.is_file())


def _text(file: Path) -> str:
    try:
        with file.open(encoding="utf-8", errors="replace") as stream:
            return stream.read(_LARGEST)
    except OSError:
        return ""


def _plain(field: str, text: str) -> str:
    """A value as we write it; nothing for a version that is none."""
    if field != "cluster_version":
        return text.lower()
    try:
        return str(Version.parse(text))
    except ValueError:
        return ""
