"""The project file: found from each manifest, what it says by paths, and everybody who judges agrees."""

import json
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from elbguard.projects import Projects
from elbguard.settings import Settings
from elbguard.settings_mistakes import SettingsError
from tests.support.command import Done, check, elbguard, findings, ran
from tests.support.manifests import BAD, BROKEN, GATED, GOOD
from tests.support.places import BIN, ROOT, loaded
from tests.unit.ecosystem.test_action import Runner

NAME = ".elbguard.yaml"
FILES = {
    "prod/web.yaml": GATED,
    "prod/old/web.yaml": GATED,
    "dev/web.yaml": BAD,
    "dev/tree/web.yaml": BAD,
    "web.yaml": GATED,
}
SAYS = """\
cluster-version: v1.15.11
ignore: [no-selector]
clusters:
  prod/**: {cluster-version: v1.28.15-r0, cluster-type: turbo}
  prod/old/: {cluster-version: v1.15.11}
  dev/**: {ignore: unknown-class}
"""


def laid(folder: Path, files: Mapping[str, str]) -> Path:
    """A folder with files, by their paths."""
    for number, (name, text) in enumerate(files.items()):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text.replace("name: web", f"name: web{number}") if "kind: Service" in text else text)
    return folder


def told(done: Done, folder: Path, where: Path | None = None) -> set[tuple[str, str]]:
    """The findings of a JSON report: files, from the folder, and rules."""
    here = where or folder
    return {
        (Path(os.path.relpath(here / each["file"], folder)).as_posix(), each["rule"])
        for each in findings(done)
        if each["rule"] != "ELB930"  # listeners are alike in all manifests here
    }


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A work tree with a project file that says something about three folders."""
    (tmp_path / ".git").mkdir()
    return laid(tmp_path, {**FILES, NAME: SAYS})


EXPECTED = {("web.yaml", "ELB102"), ("prod/old/web.yaml", "ELB102")}


def test_each_manifest_is_judged_by_what_the_file_says_of_its_path(repository: Path) -> None:
    done = check(".", "--format", "json", cwd=repository)

    assert told(done, repository) == EXPECTED
    assert done.stderr == f"{NAME}: note: settings are taken from this file\n"
    assert json.loads(done.stdout)["summary"]["settings"] == [NAME]


def _by_names(repository: Path) -> set[tuple[str, str]]:
    return told(check(*FILES, "--format", "json", cwd=repository), repository)


def _from_below(repository: Path) -> set[tuple[str, str]]:
    where = repository / "dev" / "tree"
    return told(check("../..", "--format", "json", cwd=where), repository, where)


def _from_elsewhere(repository: Path) -> set[tuple[str, str]]:
    where = repository.parent
    return told(check(str(repository), "--format", "json", cwd=where), repository, where)


def _by_config(repository: Path) -> set[tuple[str, str]]:
    shutil.move(repository / NAME, repository / "other.yaml")
    return told(check(".", "--config", "other.yaml", "--format", "json", cwd=repository), repository)


def _by_jobs(repository: Path) -> set[tuple[str, str]]:
    return told(check(".", "--jobs", "2", "--format", "json", cwd=repository), repository)


def _by_hook(repository: Path) -> set[tuple[str, str]]:
    entry = next(hook for hook in loaded(ROOT / ".pre-commit-hooks.yaml") if hook["id"] == "elbguard")["entry"]
    files = [str(file.relative_to(repository)) for file in repository.rglob("*.yaml")]  # the project file among them
    command = [*shlex.split(entry), "--format", "json", *files]
    return told(elbguard(*command[1:], cwd=repository), repository)


def _by_action(repository: Path) -> set[tuple[str, str]]:
    (repository.parent / "job").mkdir()
    runner = Runner(repository.parent / "job")
    shutil.copytree(repository, runner.workspace, dirs_exist_ok=True)
    run = runner.run("check", steps={"steps.install.outputs.bin": str(BIN)})
    report = json.loads(Path(run.outputs["sarif"]).read_text())["runs"][0]
    assert report["invocations"][0]["properties"] == {"settings": [NAME]}
    return {
        (result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], result["ruleId"])
        for result in report["results"]
        if result["ruleId"] != "ELB930"
    }


@pytest.mark.parametrize("asked", [_by_names, _from_below, _from_elsewhere, _by_config, _by_jobs, _by_hook, _by_action])
def test_whoever_asks_gets_the_same_findings(repository: Path, asked: Callable[[Path], set[Any]]) -> None:
    assert asked(repository) == EXPECTED


def test_fix_goes_by_the_same_file(tmp_path: Path) -> None:
    laid(tmp_path, {"a/x.yaml": BROKEN, "b/x.yaml": BROKEN, NAME: "clusters: {a/: {ignore: ELB301}}"})
    done = elbguard("fix", "--write", ".", cwd=tmp_path)

    assert "fixed 1 place in 1 file" in done.stderr
    assert "round_robin" in (tmp_path / "a/x.yaml").read_text()
    assert "ROUND_ROBIN" in (tmp_path / "b/x.yaml").read_text()


ABOVE = [
    ((), {}, "v1.28.15-r0"),
    (("--cluster-version", "v1.9"), {"ELBGUARD_CLUSTER_VERSION": "v1.11"}, "v1.9"),
    ((), {"ELBGUARD_CLUSTER_VERSION": "v1.11"}, "v1.11"),
    (("--no-project-file",), {}, None),
    ((), {"ELBGUARD_PROJECT_FILE": "0"}, None),
]


@pytest.mark.parametrize(("flags", "variables", "version"), ABOVE)
def test_flags_stand_above_the_environment_above_the_path_above_the_top(
    repository: Path, flags: tuple[str, ...], variables: dict[str, str], version: str | None
) -> None:
    done = elbguard("check", "prod/web.yaml", "--format", "json", *flags, cwd=repository, **variables)
    skipped = {each["rule"] for each in json.loads(done.stdout)["skipped"]}

    assert ("ELB102" in skipped) == (version is None)
    assert (("prod/web.yaml", "ELB102") in told(done, repository)) == (version in ("v1.9", "v1.11"))


def settings(folder: Path, path: str, text: str, **given: Any) -> Settings:
    """What holds for a path, in a folder with a project file."""
    (folder / NAME).write_text(text)
    return Projects(given).settings_for(folder / path)


def test_of_patterns_that_match_all_count_and_of_each_setting_the_last_word(tmp_path: Path) -> None:
    text = """\
