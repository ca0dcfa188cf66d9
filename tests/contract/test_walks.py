"""Which files of a folder are checked, by whose settings, and what is said of those that are not."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.support.command import check, findings
from tests.support.manifests import BAD, GOOD, WARNED


def files(*arguments: str, cwd: Path) -> list[str]:
    """The files with findings."""
    return [f["file"] for f in findings(check(*arguments, "--format", "json", cwd=cwd))]


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A Git work tree with broken manifests everywhere."""
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    for name in (
        *("a.yaml", "build/b.yaml", "charts/x/c.yaml", "charts/x/keep.gen.yaml", "charts/x/d.gen.yaml"),
        *("node_modules/e/f.yaml", ".venv/g.yaml", ".git/h.yaml", "env/lib/i.yaml", "charts/y/only/j.yaml"),
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(BAD)
    (tmp_path / "env" / "pyvenv.cfg").write_text("")
    (tmp_path / ".gitignore").write_text("# made\n/build/\n*.gen.yaml\n!keep.gen.yaml\n\n!\n")
    (tmp_path / "charts" / "y" / ".gitignore").write_text("only\n")
    return tmp_path


@pytest.mark.parametrize("argument", [".", "**/*.yaml"])
def test_what_git_ignores_and_packages_of_others_are_left_out_of_walks(repository: Path, argument: str) -> None:
    assert sorted(files(argument, cwd=repository)) == ["a.yaml", "charts/x/c.yaml", "charts/x/keep.gen.yaml"]
    assert "left out 3 paths that Git ignores or you exclude" in check(argument, cwd=repository).stdout


def test_what_git_ignores_is_what_git_says_it_ignores(repository: Path) -> None:
    listed = subprocess.run(
        ["git", "ls-files", "--others", "--exclude-standard", "*.yaml"],
        cwd=repository,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    ours = {name for name in listed if "node_modules" not in name and not name.startswith((".", "env/"))}

    assert set(files(".", cwd=repository)) == ours


def test_what_was_named_is_checked_whatever_git_says(repository: Path) -> None:
    assert files("build", cwd=repository) == ["build/b.yaml"]
    assert files("build/b.yaml", "node_modules", cwd=repository) == ["build/b.yaml", "node_modules/e/f.yaml"]
    assert "build/b.yaml" in files(".", "--no-git-ignore", cwd=repository)
    assert files("only", cwd=repository / "charts" / "y") == ["only/j.yaml"]


def test_the_files_of_parents_count_in_a_folder(repository: Path) -> None:
    assert files(".", cwd=repository / "charts" / "x") == ["c.yaml", "keep.gen.yaml"]


def test_without_a_work_tree_nobody_ignores_anything(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("*.yaml\n")
    (tmp_path / "a.yaml").write_text(BAD)

    assert files(".", cwd=tmp_path) == ["a.yaml"]


@pytest.mark.parametrize(
    ("patterns", "left"),
    [
        (["charts"], ["a.yaml"]),
        (["charts/*/c.yaml", "/a.yaml"], ["charts/x/keep.gen.yaml"]),
        (["*.yaml"], []),
        (["*", "!a.yaml"], ["a.yaml"]),
    ],
)
def test_patterns_leave_out(repository: Path, patterns: list[str], left: list[str]) -> None:
    flags = [flag for pattern in patterns for flag in ("--exclude", pattern)]

    assert files(".", *flags, cwd=repository) == left
    assert files("**/*.yaml", *flags, cwd=repository) == left
    assert files("a.yaml", "charts", *flags, cwd=repository) == left


def test_a_pattern_that_cannot_be_read_is_one_sentence(tmp_path: Path) -> None:
    done = check(".", "--exclude", "!", cwd=tmp_path)

    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "'!' is no pattern" in done.stderr


FOREIGN = {
    "tsconfig.json": b'{\n  // the compiler\n  "strict": true,\n}\n',
    "keys.yaml": b"? [a, b]\n: c\n",
    "mkdocs.yml": b"extensions: !!python/name:materialx.emoji.twemoji\n  a: [\n",
    "utf16.yaml": "name: größe\n".encode("utf-16-le"),
    "latin.yaml": b"name: gr\xf6\xdfe\n",
    "tabs.yaml": b"a:\n\t- b\n",
}


@pytest.mark.parametrize("argument", [".", "*.*", "**/*.*"])
def test_files_that_are_plainly_no_manifests_are_counted_and_passed_over(tmp_path: Path, argument: str) -> None:
    (tmp_path / "web.yaml").write_text(GOOD)
    for name, data in FOREIGN.items():
        (tmp_path / name).write_bytes(data)
    done = check(argument, cwd=tmp_path)

    assert (done.returncode, done.stderr) == (0, "")
    assert f"of 7 files; passed over {len(FOREIGN)} files that cannot be read" in done.stdout


@pytest.mark.parametrize("name", FOREIGN)
@pytest.mark.parametrize("hint", ["kind: Service", '"kind": "Service"', "kubernetes.io/elb.id", "kind: ServiceList"])
def test_files_that_may_be_manifests_are_errors(tmp_path: Path, name: str, hint: str) -> None:
    encoding = "utf-16-le" if name.startswith("utf16") else "utf-8"
    (tmp_path / name).write_bytes(f"# {hint}\n".encode(encoding) + FOREIGN[name])

    assert check(".", cwd=tmp_path).returncode == 2


def test_files_that_were_named_are_errors(tmp_path: Path) -> None:
    (tmp_path / "tsconfig.json").write_bytes(FOREIGN["tsconfig.json"])
    done = check("tsconfig.json", cwd=tmp_path)

    assert done.returncode == 2
    assert "not valid JSON" in done.stderr
    assert "YAML" not in done.stderr


@pytest.mark.parametrize(
    "text", ['{"kind": "Service",}', '// "kind": "Service"\n{}', '{"kind": "Service"\n', "[1, 'a']"]
)
def test_what_is_wrong_with_json_is_said_of_json(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.json").write_text(text.replace("'a'", "kind: Service: 'a'"))
    done = check("a.json", cwd=tmp_path)

    assert "not valid YAML" not in done.stderr


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
def test_a_byte_order_mark_says_how_to_read(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "a.yaml").write_bytes(BAD.encode(encoding))

    assert files(".", cwd=tmp_path) == ["a.yaml"]


def test_a_project_file_is_found_and_said(repository: Path) -> None:
    (repository / ".elbguard.yaml").write_text("ignore: [unknown-class]\nexclude: [/charts/x/c.yaml]\n")
    here = check(".", cwd=repository)
    below = check(".", "--format", "json", cwd=repository / "charts")

    assert (here.returncode, here.stderr) == (0, ".elbguard.yaml: note: settings are taken from this file\n")
    assert below.stderr == f"{repository / '.elbguard.yaml'}: note: settings are taken from this file\n"
    assert json.loads(below.stdout)["summary"]["files"] == 1


def test_a_project_file_gives_way(repository: Path) -> None:
    (repository / ".elbguard.yaml").write_text("ignore: [unknown-class]\n")
    (repository / "other.yaml").write_text("ignore: [ELB104]\n")

    for flags in (("--config", "other.yaml"), ("--no-project-file",)):
        done = check("a.yaml", *flags, cwd=repository)
        assert (done.returncode, done.stderr) == (1, "")
    assert check("a.yaml", "--ignore", "ELB104", cwd=repository).returncode == 1  # a flag wins over a file


def test_a_project_file_is_not_looked_for_above_the_work_tree(tmp_path: Path) -> None:
    (tmp_path / ".elbguard.yaml").write_text("ignore: [unknown-class]\n")
    inner = tmp_path / "inner"
    inner.mkdir()
    (inner / "a.yaml").write_text(BAD)
    outside = check(".", cwd=inner)
    subprocess.run(["git", "init", "--quiet"], cwd=inner, check=True)

    assert [outside.returncode, check(".", cwd=inner).returncode] == [0, 1]


def test_a_mistake_in_a_project_file_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / ".elbguard.yaml").write_text("ignored: [ELB101]\n")
    done = check(".", cwd=tmp_path)

    assert done.returncode == 2
    assert "did you mean ignore" in done.stderr


def test_services_without_a_namespace_get_the_one_that_is_given(tmp_path: Path) -> None:
    named = BAD.replace("  name:", "  namespace: own\n  name:").replace("5083f225", "6083f225")
    (tmp_path / "a.yaml").write_text(f"{BAD}---\n{named}")
    found = findings(check(".", "--namespace", "shop", "--format", "json", cwd=tmp_path))

    assert [f["resource"]["namespace"] for f in found] == ["shop", "own"]


def test_the_short_form_has_a_line_for_each_finding_and_statistics_one_for_each_rule(tmp_path: Path) -> None:
    other = BAD.replace("name: web", "name: b").replace("5083f225", "6083f225")
    (tmp_path / "a.yaml").write_text(f"{BAD}---\n{other}---\n{WARNED}")
    done = check(".", "--format", "short", "--statistics", cwd=tmp_path)
    lines = done.stdout.splitlines()

    assert lines[0].startswith(
        "a.yaml:6:30: error[ELB101] in Service/web: metadata.annotations[kubernetes.io/elb.class]: "
    )
    assert lines[1].startswith("a.yaml:18:30: error[ELB101] in Service/b: ")
    assert lines[2].startswith("a.yaml:30:27: warning[ELB104] in Service/web: ")
    assert lines[3:] == [
        "`elbguard fix` can cure 2 of these",
        "2 errors, 1 warning in 3 Services of 1 file",
        "2 ELB101 unknown-class (error), `elbguard fix` can cure 2",
        "1 ELB104 id-not-uuid (warning)",
        "2 rules broken, 3 findings",
    ]


def test_statistics_do_not_disturb_a_program(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(BAD)
    done = check(".", "--format", "json", "--statistics", cwd=tmp_path)

    assert len(findings(done)) == 1
    assert "1 ELB101 unknown-class" in done.stderr


def test_where_to_read_more_is_said_once_for_each_rule(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(f"{BAD}---\n{BAD}---\n{WARNED}")
    text = check(".", cwd=tmp_path).stdout

    assert [text.count(f"elbguard explain {rule}") for rule in ("ELB101", "ELB104")] == [1, 1]


def test_strict_says_why_it_fails(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(
        GOOD.replace("annotations:", "annotations:\n    kubernetes.io/elb.class: performance")
    )
    done = check(".", "--strict", cwd=tmp_path)

    assert done.returncode == 1
    assert "No mistakes" not in done.stdout
    assert "not everything could be judged (--strict)" in done.stdout
    assert done.stderr.startswith("fails because of --strict: ")


RENDERED = f"---\n# Source: shop/templates/web.yaml\n{BAD}"


@pytest.mark.parametrize("form", ["text", "short", "github", "sarif", "junit", "json", "html"])
def test_the_lines_of_a_rendered_stream_are_not_those_of_its_source(tmp_path: Path, form: str) -> None:
    told = check("-", "--format", form, stdin=RENDERED, cwd=tmp_path).stdout

    assert "shop/templates/web.yaml" in told
    assert "shop/templates/web.yaml:8" not in told
    if form in ("text", "short"):
        assert told.startswith("<stdin>:8:30: error[ELB101]")
    if form == "github":
        assert told.startswith("::error file=shop/templates/web.yaml,title=ELB101 unknown-class::")
        assert "(line 8 of the rendered text)" in told
    if form == "sarif":
        [result] = json.loads(told)["runs"][0]["results"]
        assert list(result["locations"][0]["physicalLocation"]) == ["artifactLocation"]
        assert "(line 8 of the rendered text)" in result["message"]["text"]
    if form == "json":
        [found] = json.loads(told)["findings"]
        assert (found["file"], found["stream"], found["line"]) == ("shop/templates/web.yaml", "<stdin>", 8)


def test_github_names_the_service(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(BAD)

    assert "In Service/web: " in check(".", "--format", "github", cwd=tmp_path).stdout
