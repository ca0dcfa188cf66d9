"""The answer that the page shows is what the commands say, each asked by itself."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from elbguard.playground.inquiry import FILE, NOT_ASKED, answer, explained
from tests.support.command import elbguard, ran
from tests.support.places import ROOT

SAMPLES = sorted((ROOT / "app/elbguard/demo/samples").glob("*.yaml"))
SETTINGS = {
    "cluster-version": "v1.28.15-r0",
    "cluster-type": "turbo",
    "node-ip": "10.0.0.1, 10.0.0.2",
    "strict-names": "true",
    "ignore": "ELB903 ELB206",
    "severity": "ELB401=warning, ELB222=off",
}
FLAGS = [
    *("--cluster-version", "v1.28.15-r0", "--cluster-type", "turbo", "--node-ip", "10.0.0.1", "--node-ip", "10.0.0.2"),
    *("--strict-names", "--ignore", "ELB903", "--ignore", "ELB206"),
    *("--severity", "ELB401=warning", "--severity", "ELB222=off"),
]


def said(text: str, settings: dict[str, str] | None = None, namespace: str = "") -> dict[str, Any]:
    question = {"text": text, "settings": settings or {}, "namespace": namespace}
    found: dict[str, Any] = json.loads(answer(json.dumps(question)))
    return found


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda file: file.stem)
@pytest.mark.parametrize(
    ("settings", "flags"),
    [({}, []), (SETTINGS, FLAGS), ({"lang": "zh"}, ["--lang", "zh"])],
    ids=["nothing known", "settings", "Chinese"],
)
def test_the_report_is_that_of_check(sample: Path, settings: dict[str, str], flags: list[str], tmp_path: Path) -> None:
    text = sample.read_text(encoding="utf-8")
    (tmp_path / FILE).write_text(text, encoding="utf-8")

    done = elbguard("check", FILE, "--format", "json", *flags, cwd=tmp_path)

    assert said(text, settings)["report"] == json.loads(done.stdout)


@pytest.mark.parametrize(("verb", "flags"), [("fix", []), ("defaults", ["--defaults"])])
@pytest.mark.parametrize("sample", SAMPLES, ids=lambda file: file.stem)
def test_the_cures_are_those_of_fix(sample: Path, verb: str, flags: list[str], tmp_path: Path) -> None:
    text = sample.read_text(encoding="utf-8")
    (tmp_path / FILE).write_text(text, encoding="utf-8")

    found = said(text)[verb]

    assert found["diff"] == elbguard("fix", FILE, *flags, cwd=tmp_path).stdout
    elbguard("fix", FILE, "--write", *flags, cwd=tmp_path)
    assert found["text"] == (tmp_path / FILE).read_text(encoding="utf-8")


def test_what_kubectl_prints_is_what_the_demonstration_shows_of_a_real_server() -> None:
    shown = ran(sys.executable, "-m", "elbguard.demo").stdout

    for sample in SAMPLES:
        [service] = said(sample.read_text(encoding="utf-8"))["services"]
        part = shown.split(f"kubectl apply -f {sample.name}\n")[1].split("\n$ ")[0].rstrip("\n")
        told = "\n".join(service["lines"])
        filled = [f"  {line}" for line in service["diff"] if service["allowed"]]
        assert part == "\n".join([told, *filled])


def test_settings_that_are_wrong_are_named_in_the_words_of_the_command() -> None:
    assert said("", {"cluster-version": "new"})["mistakes"] == [
        elbguard("check", "-", "--cluster-version", "new", cwd=ROOT).stderr.partition("Error: ")[2].strip()
    ]
    assert "must be RULE=error" in said("", {"severity": "ELB101"})["mistakes"][0]


def test_a_namespace_is_that_of_services_that_name_none() -> None:
    nameless = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {type: LoadBalancer}\n"

    assert said(nameless, namespace="shop")["services"][0]["service"].endswith("shop/web")


@pytest.mark.parametrize("metadata", ["", "a", "[]", "{annotations: a}", "{annotations: {a: 1}}", "{name: 1}"])
def test_the_webhook_is_not_asked_about_what_the_api_server_cannot_read(metadata: str) -> None:
    [service] = said(f"apiVersion: v1\nkind: Service\nmetadata: {metadata}\nspec: {{type: LoadBalancer}}\n")["services"]

    assert service["lines"] == [NOT_ASKED]


def test_what_stands_in_a_cluster_is_judged_and_not_created() -> None:
    live = "apiVersion: v1\nkind: Service\nmetadata: {name: web, resourceVersion: '1'}\nspec: {type: LoadBalancer}\n"

    found = said(live)

    assert found["services"] == []
    assert found["report"]["summary"]["services"] == 1


def test_of_a_text_that_cannot_be_read_the_place_is_said_and_nothing_else() -> None:
    found = said("kind: Service\n  a: [\n")

    assert found["report"]["troubles"][0]["line"] == 2
    assert (found["services"], found["fix"]["changes"]) == ([], [])


@pytest.mark.parametrize("subject", ["ELB101", "elb.autocreate", "pending"])
def test_an_explanation_is_that_of_explain(subject: str) -> None:
    for lang in ("en", "zh"):
        command = elbguard("explain", subject, "--format", "json", "--lang", lang, cwd=ROOT)
        assert explained(json.dumps({"subject": subject, "lang": lang})) == command.stdout


def test_what_cannot_be_explained_is_said() -> None:
    assert json.loads(explained('{"subject": "ELB000"}'))["mistakes"]
    assert json.loads(explained('{"subject": "ELB101", "lang": "xx"}'))["mistakes"]