cluster-version: v1.17
profile: otc
clusters:
  "*.yaml": {proxy-mode: ipvs, cluster-version: v1.19}
  prod/: {cluster_version: v1.21, node-ip: 10.0.0.1, profile: null}
  prod/web.yaml: {cluster-version: v1.23}
  /web.yaml: {cluster-version: v1.25}
"""
    found = {path: settings(tmp_path, path, text) for path in ("prod/web.yaml", "prod/a/b.yml", "web.yaml", "a.json")}
    versions = {path: str(each.cluster_version) for path, each in found.items()}

    assert versions == {"prod/web.yaml": "v1.23", "prod/a/b.yml": "v1.21", "web.yaml": "v1.25", "a.json": "v1.17"}
    assert [each.proxy_mode for each in found.values()] == ["ipvs", None, "ipvs", None]
    assert {each.profile for each in found.values()} == {"otc"}


def test_a_list_takes_the_place_of_the_one_below_it(tmp_path: Path) -> None:
    text = "ignore: [ELB101]\nseverity: {ELB102: off}\nclusters: {a/: {ignore: ELB104, severity: {}}, b/: {ignore: []}}"

    assert settings(tmp_path, "a/x.yaml", text).ignore == ("ELB104",)
    assert settings(tmp_path, "a/x.yaml", text).severity == {}
    assert settings(tmp_path, "b/x.yaml", text).ignore == ()
    assert settings(tmp_path, "a/x.yaml", text, ignore=("ELB206",)).ignore == ("ELB206",)


def test_the_nearest_file_counts_alone(tmp_path: Path) -> None:
    laid(
        tmp_path,
        {
            NAME: "ignore: ELB101\ncluster-type: turbo",
            f"inner/{NAME}": "cluster-version: v1.28",
            "inner/a/x.yaml": BAD,
            "x.yaml": BAD,
        },
    )
    done = check(".", "--format", "json", cwd=tmp_path)

    assert told(done, tmp_path) == {("inner/a/x.yaml", "ELB101")}
    assert sorted(done.stderr.splitlines()) == [
        f"{NAME}: note: settings are taken from this file",
        f"inner/{NAME}: note: settings are taken from this file",
    ]


@pytest.mark.parametrize("arguments", [(".",), ("inner",), ("inner/x.yaml", "x.yaml"), ("**/*.yaml",)])
def test_what_an_outer_file_excludes_stays_excluded_whoever_names_it(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    laid(tmp_path, {NAME: "exclude: [inner/]", f"inner/{NAME}": "{}", "inner/x.yaml": BAD, "x.yaml": GOOD})
    done = check(*arguments, "x.yaml", "--format", "json", cwd=tmp_path)

    assert (done.returncode, findings(done)) == (0, [])


def test_patterns_of_a_nested_file_count_from_its_folder(tmp_path: Path) -> None:
    laid(tmp_path, {f"inner/{NAME}": "exclude: [/x.yaml]", "inner/x.yaml": BAD, "x.yaml": BAD, "inner/a/x.yaml": BAD})

    assert {file for file, _ in told(check(".", "--format", "json", cwd=tmp_path), tmp_path)} == {
        "x.yaml",
        "inner/a/x.yaml",
    }


def test_a_flag_excludes_from_the_current_folder_in_the_place_of_the_file(tmp_path: Path) -> None:
    laid(tmp_path, {f"inner/{NAME}": "exclude: [x.yaml]", "inner/x.yaml": BAD, "inner/a/x.yaml": BAD, "x.yaml": BAD})
    done = check(".", "--exclude", "/x.yaml", "--format", "json", cwd=tmp_path)

    assert {file for file, _ in told(done, tmp_path)} == {"inner/x.yaml", "inner/a/x.yaml"}


def test_several_paths_have_each_their_own_file(tmp_path: Path) -> None:
    laid(tmp_path, {f"a/{NAME}": "ignore: ELB101", "a/x.yaml": BAD, f"b/{NAME}": "ignore: ELB104", "b/x.yaml": BAD})
    done = check("a", "b/x.yaml", "--format", "json", cwd=tmp_path)

    assert told(done, tmp_path) == {("b/x.yaml", "ELB101")}
    assert json.loads(done.stdout)["summary"]["settings"] == [f"a/{NAME}", f"b/{NAME}"]


def test_a_mistake_in_a_file_that_nothing_was_asked_about_stops_nobody(tmp_path: Path) -> None:
    laid(tmp_path, {f"a/{NAME}": "oops: 1", "a/x.yaml": BAD, "b/x.yaml": GOOD})

    assert check("b", cwd=tmp_path).returncode == 0
    assert check("a", cwd=tmp_path).returncode == 2


def test_standard_input_and_what_has_no_file_of_its_own_go_by_the_current_folder(tmp_path: Path) -> None:
    laid(tmp_path, {f"here/{NAME}": "ignore: ELB101", "away/x.yaml": BAD})
    here = tmp_path / "here"

    assert check("-", stdin=BAD, cwd=here).returncode == 0
    assert check("../away/x.yaml", cwd=here).returncode == 0
    assert check("-", stdin=BAD, cwd=tmp_path / "away").returncode == 1


def test_nobody_looks_above_the_work_tree_or_the_home_or_where_everybody_leaves_files(tmp_path: Path) -> None:
    laid(tmp_path, {NAME: "ignore: ELB101", "shared/inner/x.yaml": BAD})
    inner = tmp_path / "shared" / "inner"
    found = [check("x.yaml", cwd=inner).returncode]
    found.append(elbguard("check", "x.yaml", cwd=inner, HOME=str(inner)).returncode)
    (tmp_path / "shared").chmod(0o1777)
    found.append(check("x.yaml", cwd=inner).returncode)
    (tmp_path / "shared").chmod(0o0777)
    found.append(check("x.yaml", cwd=inner).returncode)
    (inner / ".git").write_text("gitdir: elsewhere")  # as of a work tree beside its repository
    found.append(check("x.yaml", cwd=inner).returncode)

    assert found == [0, 1, 1, 0, 1]


def test_a_path_that_is_not_there_is_said_as_ever(repository: Path) -> None:
    done = check("nowhere.yaml", "prod/web.yaml", cwd=repository)

    assert done.returncode == 2
    assert "nowhere.yaml: error: no such file or folder" in done.stderr


def test_a_pattern_that_nothing_matches_is_said_once_where_all_was_looked_through(repository: Path) -> None:
    (repository / NAME).write_text("clusters:\n  porduction/**: {profile: otc}\n  prod/**: {}\n")

    assert [
        check(path, cwd=repository).stderr.count("pord") for path in (".", str(repository), "prod", "web.yaml")
    ] == [*(1, 1, 0, 0)]
    note = f"{NAME}:2:3: note: clusters.porduction/**: no manifest matches this pattern"
    assert note in check(".", cwd=repository).stderr.splitlines()


@pytest.mark.parametrize("verb", ["check", "fix"])
def test_a_file_that_excludes_all_makes_no_pipeline_green(tmp_path: Path, verb: str) -> None:
    laid(tmp_path, {NAME: "mode: warn\nexclude: '*'", "a/x.yaml": BAD})
    done = elbguard(verb, ".", cwd=tmp_path)
    line = f"{NAME}:2:1: error: this leaves out all that was to be checked: give --no-project-file, or other patterns"

    assert done.returncode == 2
    assert line in done.stderr.splitlines()
    assert elbguard(verb, "a/x.yaml", cwd=tmp_path).returncode == 0  # a hook names the files of a commit
    assert elbguard(verb, ".", "--no-project-file", "--exclude", "*", cwd=tmp_path).returncode == 0


WRONG = {
    "a number that YAML shortens": (
        "cluster-version: 1.30",
        "1:18: cluster-version: 1.3 is a number: write it as a text, such as v1.30: YAML reads 1.30 as 1.3",
    ),
    "the same by path": (
        "clusters:\n  a/:\n    cluster-version: 1.30",
        "3:22: clusters.a/.cluster-version: 1.3 is a number",
    ),
    "a name with a slip": (
        "clusters:\n  a/: {cluster-typ: turbo}",
        "2:8: clusters.a/.cluster-typ is no setting, did you mean cluster-type?",
    ),
    "a name in camel case": (
        "clusterVersion: v1.28",
        "1:1: clusterVersion is no setting, did you mean cluster-version?",
    ),
    "a slip in our own word": ("cluster: {a/: {}}", "1:1: cluster is no setting, did you mean clusters?"),
    "a name for the whole": (
        "clusters: {a/: {exclude: x}}",
        "1:17: clusters.a/.exclude holds for all paths: write it at the top of the file",
    ),
    "clusters in clusters": ("clusters: {a/: {clusters: {}}}", "1:17: clusters.a/.clusters holds for all paths"),
    "a value that is none": (
        "clusters:\n  a/: {cluster-type: trubo}",
        "2:22: clusters.a/.cluster-type: 'trubo' is not one of 'standard', 'turbo' or 'autopilot', did you mean turbo?",
    ),
    "a list of clusters": (
        "clusters: [a/]",
        "1:11: clusters: must be a map of patterns, such as {prod/**: {cluster-version: v1.28.15-r0}}; found",
    ),
    "a cluster that is a word": (
        "clusters: {a/: turbo}",
        "1:16: clusters.a/: must be a map, such as {cluster-version: v1.28.15-r0}; found 'turbo'",
    ),
    "a pattern turned round": ('clusters: {"!a/": {}}', "1:12: clusters: '!a/' cannot turn a pattern round"),
    "a pattern that is a number": ("clusters: {1: {}}", "1:12: clusters: 1 is no pattern of paths, such as prod/**"),
    "a pattern without quotes": ("clusters:\n  *.yaml: {}", "2:4: is not YAML: expected alphabetic or numeric"),
    "stars without quotes": ("exclude:\n- **/x", "2:4: is not YAML: expected alphabetic or numeric"),
    "an alias": ("exclude: [*x]", "1:11: is not YAML: found undefined alias"),
    "a pattern from here": ("clusters: {./a/: {}}", "1:12: clusters: './a/' matches nothing: patterns count from"),
    "a pattern above": ("clusters: {../a/: {}}", "1:12: clusters: '../a/' matches nothing: patterns reach no"),
    "an empty pattern": ('clusters: {"": {}}', "1:12: clusters: '' is no pattern of paths"),
    "a pattern that is none": (
        "exclude: ['a', '\\']",
        "1:16: exclude[1]: '\\\\' is no pattern: write it as in a .gitignore file",
    ),
    "a pattern given twice": (
        "clusters:\n  a/: {}\n  a/: {}",
        "3:3: clusters.a/ is given a second time, first in line 2",
    ),
    "a name given twice by both its names": (
        "clusters: {a/: {node-ip: [], node_ip: []}}",
        "1:30: clusters.a/.node-ip is given a second time",
    ),
    "a rule that is none": ("clusters: {a/: {ignore: [ELB999]}}", "1:26: clusters.a/.ignore[0]: 'ELB999' is no rule"),
    "a level that is none": ("severity:\n  ELB101: fatal", "2:11: severity.ELB101: 'fatal' is not one of"),
    "text": ("cluster-version v1.28", "1:1: must hold settings such as `cluster-version: v1.28.15-r0`; found"),
    "a tab": ("clusters:\n\t- x", "2:1: is not YAML"),
    "two documents": ("mode: warn\n---\nmode: warn", "2:1: a second document begins here"),
}


@pytest.mark.parametrize(("text", "words"), WRONG.values(), ids=WRONG)
def test_a_mistake_is_one_sentence_with_its_place(tmp_path: Path, text: str, words: str) -> None:
    laid(tmp_path, {NAME: text, "a/x.yaml": BAD})
    for arguments in (("a",), ("a/x.yaml", "--config", NAME)):
        done = check(*arguments, cwd=tmp_path)

        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.startswith(f"Error: {NAME}:{words}"), done.stderr
        assert len(done.stderr.splitlines()) == 1
        assert ("in quotes" in done.stderr) == ("*" in text)


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    text = "mode: warm\nclusters:\n  a/: {typ: x, cluster-type: y}\n  '!': {}\n"
    laid(tmp_path, {NAME: text, "x.yaml": GOOD})
    places = [line.removeprefix("Error: ").split(": ")[0] for line in check(".", cwd=tmp_path).stderr.splitlines()]

    assert sorted(places) == [f"{NAME}:{place}" for place in ("1:7", "3:30", "3:8", "4:3")]


def _bomb(file: Path) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    file.write_text("\n".join(lines))


def _merges(file: Path) -> None:
    lines = ["a0: &a0 {x: 1, y: 2}"]
    lines += [f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 10)}]}}" for n in range(1, 10)]
    file.write_text("\n".join(lines))


def _loop(file: Path) -> None:
    file.symlink_to(file.name)


def _unreadable(file: Path) -> None:
    file.write_text("{}")
    file.chmod(0)


HOSTILE: dict[str, tuple[Callable[[Path], Any], str]] = {
    "a bomb of aliases": (_bomb, ": aliases make it longer than 20000 values, settings are not"),
    "a bomb of merges": (_merges, ": aliases make it longer than 20000 values, settings are not"),
    "a list in itself": (lambda file: file.write_text("ignore: &x [*x]"), ":1:9: ignore[0]: [[...]] is no rule"),
    "a map in itself": (lambda file: file.write_text("clusters: &x {a/: *x}"), ":1:15: clusters.a/.a/ is no setting"),
    "brackets without end": (lambda file: file.write_text("[" * 1200), ": cannot be understood: it is nested too deep"),
    "a number without end": (lambda file: file.write_text("cluster-id: " + "9" * 5000), ": cannot be understood"),
    "huge": (lambda file: file.write_text("# " + "x" * (1 << 20)), ": is larger than 1 MiB, settings are not"),
    "binary": (lambda file: file.write_bytes(b"\xff\xfe\x00\x01" * 50), ": is not UTF-8 text"),
    "zeros": (lambda file: file.write_bytes(b"\0" * 50), ":1:1: is not YAML"),
    "a folder": (lambda file: file.mkdir(), ": is a folder: a project file is a text"),
    "a pipe": (os.mkfifo, ": is no regular file: a project file is a text"),
    "a link to nothing": (lambda file: file.symlink_to("nowhere"), ": is a link to nothing: a project file is a text"),
    "a link to itself": (_loop, ": is a link to nothing: a project file is a text"),
    "a link to a device": (lambda file: file.symlink_to("/dev/zero"), ": is no regular file: a project file is a text"),
    "two of them": (
        lambda file: (file.write_text(""), file.with_suffix(".yml").write_text("")),
        ": lies beside .elbguard.yml: keep one of the two",
    ),
    "a program": (lambda file: file.write_text("ignore: !!python/object/apply:os.system [id]"), ":1:9: is not YAML"),
}


@pytest.mark.parametrize(("made", "words"), HOSTILE.values(), ids=HOSTILE)
@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes in folders here")
def test_a_hostile_file_is_one_sentence(tmp_path: Path, made: Callable[[Path], Any], words: str) -> None:
    laid(tmp_path, {"a/x.yaml": GOOD})
    made(tmp_path / NAME)
    for verb in ("check", "fix"):
        done = elbguard(verb, ".", cwd=tmp_path)

        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.startswith(f"Error: {NAME}{words}"), done.stderr
        assert len(done.stderr.splitlines()) == 1


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_file_that_may_not_be_read_is_one_sentence(tmp_path: Path) -> None:
    laid(tmp_path, {"x.yaml": GOOD})
    _unreadable(tmp_path / NAME)

    assert check(".", cwd=tmp_path).stderr == f"Error: {NAME}: cannot be read: Permission denied\n"


def test_a_gate_disregards_what_the_file_hides_by_path_and_keeps_its_facts(tmp_path: Path) -> None:
    text = "clusters: {a/: {ignore: [ELB101, ELB102], severity: {ELB104: 'off'}, cluster-version: v1.15.11}}"
    laid(tmp_path, {NAME: text, "a/x.yaml": BAD, "a/y.yaml": GATED})
    done = check(".", "--no-suppressions", "--format", "json", cwd=tmp_path)

    assert {("a/x.yaml", "ELB101"), ("a/y.yaml", "ELB102")} <= told(done, tmp_path)
    assert f"{NAME}: note: --no-suppressions disregards its ignore and severity" in done.stderr


@pytest.mark.parametrize("words", [("generate", "policy"), ("replay", "events")], ids=lambda words: words[0])
def test_verbs_without_paths_say_that_they_pass_over_what_is_said_of_paths(
    tmp_path: Path, words: tuple[str, ...]
) -> None:
    laid(tmp_path, {"settings.yaml": "ignore: ELB101\nclusters: {a/: {profile: otc}}", "events": ""})
    done = elbguard(*words, "--config", "settings.yaml", cwd=tmp_path)

    assert "settings.yaml:2:1: note: clusters is about paths, and what is judged here has none" in done.stderr
    (tmp_path / "settings.yaml").write_text("clusters: {a/: {oops: 1}}")
    assert (
        "settings.yaml:1:17: clusters.a/.oops is no setting"
        in elbguard(*words, "--config", "settings.yaml", cwd=tmp_path).stderr
    )


def test_explain_says_what_the_file_makes_of_a_rule(tmp_path: Path) -> None:
    laid(
        tmp_path,
        {NAME: "ignore: ELB101\nclusters: {a/: {ignore: [], severity: {ELB101: warning}}, b/: {profile: otc}}"},
    )
    done = elbguard("explain", "unknown-class", cwd=tmp_path)

    assert done.stdout == elbguard("explain", "ELB101").stdout
    assert done.stderr.splitlines() == [
        f"{NAME}: note: ELB101 is switched off here",
        f"{NAME}: note: ELB101 is taken as warning here, for a/",
    ]
    assert elbguard("explain", "ELB102", cwd=tmp_path).stderr == ""
    (tmp_path / NAME).write_text("oops: 1")
    assert elbguard("explain", "ELB101", cwd=tmp_path).returncode == 0


@pytest.mark.parametrize("words", ["check .", "check -", "fix .", "init", "explain ELB101"])
def test_a_folder_that_is_gone_is_one_sentence(tmp_path: Path, words: str) -> None:
    command = f"mkdir gone && cd gone && rmdir ../gone && {sys.executable} -m elbguard {words}"
    done = ran("bash", "-c", command, cwd=tmp_path)

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "Error: the current folder is gone, from which paths count: change into another one\n"


def test_an_editor_asks_for_the_settings_of_a_path(tmp_path: Path) -> None:
    laid(tmp_path, {NAME: "clusters: {a/: {cluster-type: turbo}}"})
    projects = Projects({}, otherwise=None)

    assert projects.settings_for(tmp_path / "a" / "not-there-yet.yaml").cluster_type == "turbo"
    assert projects.settings_for(tmp_path / "b.yaml") == Settings()
    (tmp_path / NAME).write_text("oops: 1")
    with pytest.raises(SettingsError, match="oops is no setting"):
        Projects({}).settings_for(tmp_path / "b.yaml")


def test_the_same_with_git_itself(repository: Path) -> None:
    (repository / ".git").rmdir()
    subprocess.run(["git", "init", "--quiet"], cwd=repository, check=True)
    subprocess.run(["git", "add", "."], cwd=repository, check=True)
    listed = subprocess.run(["git", "ls-files", "*.yaml"], cwd=repository, check=True, capture_output=True, text=True)

    assert told(check(*listed.stdout.split(), "--format", "json", cwd=repository), repository) == EXPECTED
