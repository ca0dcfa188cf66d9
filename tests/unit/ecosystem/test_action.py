"""The GitHub Action: its scripts run here as a runner would run them, with what a runner gives them."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.support.command import ran
from tests.support.manifests import BALANCED, BROKEN, GATED, GOOD
from tests.support.places import BIN, ROOT, loaded
from tests.support.trying import thorough

HERE = Path(__file__).parent

ACTION: dict[str, Any] = loaded(ROOT / "action.yml")
STEPS: dict[str, dict[str, Any]] = {step["id"]: step for step in ACTION["runs"]["steps"]}
PWN = "touch pwned"
HOSTILE = (
    "$(touch pwned)",
    "`touch pwned`",
    '"; touch pwned; "',
    "'; touch pwned; '",
    "&& touch pwned",
    "| touch pwned",
)


@dataclass
class Ran:
    """What a step left behind: its exit code, what it printed and its outputs."""

    code: int
    stdout: str
    stderr: str
    outputs: dict[str, str]


class Runner:
    """A workspace and the temporary folder of a job."""

    def __init__(self, folder: Path) -> None:
        self.workspace, self.temp, self._outputs = folder / "workspace", folder / "temp", folder / "outputs"
        self.workspace.mkdir()
        self.temp.mkdir()

    def run(self, step: str, inputs: dict[str, str] | None = None, steps: dict[str, str] | None = None) -> Ran:
        """Run a step of the action with these inputs, others as by default, and outputs of earlier steps."""
        known = {f"inputs.{name}": given.get("default", "") for name, given in ACTION["inputs"].items()}
        known |= {f"inputs.{name}": value for name, value in (inputs or {}).items()} | (steps or {})
        env = {
            name: re.sub(r"\$\{\{ (\S+) \}\}", lambda match: known[match[1]], value)
            for name, value in STEPS[step]["env"].items()
        }
        self._outputs.write_text("")
        done = ran(
            *("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", STEPS[step]["run"]),
            cwd=self.workspace,
            GITHUB_OUTPUT=str(self._outputs),
            GITHUB_WORKSPACE=str(self.workspace),
            GITHUB_ACTION_PATH=str(ROOT),
            RUNNER_TEMP=str(self.temp),
            **env,
        )
        pairs = (line.partition("=") for line in self._outputs.read_text().splitlines())
        return Ran(done.returncode, done.stdout, done.stderr, {name: value for name, _, value in pairs})

    def check(self, **inputs: str) -> Ran:
        """Run the step that checks."""
        named = {name.replace("_", "-"): value for name, value in inputs.items()}
        return self.run("check", named, {"steps.install.outputs.bin": str(BIN)})


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    return Runner(tmp_path)


def test_says_nothing_about_a_good_manifest(runner: Runner) -> None:
    (runner.workspace / "web.yaml").write_text(GOOD)

    ran = runner.check()

    assert (ran.code, ran.outputs["exit-code"], ran.outputs["findings"]) == (0, "0", "0")
    assert "::error" not in ran.stdout


def test_annotates_a_broken_manifest_and_fails(runner: Runner) -> None:
    (runner.workspace / "web.yaml").write_text(BROKEN)

    ran = runner.check()

    assert (ran.code, ran.outputs["exit-code"], ran.outputs["findings"]) == (1, "1", "1")
    assert re.search(r"(?m)^::error file=web\.yaml,line=6,.*ELB301", ran.stdout)


def test_leaves_a_sarif_report_with_paths_of_the_repository(runner: Runner) -> None:
    (runner.workspace / "manifests").mkdir()
    (runner.workspace / "manifests" / "web.yaml").write_text(BROKEN)

    ran = runner.check(paths="manifests")

    (result,) = json.loads(Path(ran.outputs["sarif"]).read_text())["runs"][0]["results"]
    assert result["ruleId"] == "ELB301"
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "manifests/web.yaml"


def test_two_checks_in_one_job_leave_two_reports(runner: Runner) -> None:
    (runner.workspace / "web.yaml").write_text(GOOD)

    assert runner.check().outputs["sarif"] != runner.check().outputs["sarif"]


def test_takes_paths_line_by_line_with_blanks_in_their_names(runner: Runner) -> None:
    (runner.workspace / "two words.yaml").write_text(BROKEN)
    (runner.workspace / "other.yaml").write_text(BROKEN)
    (runner.workspace / "ignored.yaml").write_text(BROKEN)

    ran = runner.check(paths="two words.yaml\nother.yaml\n")

    assert ran.outputs["findings"] == "2"
    assert "ignored.yaml" not in ran.stdout


def test_a_path_is_never_taken_for_a_flag(runner: Runner) -> None:
    ran = runner.check(paths="--help")

    assert ran.code == 2
    assert "Usage" not in ran.stdout


def test_knows_the_cluster(runner: Runner) -> None:
    (runner.workspace / "web.yaml").write_text(GATED)

    assert runner.check().code == 0
    assert "ELB102" in runner.check(cluster_version="v1.15.11-r1").stdout


def test_passes_more_flags_on(runner: Runner) -> None:
    (runner.workspace / "web.yaml").write_text(BROKEN)

    assert runner.check(args="--ignore ELB301\n  --cluster-type turbo").code == 0


def test_flags_are_no_patterns(runner: Runner) -> None:
    (runner.workspace / "ELB301").write_text("")
    (runner.workspace / "web.yaml").write_text(BROKEN)

    ran = runner.check(args="--ignore ELB30*")

    assert ran.code == 2
    assert "ELB30*" in ran.stderr


def test_fails_on_warnings_when_asked(runner: Runner) -> None:
    (runner.workspace / "web.yaml").write_text(BALANCED.replace("elb.lb-algorithm", "elb.lb-algoritm"))

    assert (runner.check().code, runner.check(fail_on="warning").code) == (0, 1)


def test_tells_an_unreadable_file_from_findings(runner: Runner) -> None:
    (runner.workspace / "web.yaml").write_text("kind: Service\na: [")

    ran = runner.check()

    assert (ran.code, ran.outputs["exit-code"]) == (2, "2")


@pytest.mark.parametrize("text", [HOSTILE[0], *thorough(*HOSTILE[1:])])
def test_runs_nothing_that_stands_in_an_input(runner: Runner, text: str) -> None:
    (runner.workspace / "web.yaml").write_text(GOOD)

    ran = runner.check(**dict.fromkeys(["paths", "cluster_version", "fail_on", "args"], text))

    assert ran.code == 2
    assert not (runner.workspace / "pwned").exists()


def test_imports_nothing_from_the_checkout(runner: Runner) -> None:
    (runner.workspace / "web.yaml").write_text(GOOD)
    for module in ("json", "venv", "pip", "app", "rules", "yaml", "sitecustomize"):
        (runner.workspace / f"{module}.py").write_text("open('pwned', 'w').close()")

    assert runner.check().code == 0
    assert not (runner.workspace / "pwned").exists()


def test_no_script_holds_an_expression() -> None:
    assert [step["id"] for step in STEPS.values() if "${{" in step["run"]] == []


def test_outputs_and_inputs_are_used_as_declared() -> None:
    text = (ROOT / "action.yml").read_text()

    assert set(re.findall(r"\$\{\{ inputs\.([\w-]+)", text)) == ACTION["inputs"].keys()
    assert {f"${{{{ steps.check.outputs.{name} }}}}" for name in ACTION["outputs"]} == {
        output["value"] for output in ACTION["outputs"].values()
    }
    assert all(re.search(rf'echo "{name}=', STEPS["check"]["run"]) for name in ACTION["outputs"])


def _python(folder: Path, version_ok: bool) -> str:
    """A python that makes a hollow environment and notes what it is asked."""
    python = folder / "python"
    python.write_text(
        "#!/usr/bin/env bash\n"
        f'echo "$@" >> "{folder}/asked"\n'
        f'[ "$2" = -c ] && exit {int(not version_ok)}\n'
        '[ "$3" = venv ] && mkdir -p "$4/bin" && cp "$0" "$4/bin/python"\n'
        "exit 0\n"
    )
    python.chmod(0o755)
    return str(python)


def test_installs_itself_into_an_environment_of_its_own(runner: Runner, tmp_path: Path) -> None:
    ran = runner.run("install", {"python": _python(tmp_path, version_ok=True)})

    assert (ran.code, ran.outputs) == (0, {"bin": f"{runner.temp}/elbguard-venv/bin"})
    *_, venv, locked, own = (tmp_path / "asked").read_text().splitlines()
    assert venv == f"-I -m venv {runner.temp}/elbguard-venv"
    assert locked.startswith("-I -m pip install ")
    assert f" --require-hashes --only-binary :all: --requirement {ROOT}/requirements/build.lock " in locked
    assert locked.endswith(f" --requirement {ROOT}/requirements/run.lock")
    assert own.startswith("-I -m pip install ")
    assert own.endswith(f" --no-deps --no-build-isolation {ROOT}")


def test_says_that_python_is_too_old(runner: Runner, tmp_path: Path) -> None:
    ran = runner.run("install", {"python": _python(tmp_path, version_ok=False)})

    assert ran.code == 2
    assert "needs Python 3.11 or later" in ran.stdout


def test_the_workflow_of_the_readme_fits_the_action() -> None:
    steps = loaded(HERE / "workflow.yml")["jobs"]["elbguard"]["steps"]
    (used,) = [step for step in steps if step.get("id") == "elbguard"]

    assert used["with"].keys() <= ACTION["inputs"].keys()
    assert set(re.findall(r"steps\.elbguard\.outputs\.([\w-]+)", str(steps))) <= ACTION["outputs"].keys()
