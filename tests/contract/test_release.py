"""`make release`: all that is handed out, the same bytes from the same commit, each proved by using it."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from tests.release.__main__ import SUMS, release
from tests.release.archives import packed
from tests.release.bill import locked
from tests.release.dockerfile import copies, stages, values
from tests.release.versions import CHART, version_of
from tests.support.checkout import checkout, commit, git
from tests.support.places import ROOT

pytestmark = pytest.mark.thorough
VERSION: Final = version_of(ROOT)
HAS_CHART: Final = (ROOT / CHART / "Chart.yaml").is_file()
HELM: Final = shutil.which("helm") or shutil.which("helm", path=os.environ.get("KUBEBUILDER_ASSETS", "/nowhere"))


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project as it stands here, committed, with a changelog that tells of its version."""
    folder = checkout(tmp_path_factory.mktemp("release") / "elbguard")
    log = folder / "CHANGELOG.md"
    log.write_text(f"# Changelog\n\n## {VERSION}\n\n- Everything.\n\n## 0.0.1\n\n- Nothing.\n", encoding="utf-8")
    commit(folder)
    return folder


@pytest.fixture(scope="module")
def dist(repository: Path) -> Path:
    """What is handed out of it."""
    release(repository, repository / "dist")
    return repository / "dist"


@pytest.fixture(scope="module")
def bill(dist: Path) -> dict[str, Any]:
    """The bill of materials."""
    found: dict[str, Any] = json.loads((dist / f"elbguard-{VERSION}.cdx.json").read_text(encoding="utf-8"))
    return found


