"""`make playground`: a folder that any web server of files can serve, with the page, Python and our wheel in it.

The page's own files are copied as they are. Python for the browser is npm's package pyodide, as package-lock.json has
it. Our wheel is built from this tree; those that it needs are downloaded, by the hashes in requirements/run.lock.
PyYAML has none for browsers: what is pure Python in it is taken from its wheel for another platform.
"""

import argparse
import base64
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from importlib.metadata import distribution
from pathlib import Path
from typing import Any, Final, get_args

from elbguard.explain.examples import Example, examples
from elbguard.settings import DEFAULTS
from elbguard_rules.core.facts import ClusterType, Profile, ProxyMode
from elbguard_rules.guard import RULES

HERE: Final = Path(__file__).parent
ROOT: Final = HERE.parents[1]
PAGE: Final = ("*.html", "*.css", "*.js", "*.svg")
NEEDED: Final = (  # what elbguard.playground imports, and what that needs
    "annotated-types",
    "jsonpatch",
    "jsonpointer",
    "msgspec",
    "pydantic",
    "pydantic-core",
    "typing-extensions",
    "typing-inspection",
)
PYTHON: Final = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip")
SHOWN: Final = (  # rules whose examples stand among the samples
    *("ELB101", "ELB106", "ELB202", "ELB206", "ELB222", "ELB401"),
    *("ELB503", "ELB601", "ELB903"),
)
PIP: Final = (sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check")
NOT_TO_BE_HAD: Final = 3  # exit code
WHEN: Final = (1980, 1, 1, 0, 0, 0)  # so that the same files make the same archive


class CannotBuild(Exception):
    """Something is wrong; one sentence says what."""


class CannotFetch(CannotBuild):
    """What others made is not to be had here; one sentence says what."""


def build(folder: Path) -> None:
    """Write the playground into a folder, which is emptied first. Raises CannotBuild."""
    python = _python()
    shutil.rmtree(folder, ignore_errors=True)
    wheels = folder / "wheels"
    wheels.mkdir(parents=True)
    for pattern in PAGE:
        for file in HERE.glob(pattern):
            shutil.copy(file, folder)
    info = json.loads((python / "pyodide-lock.json").read_text(encoding="utf-8"))["info"]
    (folder / "pyodide").mkdir()
    for name in PYTHON:
        shutil.copyfile(python / name, folder / "pyodide" / name)
    lock = {"info": info, "packages": {}}  # the page loads none of Pyodide's own packages
    (folder / "pyodide" / "pyodide-lock.json").write_text(json.dumps(lock), encoding="utf-8")
    _ours(wheels)
    _others(wheels, info)
    _pyyaml(wheels)
    (folder / "contents.json").write_text(json.dumps(_contents(wheels, info["python"])), encoding="utf-8")


def _python() -> Path:
    """The folder of the package pyodide, installed as the lock has it."""
    npm = shutil.which("npm")
    if not npm:
        raise CannotFetch("the playground takes Python for the browser from npm: install Node.js 20 or later")
    lock, installed = HERE / "package-lock.json", HERE / "node_modules" / ".package-lock.json"
    if not installed.is_file() or installed.stat().st_mtime < lock.stat().st_mtime:
        _fetch(npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", str(HERE))
    return HERE / "node_modules" / "pyodide"


def _ours(wheels: Path) -> None:
    """Build our wheel of a copy of what belongs to it: what an earlier build left in this tree is not in it."""
    with tempfile.TemporaryDirectory() as copy:
        for name in ("app", "rules"):
            shutil.copytree(ROOT / name, Path(copy) / name, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
        for name in ("pyproject.toml", "README.md", "LICENSE"):
            shutil.copy(ROOT / name, copy)
        _run(*PIP, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(wheels), copy)


def _others(wheels: Path, info: dict[str, Any]) -> None:
    """Download the wheels that ours needs, for the Python that Pyodide is."""
    version = ".".join(info["python"].split(".")[:2])
    _download(wheels, NEEDED, version, f"pyemscripten_{info['abi_version']}_wasm32")


def _download(folder: Path, names: Iterable[str], version: str, platform: str) -> None:
    """Download wheels of the lock for a version of CPython on a platform."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as wanted:
        wanted.write("".join(map(_locked, names)))
        wanted.flush()
        tags = ["--implementation", "cp", "--python-version", version, "--abi", f"cp{version.replace('.', '')}"]
        exact = ["--no-deps", "--only-binary", ":all:", "--require-hashes", "--platform", platform]
        _fetch(*PIP, "download", *exact, *tags, "--dest", str(folder), "--requirement", wanted.name)


def _locked(name: str) -> str:
    """The lines of the lock about a package."""
    text = (ROOT / "requirements" / "run.lock").read_text(encoding="utf-8")
    found = re.search(rf"^{re.escape(name)}==(?:.*\\\n)*.*\n", text, re.MULTILINE)
    if not found:
        raise CannotBuild(f"requirements/run.lock has no {name}: make lock")
    return found[0]


def _pyyaml(wheels: Path) -> None:
    """Put what is pure Python in PyYAML into a wheel: the same in its wheels for all platforms."""
    with tempfile.TemporaryDirectory() as folder:
        _download(Path(folder), ["pyyaml"], "3.12", "manylinux2014_x86_64")
        [whole] = Path(folder).iterdir()
        pure = wheels / f"{'-'.join(whole.name.split('-')[:2])}-py3-none-any.whl"
        with zipfile.ZipFile(whole) as given, zipfile.ZipFile(pure, "w", zipfile.ZIP_DEFLATED) as made:
            for name in sorted(given.namelist()):
                if re.search(r"^yaml/.*\.py$|/METADATA$|/LICENSE$", name):
                    made.writestr(zipfile.ZipInfo(name, WHEN), given.read(name), zipfile.ZIP_DEFLATED)


def _contents(wheels: Path, python: str) -> dict[str, Any]:
    """What the page has to know before Python runs: wheels with their sums, samples, what there is to choose."""
    known = examples()
    releases = {v for shown in known.values() for e in (shown.denied, shown.admitted) for v in _versions(e)}
    return {
        "version": distribution("elbguard").version,
        "python": python,
        "wheels": [{"name": each.name, "integrity": _integrity(each)} for each in sorted(wheels.iterdir())],
        "types": get_args(ClusterType),
        "proxies": get_args(ProxyMode),
        "profiles": get_args(Profile),
        "classes": ["union", "performance"],
        "defaults": DEFAULTS,
        "versions": sorted(releases, key=lambda release: [int(n) for n in re.findall(r"\d+", release)], reverse=True),
        "rules": [[rule.id, rule.name] for rule in RULES.values()],
        "samples": [*_demonstration(), *(_case(id_, known[id_].denied) for id_ in SHOWN if id_ in known)],
    }


def _demonstration() -> Iterator[dict[str, Any]]:
    for file in sorted((ROOT / "app" / "elbguard" / "demo" / "samples").glob("*.yaml")):
        title = file.stem.partition("-")[2].replace("-", " ").capitalize().replace("json", "JSON")
        yield {"group": "demo", "title": title, "text": file.read_text(encoding="utf-8"), "settings": {}}


def _case(id_: str, example: Example) -> dict[str, Any]:
    flags = iter(example.flags)
    settings: dict[str, str] = {}
    for flag in flags:
        name = flag.removeprefix("--")
        value = "true" if name == "strict-names" else next(flags)
        settings[name] = f"{settings[name]}, {value}" if name in settings else value
    return {"group": "cases", "title": f"{id_}: {example.title}", "text": example.manifest, "settings": settings}


def _versions(example: Example) -> list[str]:
    return [value for flag, value in zip(example.flags, example.flags[1:], strict=False) if flag == "--cluster-version"]


def _integrity(file: Path) -> str:
    """A sum as browsers check it (Subresource Integrity)."""
    return "sha256-" + base64.b64encode(hashlib.sha256(file.read_bytes()).digest()).decode()


def _fetch(*command: str) -> None:
    """Run what downloads. Raises CannotFetch, but for a file that is not the locked one."""
    try:
        _run(*command)
    except CannotBuild as error:
        if re.search("hash|integrity", str(error), re.IGNORECASE):
            raise
        raise CannotFetch(str(error)) from None


def _run(*command: str) -> None:
    done = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603 - our own words
    if done.returncode:
        raise CannotBuild(f"{' '.join(command[:4])} failed: {(done.stderr or done.stdout).strip()[-2000:]}")


def main() -> None:
    """Build into the folder that is named, build/playground unless one is."""
    parser = argparse.ArgumentParser(description="Build the playground.")
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "build" / "playground")
    folder: Path = parser.parse_args().folder
    try:
        build(folder)
    except CannotBuild as error:
        print(f"Error: {error}", file=sys.stderr)
        sys.exit(NOT_TO_BE_HAD if isinstance(error, CannotFetch) else 1)
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    print(f"{folder}: {size / 1e6:.1f} MB; to look at it: python3 -m http.server --directory {folder}")


if __name__ == "__main__":
    main()
