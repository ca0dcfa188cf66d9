"""Reports and explanations in Chinese: what people read is in it, what programs read is as it was."""

import json
import re
import subprocess
import sys
from dataclasses import fields
from pathlib import Path
from typing import Any, Final

import pytest
from jsonschema import Draft7Validator, Draft202012Validator

from elbguard.explain import explain_command
from elbguard.explain.subject import names
from elbguard.languages import LANGUAGES, language, said_in
from elbguard.report.fingerprint import fingerprint
from elbguard.report.formats import FORMATS, render
from elbguard.report.sentences import curable, failing, summary, unjudged
from elbguard.report.translating import in_language
from elbguard.settings import Settings
from elbguard.webhook import responses
from elbguard.webhook.admission import Admission
from elbguard.webhook.phrases import CHINESE, ENGLISH, Phrases
from elbguard.widths import width, wrapped
from elbguard_rules import chinese
from elbguard_rules.catalogue import SUBJECTS
from elbguard_rules.guard import RULES
from tests.support.command import check, elbguard
from tests.support.places import ROOT
from tests.support.reviews import encoded, review, service
from tests.support.trying import each_of
from tests.unit.report.reports import REPORTS, WEB, web_report
from tests.unit.test_chinese import found

HAN: Final = re.compile("[\u4e00-\u9fff]")
SENTENCE: Final = re.compile(r"\b[a-z]{2,} [a-z]{2,} [a-z]{2,}\b")
SCHEMA: Final = json.loads((ROOT / "app/elbguard/report/report.schema.json").read_text())
SARIF: Final = json.loads((ROOT / "tests/unit/report/schemas/sarif-schema-2.1.0.json").read_text())
REPORT: Final = web_report()
TEXTS: Final = {"message", "text", "markdown", "shortDescription", "fullDescription", "help", "language"}


def without_texts(value: Any) -> Any:
    """JSON without what people read."""
    if isinstance(value, dict):
        return {name: without_texts(each) for name, each in value.items() if name not in TEXTS}
    return [without_texts(each) for each in value] if isinstance(value, list) else value


@pytest.mark.parametrize("form", ["json", "sarif"])
def test_what_programs_read_is_the_same_in_every_language(form: str) -> None:
    english, other = (json.loads(render(form, in_language(REPORT, each))) for each in LANGUAGES)

    assert without_texts(other) == without_texts(english)
    assert other != english


def test_a_report_in_chinese_is_valid() -> None:
    report = in_language(REPORT, "zh")
    sarif = json.loads(render("sarif", report))

    Draft202012Validator(SCHEMA).validate(json.loads(render("json", report)))
    Draft7Validator(SARIF).validate(sarif)
    assert sarif["runs"][0]["language"] == "zh-CN"
    assert '<html lang="zh-CN">' in render("html", report)


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_says_it_in_chinese_and_names_the_same_rules(form: str) -> None:
    english, other = (render(form, in_language(REPORT, each)) for each in LANGUAGES)

    assert re.findall(r"ELB\d{3}", other) == re.findall(r"ELB\d{3}", english)
    assert HAN.search(json.dumps(json.loads(other), ensure_ascii=False) if form in ("json", "sarif") else _shown(other))
    assert not HAN.search(english)


def _shown(text: str) -> str:
    """A page's characters are written as references to them."""
    return re.sub(r"&#(\d+);", lambda found: chr(int(found[1])), text)


@each_of(REPORTS)
def test_no_sentence_of_a_summary_stays_english(name: str) -> None:
    told = in_language(REPORTS[name], "zh")

    for text in (summary(told), curable(told), *unjudged(told), *failing(told)):
        assert HAN.search(text) or not text
        assert not SENTENCE.search(text)


def test_a_finding_has_the_same_fingerprint_in_every_language() -> None:
    english, other = ([fingerprint(entry) for entry in in_language(REPORT, each).entries] for each in LANGUAGES)

    assert other == english


NAMES: Final = sorted({name for name, _ in names()})


def test_no_line_of_an_explanation_stays_english() -> None:
    for name in NAMES:
        for line in explain_command.explain(name, "text", "zh").splitlines():
            of_manifest = re.match(r"[ +>-] ", line) and not re.match(r"  (ELB|\S+: )", line)
            if not (HAN.search(line) or of_manifest or "Huawei" in line or "Cloud" in line):
                assert not re.match(r"[A-Z][a-z]+( [a-z]+)*(:|  )", line), line


