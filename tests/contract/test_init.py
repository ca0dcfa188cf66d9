"""`elbguard init`: what it writes is read, says what it is for, and costs nobody a file."""

import json
import os
import pty
import re
import select
import signal
import stat
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from elbguard.init.skeleton import skeleton
from elbguard.projects import Projects
from elbguard.settings import Settings
from elbguard.settings_text import parsed
from tests.support.command import PROGRAM, check, elbguard
from tests.support.manifests import GATED, GOOD
from tests.support.places import environment

_PATIENCE = 60.0  # seconds until a terminal is closed on which nothing happens
_A_MOMENT = 0.3  # until the prompt is not only printed but read: Python hears a Ctrl-C in between after the next key
NAME = ".elbguard.yaml"
FLAGS = [
    (("--cluster-version", "1.30"), {"cluster-version": "v1.30"}),
    (("--cluster-type", "turbo"), {"cluster-type": "turbo"}),
    (
        ("--proxy-mode", "ipvs", "--node-ip", "10.0.0.4", "--node-ip", "::1"),
        {"proxy-mode": "ipvs", "node-ip": ["10.0.0.4", "::1"]},
    ),
    (("--profile", "otc", "--strict-names"), {"profile": "otc", "strict-names": True}),
    (("--ignore", "unknown-class", "--ignore", "ELB620"), {"ignore": ["ELB101", "ELB620"]}),
    (("--severity", "ELB322=error", "--severity", "ELB101=off"), {"severity": {"ELB322": "error", "ELB101": "off"}}),
    ((), {}),
]


def said(folder: Path) -> Any:
    """What the file says, as plain YAML."""
    return yaml.safe_load((folder / NAME).read_text()) or {}


