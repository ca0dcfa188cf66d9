"""The Dockerfile, as far as it can be judged without a builder."""

import fnmatch
import json
import re
import shlex
from pathlib import Path

from tests.release.dockerfile import context, stages, values
from tests.support.built import BASE, built
from tests.support.command import PROGRAM, elbguard
from tests.support.places import ROOT, environment
from tests.support.process import LOOPBACK, Server, free_ports
from tests.support.webhook import START_SECONDS

BUILD, FINAL = stages(ROOT)


def ignored(path: str) -> bool:
    """Whether .dockerignore keeps a path of the first level out of the build: the last line that fits decides."""
    verdict = False
    for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#") and fnmatch.fnmatch(path, line.removeprefix("!")):
            verdict = not line.startswith("!")
    return verdict


def test_what_is_built_runs_on_the_same_python() -> None:
    assert values(FINAL, "FROM")[0] == values(BUILD, "FROM")[0].removesuffix(" AS build")


def test_every_base_is_named_by_its_digest() -> None:
    for stage in stages(ROOT):
        [base] = values(stage, "FROM")
        assert re.fullmatch(r"python:3\.11-slim@sha256:[0-9a-f]{64}( AS \w+)?", base)


def test_the_final_stage_only_copies() -> None:
    assert values(FINAL, "RUN") == []
    assert values(FINAL, "COPY") == ["--from=build /opt/elbguard /opt/elbguard"]


def test_the_user_is_the_number_that_the_deployment_demands() -> None:
    context = built(BASE).pod["securityContext"]

    assert values(FINAL, "USER") == [f"{context['runAsUser']}:{context['runAsGroup']}"]


def test_no_shell_starts_the_command() -> None:
    assert json.loads(values(FINAL, "ENTRYPOINT")[0]) == ["elbguard"]
    assert json.loads(values(FINAL, "CMD")[0]) == built(BASE).container["args"][:1]
    assert "PATH=/opt/elbguard/bin:$PATH" in values(FINAL, "ENV")[0]


def commands() -> list[list[str]]:
    """What the head of the Dockerfile tells to run, in words after the image's name."""
    lines = re.findall(r"^#\s+docker run .* elbguard (.+)$", (ROOT / "Dockerfile").read_text(encoding="utf-8"), re.M)
    return [shlex.split(line) for line in lines]


def test_the_server_that_the_head_shows_serves(tmp_path: Path) -> None:
    assert elbguard("certs", str(tmp_path), "--host", "localhost").returncode == 0
    [words] = [each for each in commands() if each[0] == "serve"]
    [port] = free_ports(1)
    given = [word.replace("/certs/", f"{tmp_path}/") for word in words]
    command = [*PROGRAM, *given, "--host", LOOPBACK, "--port", str(port)]
    process = Server("elbguard", command, tmp_path / "log", environment(), ROOT)
    try:
        process.wait_ready(lambda: "listening on https://" in process.log(), START_SECONDS)
    finally:
        process.stop()


def test_without_arguments_it_says_that_it_needs_a_certificate() -> None:
    done = elbguard(*json.loads(values(FINAL, "CMD")[0]))

    assert done.returncode == 2
    assert "--tls-cert" in done.stderr
    assert "ends with 2" in (ROOT / "Dockerfile").read_text(encoding="utf-8")


def test_the_check_that_the_head_shows_checks() -> None:
    [words] = [each for each in commands() if each[0] == "check"]
    done = elbguard(*words[: words.index("<")], stdin=(ROOT / words[-1]).read_text(encoding="utf-8"))

    assert done.returncode == 0, done.stderr


def test_what_is_installed_is_the_lock_s() -> None:
    [locked, own] = values(BUILD, "RUN")[1:]

    assert locked.count("--require-hashes") == locked.count("--only-binary :all:") == 2
    assert "--no-deps --no-build-isolation" in own
    assert "--no-deps --no-index" in own


def test_the_port_is_the_deployment_s() -> None:
    assert values(FINAL, "EXPOSE") == [str(built(BASE).container["ports"][0]["containerPort"])]


def test_what_is_copied_is_there_and_nothing_else_is_sent_to_the_builder() -> None:
    copied = set(context(ROOT)) - {"Dockerfile"}

    assert copied == {path.name for path in ROOT.iterdir() if not ignored(path.name)}
    assert ignored("certs")
    assert ignored("app/__pycache__")


def test_everything_that_the_package_is_made_of_is_copied() -> None:
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    copied = context(ROOT)

    assert set(re.findall(r'^(?:readme|license-files) = \[?"([^"]+)"', project, re.M)) <= set(copied)
    [where] = re.findall(r"^where = \[(.+)\]", project, re.M)
    assert set(re.findall(r'"(\w+)"', where)) <= set(copied)
