"""Pages for people cite only what exists, or what everybody sees to be a placeholder of theirs to fill in.

elbguard is published nowhere. Whoever publishes it names here where, and the pages may say so then.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from elbguard_rules.documents import DOCUMENTS
from tests.release.versions import project_of
from tests.support.places import ROOT
from tests.support.trying import each_of

PAGES: Final = (
    "*.md",
    ".pre-commit-hooks.yaml",
    "action.yml",
    "Dockerfile",
    "docs/**/*.md",
    *(f"manifests/**/*.{ending}" for ending in ("md", "yaml", "yml", "tpl", "txt", "json")),
)
URL: Final = re.compile(r"\b(?:https?|oci|git\+https)://([^\s/)\"'`<>:,;]+)")
IMAGE: Final = re.compile(
    r"(?m)^\s*-?\s*(?:image|newName):\s*([^\s#{]+)\s*(?:#.*)?$|^FROM (\S+)|docker (?:push|pull) (\S+)"
    r"|docker build --tag (\S+)|oci://(\S+)"
)
PIP: Final = re.compile(r"\b(?:pipx?|pip3|uv tool|uvx) install ((?:-[^\s`]+ )*)([^\s`;&|\\)]+)")
ACTION: Final = re.compile(r"^\s*-?\s*uses:\s*(\S+)", re.MULTILINE)
FOLDER: Final = re.compile(r"(?:-k|-f) (manifests/[\w./-]+)")

OURS: Final = re.compile(  # what is theirs to fill in
    r"(?:.*\.)?example(?:\.com|\.org)?|localhost|127\.0\.0\.1|\$.*|.*\{\{.*"
)
HOSTS: Final = {
    "pre-commit.com": "the tool of the hooks",
    "kubernetes.io": "its documentation",
    "json-schema.org": "the drafts",
    **{re.sub(r"^https?://|/.*", "", each.link): "what rules quote" for each in DOCUMENTS if each.link},
}
IMAGES: Final = re.compile(
    r"(?:(?:REGISTRY|registry\.example(?:\.com)?)/)?elbguard(?::TAG)?"
    r"|python:3\.\d+(?:-slim)?(?:@sha256:[0-9a-f]{64})?"
)
ACTIONS: Final = re.compile(
    r"YOUR_ORGANISATION/elbguard@vX\.Y\.Z|actions/(?:checkout|setup-python)@v\d|github/codeql-action/[a-z-]+@v\d"
)


def pages() -> list[Path]:
    found = {path for pattern in PAGES for path in ROOT.glob(pattern) if path.is_file()}
    return sorted(path for path in found if "node_modules" not in path.parts)


def unknown(text: str) -> Iterator[str]:
    """What a text cites that neither exists nor is a placeholder."""
    extras = project_of(ROOT).get("optional-dependencies", {})
    yield from (host for host in URL.findall(text) if host not in HOSTS and not OURS.fullmatch(host))
    images = ("".join(groups) for groups in IMAGE.findall(text))
    yield from (image for image in images if not IMAGES.fullmatch(image))
    for flags, what in PIP.findall(text):
        local = re.fullmatch(r"""["']?(\.|\$ELBGUARD_SOURCE|dist/.+\.whl)(?:\[([\w,]+)\])?["']?""", what)
        if what.startswith("-") or "--require-hashes" in flags:
            continue  # no package, or one of the lock
        if not (local and set((local[2] or "").split(",")) <= {"", *extras}):
            yield what
    yield from (each for each in ACTION.findall(text) if not ACTIONS.fullmatch(each))
    yield from (path for path in FOLDER.findall(text) if not (ROOT / path.rstrip("./")).exists())


@each_of(pages())
def test_cites_only_what_exists_or_is_plainly_a_placeholder(page: Path) -> None:
    assert list(unknown(page.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    "text",
    [
        "https://charts.elbguard.io/index.yaml",
        "  image: docker.io/elbguard/elbguard:latest",
        "docker push ghcr.io/us/elbguard:0.1.0",
        "helm install elbguard oci://quay.io/elbguard/chart",
        "`pip install elbguard`",
        "pipx install --quiet elbguard==0.1.0",
        "pip install '.[everything]'",
        "      - uses: elbguard/elbguard@v1",
        "kubectl apply -k manifests/overlays/turbo",
    ],
)
def test_notices_what_is_published_nowhere(text: str) -> None:
    assert list(unknown(text))
