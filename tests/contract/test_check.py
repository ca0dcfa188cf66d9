"""`elbguard check` as a pipeline runs it: files, standard input, exit codes, what goes where."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.command import check, findings, ran
from tests.support.manifests import BAD, GOOD, WARNED
from tests.support.places import ROOT


def test_exit_code_0_where_nothing_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "good.yaml").write_text(GOOD)

    assert check("good.yaml", cwd=tmp_path).returncode == 0


def test_exit_code_1_where_a_service_would_be_refused(tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text(BAD)
    done = check("bad.yaml", cwd=tmp_path)

    assert done.returncode == 1
    assert "bad.yaml:6:30: error[ELB101]" in done.stdout
    assert done.stderr == ""


@pytest.mark.parametrize(("fail_on", "code"), [("error", 0), ("warning", 1)])
def test_warnings_fail_when_they_are_to(tmp_path: Path, fail_on: str, code: int) -> None:
    (tmp_path / "warned.yaml").write_text(WARNED)

    assert check("warned.yaml", "--fail-on", fail_on, cwd=tmp_path).returncode == code


def test_exit_code_2_and_the_place_where_yaml_does_not_parse_and_the_other_files_are_checked(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("kind: [Service\nkind: Service\n")
    (tmp_path / "b.yaml").write_text(BAD)
    done = check(".", "--format", "json", cwd=tmp_path)

    assert done.returncode == 2
    assert done.stderr.startswith("a.yaml:2:")
    assert [finding["file"] for finding in findings(done)] == ["b.yaml"]


@pytest.mark.parametrize("missing", ["nothing.yaml", "*.nothing", "no/such/folder"])
def test_exit_code_2_where_nothing_is_there(tmp_path: Path, missing: str) -> None:
    (tmp_path / "bad.yaml").write_text(BAD)
    done = check(missing, "bad.yaml", "--format", "json", cwd=tmp_path)

    assert done.returncode == 2
    assert done.stderr.startswith(f"{missing}: error: ")
    assert len(findings(done)) == 1


def test_a_profile_says_whose_documents_count(tmp_path: Path) -> None:
    option = """    kubernetes.io/elb.health-check-option: '{"protocol": "UDP_CONNECT"}'\n"""
    udp = GOOD.replace("spec:", option + "spec:").replace("{port: 80}", "{port: 514, protocol: UDP}")
    (tmp_path / "syslog.yaml").write_text(udp)
    (tmp_path / "otc.yaml").write_text("profile: otc\n")
    (tmp_path / "aws.yaml").write_text("profile: aws\n")

    def rules(*flags: str) -> set[str]:
        return {found["rule"] for found in findings(check("syslog.yaml", "--format", "json", *flags, cwd=tmp_path))}

    assert rules() == rules("--profile", "huawei")
    assert rules("--profile", "otc") - rules() == rules("--config", "otc.yaml") - rules() == {"ELB426"}
    for flags in (("--profile", "aws"), ("--config", "aws.yaml")):
        refused = check("syslog.yaml", *flags, cwd=tmp_path)
        assert refused.returncode == 2
        assert all(word in refused.stderr for word in ("'aws' is not one of", "'huawei'", "'otc'"))


def test_folders_patterns_and_standard_input(tmp_path: Path) -> None:
    (tmp_path / "deep/er").mkdir(parents=True)
    (tmp_path / ".hidden").mkdir()
    for name in ("one.yaml", "deep/two.yml", "deep/er/three.json", "deep/notes.txt", ".hidden/four.yaml"):
        (tmp_path / name).write_text(BAD)
    files = [f["file"] for f in findings(check(".", "-", "--format", "json", stdin=BAD, cwd=tmp_path))]
    globbed = [f["file"] for f in findings(check("**/*.yml", "--format", "json", cwd=tmp_path))]

    assert files == ["one.yaml", "deep/two.yml", "deep/er/three.json", "<stdin>"]
    assert globbed == ["deep/two.yml"]


def test_lists_and_documents_are_looked_into_and_other_kinds_ignored(tmp_path: Path) -> None:
    items = "".join(f"  {line}" if line.strip() else line for line in BAD.splitlines(keepends=True))
    items = items.replace("  apiVersion", "- apiVersion", 1)
    text = f"kind: List\napiVersion: v1\nitems:\n{items}---\nkind: ConfigMap\nmetadata: {{name: web}}\n---\n{BAD}"
    done = check("-", "--format", "json", stdin=text, cwd=tmp_path)

    assert [finding["line"] for finding in findings(done)] == [9, 24]
    assert json.loads(done.stdout)["summary"]["services"] == 2


def test_a_helm_template_is_skipped_with_a_hint(tmp_path: Path) -> None:
    (tmp_path / "service.yaml").write_text(GOOD.replace("name: web", "name: {{ .Values.name }}"))
    done = check("service.yaml", cwd=tmp_path)

    assert done.returncode == 0
    assert "render it first" in done.stderr


def test_rendered_documents_name_their_source(tmp_path: Path) -> None:
    helm = f"---\n# Source: shop/templates/web.yaml\n{BAD}"
    origin = "    config.kubernetes.io/origin: |\n      path: base/web.yaml\n"
    kustomize = BAD.replace("annotations:\n", f"annotations:\n{origin}")
    found = findings(check("-", "--format", "json", stdin=f"{helm}---\n{kustomize}", cwd=tmp_path))

    assert [finding["file"] for finding in found] == ["shop/templates/web.yaml", "base/web.yaml"]


@pytest.mark.parametrize("form", ["text", "json", "github", "sarif", "junit", "html"])
def test_a_rendered_file_is_reported_by_its_own_name_and_names_its_source(tmp_path: Path, form: str) -> None:
    (tmp_path / "rendered.yaml").write_text(f"---\n# Source: shop/templates/web.yaml\n{BAD}")
    done = check("rendered.yaml", "--format", form, cwd=tmp_path)

    assert "rendered.yaml" in done.stdout
    assert "shop/templates/web.yaml" in done.stdout


def test_several_formats_at_once(tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text(BAD)
    formats = [f"--format={spec}" for spec in ("github", "sarif=out.sarif", "junit=out.xml", "json=o.json")]
    done = check("bad.yaml", *formats, cwd=tmp_path)

    assert done.stdout.startswith("::error file=")
    assert json.loads((tmp_path / "out.sarif").read_text())["version"] == "2.1.0"
    assert (tmp_path / "out.xml").read_text().startswith("<?xml")
    assert json.loads((tmp_path / "o.json").read_text())["summary"]["errors"] == 1


def test_two_formats_on_standard_output_are_one_sentence(tmp_path: Path) -> None:
    done = check("-", "--format", "json", "--format", "sarif", stdin=BAD, cwd=tmp_path)

    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_comment_suppresses_with_a_reason(tmp_path: Path) -> None:
    text = BAD.replace("dedicated", "dedicated  # elbguard: ignore[ELB101] the mutator of ours translates it")

    assert check("-", stdin=text, cwd=tmp_path).returncode == 0


@pytest.mark.parametrize(
    ("comment", "rule"),
    [("ignore[ELB301] why", "ELB992"), ("ignore[ELB000] why", "ELB991"), ("ignore[ELB101]", "ELB993")],
)
def test_a_suppression_that_is_not_right_is_a_warning(tmp_path: Path, comment: str, rule: str) -> None:
    text = BAD.replace("dedicated", f"dedicated  # elbguard: {comment}")
    found = findings(check("-", "--format", "json", stdin=text, cwd=tmp_path))

    assert (rule, "warning", 6) in {(f["rule"], f["severity"], f["line"]) for f in found}


def test_text_that_looks_like_a_suppression_is_none(tmp_path: Path) -> None:
    text = BAD.replace("dedicated", '"dedicated # elbguard: ignore[ELB101] why"')

    assert check("-", stdin=text, cwd=tmp_path).returncode == 1


def test_an_annotation_suppresses_too(tmp_path: Path) -> None:
    text = BAD.replace("annotations:\n", 'annotations:\n    elbguard.io/ignore: "ELB101: translated"\n')

    assert check("-", stdin=text, cwd=tmp_path).returncode == 0


def test_a_baseline_lets_old_findings_pass_and_new_ones_not(tmp_path: Path) -> None:
    (tmp_path / "web.yaml").write_text(BAD)
    adopted = check("web.yaml", "--baseline", "base.json", "--write-baseline", cwd=tmp_path)
    again = check("web.yaml", "--baseline", "base.json", cwd=tmp_path)
    (tmp_path / "web.yaml").write_text("# moved\n\n" + BAD)
    moved = check("web.yaml", "--baseline", "base.json", cwd=tmp_path)
    (tmp_path / "web.yaml").write_text(
        BAD + "---\n" + BAD.replace("name: web", "name: b").replace("elb.id: 5", "elb.id: 6")
    )
    new = check("web.yaml", "--baseline", "base.json", "--format", "json", cwd=tmp_path)

    assert [adopted.returncode, again.returncode, moved.returncode, new.returncode] == [0, 0, 0, 1]
    assert [finding["resource"]["name"] for finding in findings(new)] == ["b"]


@pytest.mark.parametrize("content", [None, "", "[]", '{"findings": 1}'])
def test_a_baseline_that_cannot_be_read_is_one_sentence(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "base.json").write_text(content)
    done = check("-", "--baseline", "base.json", stdin=BAD, cwd=tmp_path)

    assert done.returncode == 2
    assert "--write-baseline" in done.stderr


def test_a_baseline_of_nothing_is_said_to_hide_nothing(tmp_path: Path) -> None:
    (tmp_path / "web.yaml").write_text(GOOD)
    done = check("web.yaml", "--baseline", "base.json", "--write-baseline", cwd=tmp_path)

    assert (done.returncode, done.stderr) == (0, "wrote base.json, which hides nothing: there is no finding\n")


def test_strict_fails_where_a_rule_could_not_judge(tmp_path: Path) -> None:
    text = GOOD.replace("annotations:\n", "annotations:\n    kubernetes.io/elb.class: performance\n")

    assert check("-", "--strict", stdin=text, cwd=tmp_path).returncode == 1
    assert check("-", "--strict", "--cluster-version", "v1.28.15-r0", stdin=text, cwd=tmp_path).returncode == 0


@pytest.mark.parametrize("text", ["", "# nothing\n", "a: &a [*a]\n", "[" * 100_000, "a: " + "\t", "\x00", "--- !!x\n"])
def test_odd_files_end_in_a_sentence(tmp_path: Path, text: str) -> None:
    done = check("-", stdin=text, cwd=tmp_path)

    assert done.returncode in (0, 2)
    assert bool(done.stderr) == (done.returncode == 2)


def test_bytes_that_are_no_text_end_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "binary.yaml").write_bytes(b"kind: Service\n\xff\xfe\x00")
    done = check("binary.yaml", cwd=tmp_path)

    assert (done.returncode, done.stderr) == (2, "binary.yaml:2:1: error: is not UTF-8 text\n")


def test_a_full_disk_is_no_verdict(tmp_path: Path) -> None:
    (tmp_path / "web.yaml").write_text(BAD)
    command = [sys.executable, "-m", "elbguard", "check", str(tmp_path)]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(command, cwd=ROOT, stdout=full, stderr=subprocess.PIPE, text=True, check=False)

    told = "Error: standard output: cannot be written: No space left on device\n"
    assert (done.returncode, done.stderr) == (2, told)


@pytest.mark.parametrize("verb", ["check", "fix", "generate"])
def test_a_closed_standard_output_is_no_verdict(tmp_path: Path, verb: str) -> None:
    (tmp_path / "web.yaml").write_text(BAD)
    what = "policy" if verb == "generate" else "web.yaml"
    done = ran("sh", "-c", f'exec "$0" -m elbguard {verb} {what} >&-', sys.executable, cwd=tmp_path)

    assert (done.returncode, done.stderr) == (2, "Error: standard output: cannot be written: it is closed\n")


def test_closed_streams_change_neither_verdicts_nor_files(tmp_path: Path) -> None:
    (tmp_path / "web.yaml").write_text(BAD)
    wanted = BAD.replace("dedicated", "performance")
    checked = ran("sh", "-c", 'exec "$0" -m elbguard check web.yaml <&- 2>&-', sys.executable, cwd=tmp_path)
    fixed = ran("sh", "-c", 'exec "$0" -m elbguard fix --write web.yaml <&- >&- 2>&-', sys.executable, cwd=tmp_path)

    assert (checked.returncode, "error[ELB101]" in checked.stdout) == (1, True)
    assert (fixed.returncode, (tmp_path / "web.yaml").read_text()) == (0, wanted)


def test_many_files_on_several_processors_give_the_same_report(tmp_path: Path) -> None:
    for number in range(3001):
        (tmp_path / f"{number:04}.yaml").write_text(GOOD if number % 50 else BAD)
    found = findings(check(".", "--format", "json", cwd=tmp_path))

    assert [f["file"] for f in found] == [f"{n:04}.yaml" for n in range(0, 3001, 50)]


def test_a_check_does_not_load_what_only_the_server_needs(tmp_path: Path) -> None:
    script = (
        "import sys, elbguard.cli; sys.argv = ['elbguard', 'check', '-']\n"
        "try: elbguard.cli.main()\n"
        "except SystemExit: pass\n"
        "print(sorted({'fastapi', 'kubernetes', 'cryptography', 'uvicorn'} & sys.modules.keys()), file=sys.stderr)"
    )
    done = ran(sys.executable, "-c", script, stdin=BAD)

    assert done.stderr.strip() == "[]"


@pytest.mark.parametrize(
    "written",
    ["*: all", "", " ", ": x", "ELB101; reason", "ELB101,: reason", "[ELB101] reason", "ELB101/ELB104: reason", "~"],
)
def test_a_suppressing_annotation_that_cannot_be_read_is_a_warning(tmp_path: Path, written: str) -> None:
    text = BAD.replace("annotations:\n", f"annotations:\n    elbguard.io/ignore: {json.dumps(written)}\n")
    done = check("-", "--format", "json", stdin=text, cwd=tmp_path)
    told = {f["rule"]: f["message"] for f in findings(done)}

    assert (sorted(told), done.returncode) == (["ELB101", "ELB994"], 1)
    assert "ELB206, ELB322: reason" in told["ELB994"]


@pytest.mark.parametrize(
    "comment",
    [
        *("elbguard: ignore", "elbguard:ignore ELB101 because", "elbguard: ignore[]", "elbguard: ignore[*] why"),
        *("elbguard: ignore[ELB101; ELB104] why", "elbguard: ignore[ELB101,] why", "elbguard ignore[ELB101] why"),
        *("elbguard: disable=ELB101", "elbguard-ignore: ELB101", "elbguard: Ignore[ELB101] why"),
        *("elbguard:ignore(ELB101)", "elbguard: ignores[ELB101] why", "elbguard: disabled ELB101"),
    ],
)
def test_a_suppressing_comment_that_cannot_be_read_is_a_warning(tmp_path: Path, comment: str) -> None:
    for text in (BAD.replace("dedicated", f"dedicated # {comment}"), f"#{comment}\n{BAD}"):
        done = check("-", "--format", "json", stdin=text, cwd=tmp_path)
        told = {f["rule"]: f for f in findings(done)}

        assert (sorted(told), done.returncode) == (["ELB101", "ELB994"], 1)
        assert "# elbguard: ignore[ELB206, ELB322] reason" in told["ELB994"]["message"]
        assert "# elbguard" in text.splitlines()[told["ELB994"]["line"] - 1] or text.startswith("#elbguard")


@pytest.mark.parametrize("above", [True, False])
def test_a_comment_on_another_line_is_told_where_comments_count(tmp_path: Path, above: bool) -> None:
    line = "    kubernetes.io/elb.class: dedicated\n"
    comment = "    # elbguard: ignore[ELB101] why\n"
    assert line in BAD
    text = BAD.replace(line, comment + line if above else line + comment)
    told = {f["rule"]: f["message"] for f in findings(check("-", "--format", "json", stdin=text, cwd=tmp_path))}

    assert sorted(told) == ["ELB101", "ELB992"]
    assert "a comment counts on the line of what it is about" in told["ELB992"]


@pytest.mark.parametrize(
    "text", ["# elbguard: ignore[ELB101] why\n", "# elbguard: ignore[ELB101] why\na: [", "--- # elbguard"]
)
def test_a_suppressing_comment_in_a_file_without_a_document_is_no_trouble(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.yaml").write_text(text, encoding="utf-8")

    done = check(".", cwd=tmp_path)

    assert done.returncode == 0
    assert "No Services in 1 file" in done.stdout


@pytest.mark.parametrize("comment", ["see README of elbguard: it ignores this", "elbguard wants this", "elbguard: hi"])
def test_a_comment_about_us_is_no_suppression(tmp_path: Path, comment: str) -> None:
    found = findings(check("-", "--format", "json", stdin=f"# {comment}\n{BAD}", cwd=tmp_path))

    assert [f["rule"] for f in found] == ["ELB101"]


@pytest.mark.parametrize("rule", ["ELB101", "elb101", "unknown-class", "Unknown-Class"])
def test_suppressions_take_ids_and_names(tmp_path: Path, rule: str) -> None:
    annotated = BAD.replace("annotations:\n", f'annotations:\n    elbguard.io/ignore: "{rule}: translated"\n')
    commented = BAD.replace("dedicated", f"dedicated # elbguard: ignore[{rule}] translated")

    for text in (annotated, commented):
        assert check("-", "--fail-on", "warning", stdin=text, cwd=tmp_path).returncode == 0


def test_a_misspelt_rule_in_a_suppression_gets_a_suggestion(tmp_path: Path) -> None:
    text = BAD.replace("dedicated", "dedicated # elbguard: ignore[unknown-clas] translated")
    told = {f["rule"]: f["message"] for f in findings(check("-", "--format", "json", stdin=text, cwd=tmp_path))}

    assert "did you mean unknown-class?" in told["ELB991"]
