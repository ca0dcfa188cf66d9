"""The hooks for pre-commit: the manifest is valid, and the hooks do in a repository what they say."""

import json
import os
import re
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.builders import kustomizer, service, write
from tests.support.command import Done, ran
from tests.support.manifests import BALANCED, BROKEN, GATED, GOOD
from tests.support.places import BIN, ROOT, loaded

HERE = Path(__file__).parent

HOOKS: dict[str, dict[str, Any]] = {hook["id"]: hook for hook in loaded(ROOT / ".pre-commit-hooks.yaml")}
CONFIGURED = r"^manifests/.*\.ya?ml$"


def run(folder: Path, *words: str, **variables: str) -> Done:
    home = str(folder / ".git" / "cache")
    return ran(*words, cwd=folder, PRE_COMMIT_HOME=home, NO_COLOR="1", GIT_CONFIG_GLOBAL="/dev/null", **variables)


def precommit(folder: Path, *words: str, **variables: str) -> Done:
    assert run(folder, "git", "add", "--all").returncode == 0
    return run(folder, sys.executable, "-m", "pre_commit", *words, **variables)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with the hooks as README.md configures them, run from this environment."""
    folder = tmp_path / "repository"
    (folder / "manifests").mkdir(parents=True)
    assert run(folder, "git", "init", "--quiet").returncode == 0
    configured = loaded(HERE / "pre-commit.yml")["repos"][0]["hooks"]
    hooks = [{**HOOKS[hook["id"]], **hook, "language": "system"} for hook in configured]
    (folder / ".pre-commit-config.yaml").write_text(yaml.safe_dump({"repos": [{"repo": "local", "hooks": hooks}]}))
    return folder


def test_the_manifest_is_valid(tmp_path: Path) -> None:
    manifest = str(ROOT / ".pre-commit-hooks.yaml")
    done = run(tmp_path, sys.executable, "-m", "pre_commit", "validate-manifest", manifest)

    assert (done.returncode, done.stdout) == (0, "")


def test_the_configuration_of_the_readme_is_valid(tmp_path: Path) -> None:
    done = run(tmp_path, sys.executable, "-m", "pre_commit", "validate-config", str(HERE / "pre-commit.yml"))

    assert (done.returncode, done.stdout) == (0, "")
    assert {hook["id"] for hook in loaded(HERE / "pre-commit.yml")["repos"][0]["hooks"]} == HOOKS.keys()


@pytest.mark.parametrize("name", ["a.yaml", "b/c.yml", "d.json"])
def test_looks_at_yaml_and_json(name: str) -> None:
    assert all(re.search(hook["files"], name) for hook in HOOKS.values())


@pytest.mark.parametrize("name", ["a.yaml.orig", "yaml", "README.md", "a.jsonl"])
def test_looks_at_nothing_else(name: str) -> None:
    assert not any(re.search(hook["files"], name) for hook in HOOKS.values())


def test_a_good_manifest_passes(repository: Path) -> None:
    (repository / "manifests" / "web.yaml").write_text(GOOD)

    done = precommit(repository, "run", "elbguard", "--all-files")

    assert done.returncode == 0, done.stdout + done.stderr
    assert "Passed" in done.stdout


def test_a_broken_manifest_is_refused_with_its_place(repository: Path) -> None:
    (repository / "manifests" / "web.yaml").write_text(BROKEN)

    done = precommit(repository, "run", "elbguard")

    assert done.returncode == 1
    assert "manifests/web.yaml:6:" in done.stdout
    assert "ELB301" in done.stdout


def test_the_arguments_reach_the_rules(repository: Path) -> None:
    config = repository / ".pre-commit-config.yaml"
    config.write_text(config.read_text().replace("v1.28.15-r0", "v1.15.11-r1"))
    (repository / "manifests" / "web.yaml").write_text(GATED)

    assert "ELB102" in precommit(repository, "run", "elbguard").stdout


def test_other_files_are_left_alone(repository: Path) -> None:
    (repository / "web.yaml").write_text(BROKEN)
    (repository / "manifests" / "notes.txt").write_text(BROKEN)

    done = precommit(repository, "run", "elbguard", "--all-files")

    assert done.returncode == 0
    assert "Skipped" in done.stdout


def test_checks_json_and_several_files_at_once(repository: Path) -> None:
    config = repository / ".pre-commit-config.yaml"
    config.write_text(config.read_text().replace(CONFIGURED, HOOKS["elbguard"]["files"]))
    for number in range(3):
        (repository / "manifests" / f"{number}.json").write_text(json.dumps(yaml.safe_load(BROKEN)))

    done = precommit(repository, "run", "elbguard")

    assert len(set(re.findall(r"manifests/\d\.json", done.stdout))) == 3


def test_the_fixing_hook_cures_and_then_is_content(repository: Path) -> None:
    manifest = repository / "manifests" / "web.yaml"
    manifest.write_text(BROKEN)

    first = precommit(repository, "run", "elbguard-fix")
    second = precommit(repository, "run", "elbguard-fix")

    assert (first.returncode, second.returncode) == (1, 0), first.stdout + second.stdout
    assert "files were modified by this hook" in first.stdout
    assert manifest.read_text() == BALANCED


def test_the_building_hook_judges_what_the_repository_builds(repository: Path, tmp_path: Path) -> None:
    write(repository, deploy__kustomization="resources: [web.yaml]\n", deploy__web=service(**{"class": "nope"}))
    path = os.pathsep.join((kustomizer(tmp_path), str(BIN), os.environ["PATH"]))
    done = precommit(repository, "run", "elbguard-render", PATH=path)

    assert done.returncode == 1
    assert "deploy/web.yaml:6:30: error[ELB101]" in done.stdout
    assert "(rendered from deploy)" in done.stdout