@pytest.fixture
def strange_surroundings(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Another umask, time zone and language."""
    monkeypatch.setenv("TZ", "Pacific/Kiritimati")
    monkeypatch.setenv("LC_ALL", "C")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1")
    old = os.umask(0o077)
    yield
    os.umask(old)


def test_has_everything_with_sums_and_notes(dist: Path) -> None:
    names = {"-py3-none-any.whl", ".tar.gz", "-image-context.tar", ".cdx.json", "-notes.md"}
    chart = {f"elbguard-{VERSION}.tgz"} if HAS_CHART and HELM else set()
    sums = dict(line.split()[::-1] for line in (dist / SUMS).read_text(encoding="utf-8").splitlines())

    assert {file.name for file in dist.iterdir()} == {SUMS, *chart, *(f"elbguard-{VERSION}{name}" for name in names)}
    assert sums == {
        file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in dist.iterdir() if file.name != SUMS
    }
    assert (dist / f"elbguard-{VERSION}-notes.md").read_text() == f"# elbguard {VERSION}\n\n- Everything.\n"


@pytest.mark.usefixtures("strange_surroundings")
def test_the_same_commit_gives_the_same_bytes_elsewhere(repository: Path, dist: Path, tmp_path: Path) -> None:
    git(repository, "tag", "--annotate", f"v{VERSION}", "--message", "The very commit")
    git(tmp_path, "clone", "--quiet", str(repository), "another place")
    again = tmp_path / "again"
    release(tmp_path / "another place", again)

    assert (again / SUMS).read_text() == (dist / SUMS).read_text()
    assert {f.name: f.read_bytes() for f in again.iterdir()} == {f.name: f.read_bytes() for f in dist.iterdir()}


def test_what_is_in_the_archives_has_the_time_of_the_commit_and_no_owner(repository: Path, dist: Path) -> None:
    made = int(git(repository, "log", "-1", "--format=%ct"))
    for name in (".tar.gz", "-image-context.tar"):
        with tarfile.open(dist / f"elbguard-{VERSION}{name}") as tar:
            assert {(info.mtime, info.uid, info.uname) for info in tar} == {(made, 0, "")}


def test_the_wheel_and_the_sdist_have_the_same_modules(dist: Path) -> None:
    with zipfile.ZipFile(dist / f"elbguard-{VERSION}-py3-none-any.whl") as wheel:
        modules = {name for name in wheel.namelist() if ".dist-info/" not in name}
    sdist = packed((dist / f"elbguard-{VERSION}.tar.gz").read_bytes())
    sources = {name.split("/", 2)[2] for name in sdist if re.match(r"[^/]+/(app|rules)/", name)}

    assert modules == {name for name in sources if not name.startswith("elbguard.egg-info/")}
    assert {"elbguard/entry.py", "elbguard_rules/schemas/service.schema.json"} <= modules


def test_the_context_has_what_the_dockerfile_copies_and_nothing_else(dist: Path) -> None:
    names = packed((dist / f"elbguard-{VERSION}-image-context.tar").read_bytes()).keys() - {"Dockerfile"}
    sources = [source for group, _ in copies(ROOT) for source in group]

    assert names
    for name in names:
        assert any(name == source or name.startswith(f"{source}/") for source in sources), name
    for source in sources:
        assert any(name == source or name.startswith(f"{source}/") for name in names), source


def test_the_context_installs_as_the_dockerfile_says(dist: Path, tmp_path: Path) -> None:
    context, work, target = (tmp_path / name for name in ("context", "src", "opt/elbguard"))
    work.mkdir()
    with tarfile.open(dist / f"elbguard-{VERSION}-image-context.tar") as tar:
        tar.extractall(context, filter="data")
    for sources, to in copies(context):
        for source in sources:
            copied = work / to / source if to.endswith("/") else work / to
            (shutil.copytree if (context / source).is_dir() else shutil.copy)(context / source, copied)
    _dependencies_from_here(target)
    [build, _] = stages(context)
    own = values(build, "RUN")[-1].replace("/opt/elbguard", str(target))
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-ec", own], cwd=work, env={"PATH": path}, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith(f"elbguard, version {VERSION}\n")


def _dependencies_from_here(target: Path) -> None:
    """The environment that the Dockerfile makes first; what it fetches is what these tests run with."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(target)], check=True)
    [packages] = target.glob("lib/python*/site-packages")
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")


def test_the_bill_fits_its_schema(dist: Path) -> None:
    text = (dist / f"elbguard-{VERSION}.cdx.json").read_text(encoding="utf-8")

    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None


def test_the_bill_has_what_the_lock_has(bill: dict[str, Any]) -> None:
    listed = {
        each["name"]: (each["version"], each["purl"], {h["content"] for h in each["hashes"]})
        for each in bill["components"]
        if each["type"] == "library"
    }

    assert listed == {
        each.name: (each.version, f"pkg:pypi/{each.name}@{each.version}", set(each.hashes)) for each in locked(ROOT)
    }
    assert bill["metadata"]["component"]["version"] == VERSION


def test_the_bill_has_the_base_of_the_image(bill: dict[str, Any]) -> None:
    [base] = values(stages(ROOT)[-1], "FROM")
    [listed] = [each for each in bill["components"] if each["type"] == "container"]

    assert f"{listed['name']}:{listed['version']}@sha256:{listed['hashes'][0]['content']}" == base


def test_the_bill_names_licences_and_what_needs_what(bill: dict[str, Any]) -> None:
    licences = {each["name"]: each.get("licenses") for each in bill["components"]}
    needs = {
        each["ref"].split("@")[0]: [ref.split("@")[0] for ref in each.get("dependsOn", [])]
        for each in bill["dependencies"]
    }

    assert licences["click"] == [{"license": {"id": "BSD-3-Clause"}}]
    assert bill["metadata"]["component"]["licenses"] == [{"license": {"id": "Apache-2.0"}}]
    assert "fastapi" in needs["elbguard"]
    assert "starlette" in needs["fastapi"]


@pytest.mark.skipif(not HAS_CHART, reason="there is no chart in manifests/chart")
@pytest.mark.skipif(not HELM, reason="helm packages the chart: put one on the PATH or into KUBEBUILDER_ASSETS")
def test_the_chart_s_package_is_of_the_version(dist: Path) -> None:
    command = [str(HELM), "show", "chart", str(dist / f"elbguard-{VERSION}.tgz")]
    shown = subprocess.run(command, capture_output=True, text=True, check=True).stdout

    assert f"version: {VERSION}\n" in shown
    assert f"appVersion: {VERSION}\n" in shown