def test_a_page_in_chinese_is_as_narrow_as_an_english_one() -> None:
    for name in NAMES:
        for line in explain_command.explain(name, "text", "zh").splitlines():
            if HAN.search(line) and not re.match(r"[ +>-]  ", line) and "https://" not in line:
                assert width(line) <= 80, line


@pytest.mark.parametrize("name", ["ELB206", "elb.autocreate", "pending", None])
def test_an_explanation_as_json_has_the_same_names_in_every_language(name: str | None) -> None:
    english, other = (json.loads(explain_command.explain(name, "json", each)) for each in LANGUAGES)

    assert _names(other) == _names(english)
    assert HAN.search(json.dumps(other, ensure_ascii=False))


def _names(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _names(each) for name, each in value.items()}
    return [_names(each) for each in value] if isinstance(value, list) else type(value)


def test_every_heading_of_the_catalogue_is_in_chinese() -> None:
    for subject in SUBJECTS:
        assert HAN.search(said_in("zh", subject.title))
        for key in subject.keys:
            assert HAN.search(chinese.about(key.key)), f"{key.key}: write what it is for into annotations.toml"
            for fact in key.facts:
                assert fact.rules or HAN.search(said_in("zh", fact.says)), f"{fact.says}: write it into catalogue.toml"
    for rule in RULES.values():
        reading = rule.source.reading
        assert not reading or HAN.search(said_in("zh", reading)), f"{reading}: write it into catalogue.toml"


def test_a_warning_in_chinese_is_one_short_line_that_the_api_server_passes_on() -> None:
    for finding in found():
        line = responses.warning(chinese.finding(finding), "shop/web", CHINESE)
        assert len(line) <= responses.LONGEST_WARNING
        assert line.isprintable()
        assert line.encode().decode() == line
        assert line.endswith(f"[{finding.rule.id}]")


@pytest.mark.parametrize("encoding", ["ascii", "gbk", "cp1252", "utf-8"])
@pytest.mark.parametrize("verb", [("check", "-"), ("check", "-", "--format", "short"), ("explain", "ELB206")])
def test_no_terminal_is_too_poor_for_it(encoding: str, verb: tuple[str, ...], tmp_path: Path) -> None:
    english = elbguard(*verb, stdin=WEB, cwd=tmp_path)

    done = elbguard(*verb, "--lang", "zh", stdin=WEB, cwd=tmp_path, PYTHONIOENCODING=encoding)

    assert done.returncode == english.returncode
    assert re.findall(r"ELB\d{3}", done.stdout)[:3] == re.findall(r"ELB\d{3}", english.stdout)[:3]


@pytest.mark.parametrize(
    ("name", "known"),
    [("zh", "zh"), ("ZH-CN", "zh"), ("zh_CN.UTF-8", "zh"), ("zh-Hans", "zh"), (" en ", "en"), ("en_GB", "en")],
)
def test_a_language_goes_by_its_usual_names(name: str, known: str) -> None:
    assert language(name) == known


@pytest.mark.parametrize("verb", [("check", "."), ("explain", "ELB206"), ("fix", ".")])
def test_an_unknown_language_is_told_of_in_one_sentence_with_the_choices(verb: tuple[str, ...], tmp_path: Path) -> None:
    done = elbguard(*verb, "--lang", "de", cwd=tmp_path)

    assert done.returncode == 2
    assert done.stderr == "Error: lang: 'de' is no language: there are en and zh\n"


def test_only_who_asks_for_it_gets_chinese(tmp_path: Path) -> None:
    (tmp_path / "web.yaml").write_text(WEB)
    (tmp_path / "lang.yaml").write_text("lang: zh")

    def says(*flags: str, **variables: str) -> bool:
        return bool(HAN.search(elbguard("check", "web.yaml", *flags, cwd=tmp_path, **variables).stdout))

    assert not says(LANG="zh_CN.UTF-8", LC_ALL="zh_CN.UTF-8")
    assert says(ELBGUARD_LANG="zh")
    assert says("--config", "lang.yaml")
    assert not says("--config", "lang.yaml", "--lang", "en")


