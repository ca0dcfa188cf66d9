"""The lock in requirements/: whole, of one piece with pyproject.toml, and of no one registry."""

import re
import tomllib
from typing import Any, Final

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.support.places import ROOT

PROJECT: Final[dict[str, Any]] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
RUN: Final = PROJECT["project"]["dependencies"]
DEV: Final = PROJECT["dependency-groups"]["dev"]
BUILD: Final = PROJECT["build-system"]["requires"]
WANTED: Final = {"run": RUN, "dev": [*RUN, *DEV], "build": BUILD}


def text(name: str) -> str:
    return (ROOT / "requirements" / f"{name}.lock").read_text(encoding="utf-8")


def entries(name: str) -> dict[str, tuple[str, frozenset[str]]]:
    """The packages of a lock: version and hashes. A line that is neither makes no sense."""
    found: dict[str, tuple[str, frozenset[str]]] = {}
    for entry in re.sub(r"^#.*\n|\\\n", "", text(name), flags=re.MULTILINE).splitlines():
        match = re.fullmatch(r"([a-z0-9-]+)==(\S+)(?: ; [^#]+?)? +((?:--hash=sha256:[0-9a-f]{64} *)+)", entry)
        assert match, entry
        assert match[1] not in found
        found[match[1]] = match[2], frozenset(match[3].split())
    return found


@pytest.mark.parametrize("name", WANTED)
def test_what_the_project_wants_is_locked_in_a_version_that_it_admits(name: str) -> None:
    locked = entries(name)

    for requirement in map(Requirement, WANTED[name]):
        version, hashes = locked[canonicalize_name(requirement.name)]
        assert requirement.specifier.contains(version), requirement
        assert hashes


def test_development_has_the_very_files_of_the_program() -> None:
    assert entries("run").items() <= entries("dev").items()


def test_no_development_package_is_needed_to_run() -> None:
    developing = {canonicalize_name(Requirement(each).name) for each in DEV}

    assert not developing & entries("run").keys()


@pytest.mark.parametrize("name", WANTED)
def test_no_registry_and_no_folder_is_named(name: str) -> None:
    assert not re.search(r"://|--index|--extra|--find-links|--trusted|(?m:^\s*[./~])", text(name))


def test_what_builds_is_said_once_for_pip_and_once_for_the_lock_alike() -> None:
    assert PROJECT["dependency-groups"]["build"] == BUILD


@pytest.mark.parametrize("file", ["Makefile", "Dockerfile", "action.yml"])
def test_whatever_installs_installs_the_lock(file: str) -> None:
    commands = re.sub(r"\\\n\s*", "", (ROOT / file).read_text(encoding="utf-8"))

    for name in ("build", "run"):
        assert re.search(
            rf"--require-hashes .*--requirement \S*requirements/{name}\.lock|\$lock/{name}\.lock", commands
        )


@pytest.mark.parametrize("file", ["Dockerfile", "action.yml"])
def test_nothing_is_installed_but_wheels_of_the_lock_and_ourselves(file: str) -> None:
    lines = re.sub(r"\\\n\s*", "", (ROOT / file).read_text(encoding="utf-8")).splitlines()
    parts = [part for line in lines if not line.lstrip().startswith("#") for part in re.split("&&|;", line)]
    installs = [part for part in parts if re.search(r"pip \S* ?(?:\S+ )?install |\$\{install\[@\]\}|pip wheel", part)]
    locked = [part for part in installs if "--require-hashes" in part]
    own = [part for part in installs if part not in locked and "install=(" not in part]

    assert locked
    assert all("--only-binary :all:" in part for part in locked)
    assert own
    for part in own:
        assert "--no-deps" in part
        assert "--no-build-isolation" in part or "--no-index" in part
