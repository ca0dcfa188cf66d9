"""What pip installs: nothing that is not named after us, so that a project's own `app` and `rules` stay its own."""

import shutil
import subprocess
import sys
import sysconfig
from importlib.metadata import distribution
from pathlib import Path, PurePosixPath
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[2]
WRONG: Final = """\
apiVersion: v1
kind: Service
metadata: {name: web, annotations: {kubernetes.io/elb.class: big}}
spec: {type: LoadBalancer, selector: {app: web}, ports: [{port: 80}]}
"""


def run(*command: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(list(map(str, command)), cwd=cwd, capture_output=True, text=True, check=False, timeout=300)


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A virtual environment with our wheel in it; its dependencies are those of the environment that tests run in."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    for name in ("app", "rules"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    backend = "import sys, setuptools.build_meta; setuptools.build_meta.build_wheel(sys.argv[1])"  # as pip calls it
    built = run(sys.executable, "-c", backend, folder, cwd=source)
    assert built.returncode == 0, built.stderr
    made = run(sys.executable, "-m", "venv", "--without-pip", folder / "env", cwd=folder)
    assert made.returncode == 0, made.stderr
    python = folder / "env/bin/python"
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", python, "install")
    installed = run(*pip, "--no-compile", "--no-deps", "--no-index", *folder.glob("*.whl"), cwd=folder)
    assert installed.returncode == 0, installed.stderr
    # A line of a .pth file is looked into, but no .pth file there is read: not the one of an editable installation.
    [packages] = folder.glob("env/lib/python*/site-packages")
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return folder


@pytest.fixture
def project(environment: Path, tmp_path: Path) -> Path:
    """A project with an `app` and a `rules` of its own."""
    for name in ("app", "rules"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("OWNER = 'the project'\n")
    (tmp_path / "web.yaml").write_text(WRONG)
    return tmp_path


def test_nothing_else_is_installed(environment: Path) -> None:
    [packages] = environment.glob("env/lib/python*/site-packages")
    [record] = packages.glob("elbguard-*.dist-info/RECORD")
    tops = {PurePosixPath(line.partition(",")[0]).parts[0] for line in record.read_text().splitlines()}

    assert tops == {"elbguard", "elbguard_rules", record.parent.name, ".."}
    version = distribution("elbguard").version
    assert record.parent.name == f"elbguard-{version}.dist-info"


def test_a_project_keeps_its_own_packages(environment: Path, project: Path) -> None:
    words = (
        "import app, rules, elbguard.cli, elbguard_rules.guard as g; print(app.OWNER, rules.OWNER, len(g.RULES) > 100)"
    )
    done = run(environment / "env/bin/python", "-c", words, cwd=project)

    assert (done.stdout, done.stderr) == ("the project the project True\n", "")


OPTIMIZED: Final = pytest.param(("-OO",), marks=pytest.mark.thorough)  # for which everything is compiled anew


@pytest.mark.parametrize("optimized", [(), OPTIMIZED], ids=["", "-OO"])
def test_the_command_works_beside_them(environment: Path, project: Path, optimized: tuple[str, ...]) -> None:
    python = environment / "env/bin/python"
    checked = run(python, *optimized, environment / "env/bin/elbguard", "check", "web.yaml", cwd=project)
    explained = run(python, *optimized, "-m", "elbguard", "explain", "ELB101", cwd=project)
    page = run(python, *optimized, "-m", "elbguard", "check", "web.yaml", "--format", "html", cwd=project)

    assert (checked.returncode, checked.stderr) == (1, "")
    assert "error[ELB101]: unknown-class in Service/web" in checked.stdout
    assert (page.returncode, page.stderr) == (1, "")
    assert page.stdout.startswith("<!DOCTYPE html>")
    assert (explained.returncode, explained.stderr) == (0, "")
    assert "ELB101 unknown-class (error)\n\nThe class is " in explained.stdout


@pytest.mark.thorough
@pytest.mark.parametrize("verb", [(), ("check",), ("generate", "policy")], ids=" ".join)
def test_help_teaches_also_where_docstrings_are_gone(environment: Path, project: Path, verb: tuple[str, ...]) -> None:
    python = environment / "env/bin/python"
    plain, bare = (run(python, *how, "-m", "elbguard", *verb, "--help", cwd=project) for how in ((), ("-OO",)))

    assert plain.stdout == bare.stdout
    assert plain.stdout.count("\n\n  ") > 1