def test_an_explanation_goes_by_the_project_file(tmp_path: Path) -> None:
    (tmp_path / ".elbguard.yaml").write_text("lang: zh")

    assert HAN.search(elbguard("explain", "ELB206", cwd=tmp_path).stdout)
    assert not HAN.search(elbguard("explain", "ELB206", "--lang", "en", cwd=tmp_path).stdout)


def test_nobody_who_wants_english_loads_chinese() -> None:
    program = (
        "import sys; from elbguard.webhook.warming import warm; from elbguard.settings import Settings;"
        " warm(Settings()); print([name for name in sys.modules if 'chinese' in name])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout == "[]\n"


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("负载均衡器的监听器，端口", ["负载均衡", "器的监听", "器，端口"]),
        ("端口端口，端", ["端口端", "口，端"]),  # no line begins with a comma
        ("端口端（口）", ["端口端", "（口）"]),  # and none ends with a bracket that opens
        ("使用 performance 独享", ["使用", "performance", "独享"]),
    ],
)
def test_a_line_of_chinese_ends_where_one_may(text: str, lines: list[str]) -> None:
    assert wrapped(text, 8).splitlines() == lines


def test_a_baseline_written_in_one_language_counts_in_the_other(tmp_path: Path) -> None:
    (tmp_path / "web.yaml").write_text(WEB)
    check("web.yaml", "--baseline", "known.json", "--write-baseline", cwd=tmp_path)

    done = check("web.yaml", "--baseline", "known.json", "--lang", "zh", cwd=tmp_path)

    assert done.returncode == 0
    assert "基线隐藏了" in done.stdout


def test_the_phrases_of_an_answer_leave_room_for_the_same_names() -> None:
    for field in fields(Phrases):
        english, other = getattr(ENGLISH, field.name), getattr(CHINESE, field.name)
        if isinstance(english, str):
            assert set(re.findall(r"\{\w+\}", other)) == set(re.findall(r"\{\w+\}", english))
            assert HAN.search(other)
            assert not HAN.search(english)


def test_an_answer_with_more_than_fits_says_in_chinese_how_much_more() -> None:
    ports = ",".join(f"http:{number}" for number in range(1, 151))
    refused = answered({"kubernetes.io/elb.id": "x" * 3, "kubernetes.io/elb.protocol-port": ports})
    warned = answered({"kubernetes.io/elb.id": "x" * 3, **{f"kubernetes.io/elb.no-{n}": "x" for n in range(30)}})

    status = refused["response"]["status"]
    assert re.search(r"；另有 \d+ 个问题 \[ELB520\] \(elbguard\)$", status["details"]["causes"][-1]["message"])
    assert re.search(r"\n另有 \d+ 个$", status["message"])
    assert status["message"].startswith("Service shop/web (elbguard) 有 149 个问题: ")
    assert re.search(r"^elbguard: shop/web: 另有 \d+ 条警告$", warned["response"]["warnings"][-1])


def answered(annotations: dict[str, str]) -> Any:
    """What the webhook answers in Chinese to the creation of a Service with these annotations."""
    answer = Admission(Settings(lang="zh")).validate(encoded(review(service(annotations))))
    return json.loads(answer.body)


def test_what_a_baseline_has_and_is_found_no_more_is_told_in_chinese(tmp_path: Path) -> None:
    (tmp_path / "web.yaml").write_text(WEB)
    check("web.yaml", "--baseline", "known.json", "--write-baseline", cwd=tmp_path)

    done = check("web.yaml", "--baseline", "known.json", "--ignore", "ELB301", "--lang", "zh", cwd=tmp_path)

    first, second = done.stderr.splitlines()[-2:]
    assert first.startswith("known.json: note: 不再出现：ELB301 ")
    assert not SENTENCE.search(second)


@pytest.mark.parametrize(
    "subject", ["elb.xyz", "elb.clas", "service.beta.kubernetes.io/x", "elb.http-redirect", "name"]
)
def test_what_is_not_known_is_told_in_chinese(subject: str, tmp_path: Path) -> None:
    done = elbguard("explain", subject, "--lang", "zh", cwd=tmp_path)

    assert done.returncode == elbguard("explain", subject, cwd=tmp_path).returncode
    assert HAN.search(done.stderr or done.stdout)
    assert not SENTENCE.search(done.stderr)
