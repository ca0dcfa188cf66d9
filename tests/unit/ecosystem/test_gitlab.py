"""The job for GitLab: its script runs here as a runner would run it."""

import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest

from tests.support.command import Done, ran
from tests.support.manifests import GATED, GOOD
from tests.support.places import loaded

HERE = Path(__file__).parent

JOB: dict[str, Any] = loaded(HERE / "gitlab.yml")["elbguard"]


def run(folder: Path, **variables: str) -> Done:
    script = "\n".join(JOB["script"])
    return ran("bash", "-eo", "pipefail", "-c", script, cwd=folder, **{**JOB["variables"], **variables})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "manifests").mkdir()
    return tmp_path


def test_a_good_manifest_passes_and_leaves_a_report(folder: Path) -> None:
    (folder / "manifests" / "web.yaml").write_text(GOOD)

    assert run(folder).returncode == 0
    assert ET.parse(folder / JOB["artifacts"]["reports"]["junit"]).getroot().tag == "testsuites"  # noqa: S314 - ours


def test_a_finding_fails_the_job_and_stands_in_log_and_report(folder: Path) -> None:
    (folder / "manifests" / "web.yaml").write_text(GATED)

    done = run(folder, ELBGUARD_CLUSTER_VERSION="v1.15.11-r1")

    assert done.returncode == 1
    assert "manifests/web.yaml:6:" in done.stdout
    assert "ELB102" in (folder / JOB["artifacts"]["reports"]["junit"]).read_text()


def test_the_report_is_kept_when_the_job_fails() -> None:
    assert JOB["artifacts"]["when"] == "always"