def answered(folder: Path, keys: Sequence[str], *flags: str, **variables: str) -> tuple[int, str]:
    """The exit code and the screen of init on a terminal, on which these keys are pressed, one text for a question."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(folder)
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # who started the tests may ignore it
        os.execve(PROGRAM[0], [*PROGRAM, "init", *flags], environment(**variables))  # noqa: S606 - it is ours
    screen, waiting = b"", list(keys)
    try:
        while select.select([terminal], [], [], _PATIENCE)[0] and (some := os.read(terminal, 4096)):
            screen += some
            if waiting and screen.endswith(b" > "):
                time.sleep(_A_MOMENT)
                os.write(terminal, waiting.pop(0).encode())
    except OSError:  # the other end is closed
        pass
    finally:
        os.close(terminal)  # which ends who still waits for an answer
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), screen.decode().replace("\r", "")


@pytest.mark.parametrize(("flags", "expected"), FLAGS)
@pytest.mark.parametrize("more", [(), ("--yes",)])
def test_what_flags_say_is_written_and_read(
    tmp_path: Path, flags: tuple[str, ...], expected: Mapping[str, Any], more: tuple[str, ...]
) -> None:
    done = elbguard("init", *flags, *more, cwd=tmp_path)
    read = json.loads(Projects({}).settings_for(tmp_path / "a.yaml").model_dump_json(by_alias=True))

    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.startswith(f"wrote {NAME}\n")
    assert {name: read[name] for name in expected} == expected
    assert said(tmp_path).keys() == expected.keys()


def test_what_is_written_is_what_check_goes_by(tmp_path: Path) -> None:
    (tmp_path / "web.yaml").write_text(GATED)
    elbguard("init", "--cluster-version", "v1.15.11", "--yes", cwd=tmp_path)
    done = check(".", cwd=tmp_path)

    assert "ELB102" in done.stdout
    assert done.stderr == f"{NAME}: note: settings are taken from this file\n"


def test_every_comment_that_is_a_setting_can_be_made_one(tmp_path: Path) -> None:
    elbguard("init", cwd=tmp_path)
    text = (tmp_path / NAME).read_text()
    bare = re.sub(r"(?m)^# (?=[a-z-]+:( [^ ].*)?$|  \S+: \{)", "", text)
    (tmp_path / NAME).write_text(bare)
    settings = Projects({}).settings_for(tmp_path / "prod" / "a.yaml")

    assert len(yaml.safe_load(bare)) == 10
    assert (str(settings.cluster_version), settings.cluster_type) == ("v1.29.10-r0", "turbo")
    assert settings.strict_names
    assert max(map(len, text.splitlines())) <= 120


def test_it_says_what_is_not_known_and_what_to_do_next(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    some = elbguard("init", "deep", "--cluster-type", "turbo", cwd=tmp_path)
    known = elbguard(
        "init", "--cluster-version", "v1.30", "--cluster-type", "turbo", "--proxy-mode", "ipvs", cwd=tmp_path
    )

    assert some.stderr.splitlines()[1:] == [
        "not known yet: cluster-version, proxy-mode; rules that need them are skipped until you fill them in",
        "next: elbguard check deep, and commit the file, so that everybody is judged alike",
    ]
    assert known.stderr.splitlines()[1:] == [
        "next: elbguard check, and commit the file, so that everybody is judged alike"
    ]


def test_a_file_above_that_counts_no_more_is_named(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    elbguard("init", cwd=tmp_path)

    assert f"{NAME} counts here no more" in elbguard("init", cwd=tmp_path / "deep").stderr


@pytest.mark.parametrize("name", [NAME, ".elbguard.yml"])
def test_it_never_writes_over_a_file(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("ignore: ELB101\n")
    done = elbguard("init", "--yes", "--cluster-version", "v1.30", cwd=tmp_path)

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"Error: {name}: is there already: change it, or have it written over by --force\n"
    assert {file.name: file.read_text() for file in tmp_path.iterdir()} == {name: "ignore: ELB101\n"}


def test_it_writes_over_a_file_where_that_is_asked_and_keeps_its_mode(tmp_path: Path) -> None:
    (tmp_path / NAME).write_text("ignore: ELB101\n")
    (tmp_path / NAME).chmod(0o640)
    done = elbguard("init", "--force", "--cluster-version", "v1.30", cwd=tmp_path)

    assert done.returncode == 0
    assert said(tmp_path) == {"cluster-version": "v1.30"}
    assert stat.S_IMODE((tmp_path / NAME).stat().st_mode) == 0o640
    assert [file.name for file in tmp_path.iterdir()] == [NAME]


ODD = {
    "a folder": lambda file: file.mkdir(),
    "a link": lambda file: file.symlink_to("elsewhere"),
    "a pipe": os.mkfifo,
}


@pytest.mark.parametrize("made", ODD.values(), ids=ODD)
def test_what_is_no_file_stays_even_then(tmp_path: Path, made: Any) -> None:
    made(tmp_path / NAME)
    for flags in ((), ("--force",)):
        assert elbguard("init", *flags, cwd=tmp_path).returncode == 2
    assert [file.name for file in tmp_path.iterdir()] == [NAME]


def test_a_folder_where_the_file_is_not_looked_for_is_told(tmp_path: Path) -> None:
    tmp_path.chmod(0o1777)

    assert "not looked for here: name it by --config" in elbguard("init", cwd=tmp_path).stderr


def test_a_folder_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    done = elbguard("init", "nowhere", cwd=tmp_path)

    assert (done.returncode, done.stderr) == (2, "Error: nowhere: no such folder: make it first\n")


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (("--cluster-version", "banana"), "'banana' is not a cluster version: write it as v1.28.15-r0"),
        (("--cluster-type", "turbine"), "'turbine' is not one of 'standard', 'turbo', 'autopilot'"),
        (("--ignore", "ELB999"), "'ELB999' is no rule"),
        (("--context", "prod"), "add --from-cluster, or leave them out"),
    ],
)
def test_a_wrong_flag_is_one_sentence_and_nothing_is_written(
    tmp_path: Path, flags: tuple[str, ...], words: str
) -> None:
    done = elbguard("init", *flags, cwd=tmp_path)

    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert words in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_on_a_terminal_it_asks_again_until_it_understands(tmp_path: Path) -> None:
    code, screen = answered(tmp_path, ["latest\n", "v1.30.4-r0\n", "turbbo\n", "tu\n", "\n", "OTC\n", "yes\n"])

    assert code == 0, screen
    assert said(tmp_path) == {
        "cluster-version": "v1.30.4-r0",
        "cluster-type": "turbo",
        "profile": "otc",
        "strict-names": True,
    }
    assert "'latest' is not a cluster version" in screen
    assert "did you mean turbo?" in screen
    assert "rules about IPVS are skipped" in screen


def test_on_a_terminal_it_asks_for_nothing_that_is_given(tmp_path: Path) -> None:
    flags = ("--cluster-version", "v1.30", "--cluster-type", "turbo", "--proxy-mode", "ipvs", "--profile", "otc")
    code, screen = answered(tmp_path, ["\n"], *flags)

    assert (code, screen.count("?")) == (0, 1), screen
    assert said(tmp_path).keys() == {"cluster-version", "cluster-type", "proxy-mode", "profile"}
    assert answered(tmp_path, [], "--yes", "--force")[0] == 0


@pytest.mark.parametrize(("keys", "code"), [(["\n", "\x04"], 2), (["\n", "\x03"], 130)], ids=["end", "Ctrl-C"])
def test_who_stops_answering_gets_no_file(tmp_path: Path, keys: list[str], code: int) -> None:
    ended, screen = answered(tmp_path, keys)

    assert ended == code, screen
    assert list(tmp_path.iterdir()) == []


SAID = {
    ".pre-commit-config.yaml": "args: [--cluster-version, v1.28.15-r0]",
    ".gitlab-ci.yml": "variables:\n  ELBGUARD_CLUSTER_VERSION: v1.28.15-r0",
    ".github/workflows/check.yml": "with:\n  cluster-version: v1.28.15-r0\n",
    "Makefile": "check:\n\telbguard check --cluster-version=1.28.15-r0 .",
}


@pytest.mark.parametrize("name", SAID)
def test_what_a_pipeline_says_is_taken_and_the_pipeline_named(tmp_path: Path, name: str) -> None:
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / name).write_text(SAID[name])
    elbguard("init", cwd=tmp_path)

    assert said(tmp_path) == {"cluster-version": "v1.28.15-r0"}
    assert f"# As {name} says.\ncluster-version" in (tmp_path / NAME).read_text()


def test_where_pipelines_differ_nothing_is_guessed(tmp_path: Path) -> None:
    (tmp_path / ".gitlab-ci.yml").write_text(
        "a: --cluster-version v1.28\nb: --cluster-version v1.30 --cluster-type turbo"
    )
    elbguard("init", cwd=tmp_path)

    assert said(tmp_path) == {"cluster-type": "turbo"}


def test_on_a_terminal_a_guess_is_proposed(tmp_path: Path) -> None:
    (tmp_path / "Makefile").write_text("elbguard check --cluster-type turbo --profile otc")
    code, screen = answered(tmp_path, ["\n", "\n", "\n", "-\n", "\n"])

    assert (code, said(tmp_path)) == (0, {"cluster-type": "turbo"}), screen
    assert "(Enter: turbo, as Makefile says; -: not known" in screen


def test_folders_that_look_like_clusters_are_the_examples(tmp_path: Path) -> None:
    for name in ("deploy/overlays/production", "deploy/overlays/dev", ".git/prod", "node_modules/x/test"):
        (tmp_path / name).mkdir(parents=True)
    elbguard("init", cwd=tmp_path)
    shown = re.findall(r"(?m)^#   (\S+): \{", (tmp_path / NAME).read_text())

    assert shown == ["deploy/overlays/dev/**", "deploy/overlays/production/**"]


def test_no_cluster_is_asked_unless_that_is_said(tmp_path: Path) -> None:
    kubeconfig = tmp_path / "config"
    kubeconfig.write_text(
        "apiVersion: v1\nkind: Config\nclusters: [{name: a, cluster: {server: 'http://127.0.0.1:1'}}]\n"
        "contexts: [{name: a, context: {cluster: a, user: a}}]\ncurrent-context: a\nusers: [{name: a, user: {}}]\n"
    )
    asked = elbguard("init", "--from-cluster", cwd=tmp_path, KUBECONFIG=str(kubeconfig))
    other = elbguard("init", "--from-cluster", "--context", "b", cwd=tmp_path, KUBECONFIG=str(kubeconfig))

    assert (asked.returncode, len(asked.stderr.splitlines())) == (2, 1)
    assert "127.0.0.1:1 cannot be asked" in asked.stderr
    assert "no context 'b'" in other.stderr
    assert not (tmp_path / NAME).exists()
    assert elbguard("init", cwd=tmp_path, KUBECONFIG=str(kubeconfig)).returncode == 0


def test_the_verb_is_in_its_place() -> None:
    shown = elbguard("--help").stdout
    verbs = re.findall(r"(?m)^  ([a-z]+)  ", shown[shown.index("Commands:") :])

    assert "init" in verbs
    assert verbs == sorted(verbs)


def test_values_are_written_so_that_yaml_reads_them_back(tmp_path: Path) -> None:
    odd = Settings.model_validate(
        {"node_ip": ["::1"], "severity": {"ELB101": "off"}, "ignore": ["ELB620"], "exclude": ["*", "a: b", "#x"]}
    )
    text = skeleton(odd, ["node_ip", "severity", "ignore", "exclude"], {}, ["yes", "a: b/dev", "*x"])
    (tmp_path / "a.yaml").write_text(GOOD)

    assert Settings.model_validate(dict(parsed(Path(NAME), text.encode()).values)) == odd
