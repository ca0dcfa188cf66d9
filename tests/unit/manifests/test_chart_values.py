"""What the chart's values may be, and what is said of those that may not."""

import json
from typing import Any

import pytest
import yaml

from elbguard.settings import Settings, understand
from tests.support.built import Objects
from tests.support.charted import CHART, Refused, charted
from tests.support.places import ROOT

SCHEMA: dict[str, Any] = json.loads((CHART / "values.schema.json").read_text(encoding="utf-8"))
VALUES: dict[str, Any] = yaml.safe_load((CHART / "values.yaml").read_text(encoding="utf-8"))
OF_CHECK = {"exclude"}  # what no webhook reads


def set_by(*flags: str) -> Objects:
    """The chart with values as flags of helm give them."""
    return charted({}, *flags)


def config(objects: Objects) -> Any:
    """The settings in the ConfigMap."""
    return yaml.safe_load(objects.one("ConfigMap")["data"]["config.yaml"])


def test_the_schema_knows_the_values_of_the_file_and_they_fit() -> None:
    assert set(VALUES) == set(SCHEMA["properties"]) - {"enabled"}
    for name, value in VALUES.items():
        known = SCHEMA["properties"][name].get("properties")
        if known and isinstance(value, dict) and name not in {"settings", "affinity"}:
            assert set(value) == set(known), name


def test_the_schema_knows_every_setting_of_the_webhook_and_none_else() -> None:
    names = {name.replace("_", "-") for name in Settings.model_fields}

    assert set(SCHEMA["properties"]["settings"]["properties"]) == names - OF_CHECK


def test_the_settings_that_the_file_shows_as_comments_are_understood() -> None:
    text = (CHART / "values.yaml").read_text(encoding="utf-8")
    _, _, block = text.partition("\nsettings: {}\n")
    shown = "\n".join(line.strip().removeprefix("# ") for line in block.partition("\n\n")[0].splitlines())
    settings = yaml.safe_load(shown)

    assert len(settings) > 5
    assert understand({}, ROOT / "a", yaml.safe_dump(config(charted({"settings": settings}))).encode())


def places(schema: Any, path: str = "") -> list[str]:
    """Where the schema has an object whose members it names."""
    if not isinstance(schema, dict):
        return []
    here = [path] if "properties" in schema else []
    return [*here, *(each for name, part in schema.items() for each in places(part, f"{path}/{name}"))]


def test_unknown_keys_are_refused_everywhere_but_in_what_parent_charts_share() -> None:
    for path in places(SCHEMA):
        part = SCHEMA
        for name in path.split("/")[1:]:
            part = part[name]
        assert (part.get("additionalProperties") is False) == (path != "/properties/global"), path


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (("--set", "replica=3"), "replica"),
        (("--set", "settings.clusterVersion=v1.30"), "clusterVersion"),
        (("--set", "settings.proxy-mode=nftables"), "proxy-mode.*iptables.*ipvs"),
        (("--set", "settings.severity.ELB322=fatal"), "ELB322.*error.*warning.*off"),
        (("--set", "validating.failurePolicy=fail"), "failurePolicy.*Ignore.*Fail"),
        (("--set", "validating.timeoutSeconds=60"), "validating.timeoutSeconds"),
        (("--set", "replicas=0"), "replicas"),
        (("--set-string", "shadow.enabled=false"), "shadow.enabled.*boolean"),
        (("--set", "image.digest=sha256:12"), "image.digest"),
        (("--set", "image.repository=r/elbguard@sha256:12"), "image.repository"),
        (("--set", "image=r/elbguard:1"), "image"),
        (("--set", "image=null"), "image"),
        (("--set", "audit.schedule=hourly"), "audit.schedule"),
        (("--set", "monitoring.serviceMonitor.enabled=yes"), "serviceMonitor.enabled.*auto"),
        (("--set-json", "image.tag=1.10"), "image.tag is a number here"),
        (
            ("--set-json", "settings.cluster-version=1.30"),
            "as a text, .* --set-string settings.cluster-version",
        ),
        (("--set-json", "settings.cluster-id=12"), "settings.cluster-id is a number here"),
        (("--set", "settings.cluster-version=1"), "settings.cluster-version is a number here"),
        (("--set", "settings.cluster-version=newest"), "settings.cluster-version"),
        (("--set", "policy.text=words,policy.enabled=true"), "policy.text is not YAML"),
        (("--set", "policy.text=kind: Pod"), "policy.text holds policies .* found Pod"),
        (("--set", "autoscaler.minReplicas=9"), "autoscaler.minReplicas is 9, more than autoscaler.maxReplicas, 6"),
        (("--set", "policy.enabled=true,settings.ignore=ELB101"), "would go against settings.ignore"),
        (("--set", "policy.enabled=true,settings.mode=off"), "would go against settings.mode"),
    ],
    ids=lambda value: value if isinstance(value, str) else " ".join(value),
)
def test_what_cannot_be_meant_is_refused_with_its_place(flags: tuple[str, ...], words: str) -> None:
    with pytest.raises(Refused, match=words):  # the words of the schema's errors are Helm's, the places are not
        set_by(*flags)


@pytest.mark.parametrize(
    ("settings", "understood"),
    [
        ({}, {}),
        ({"cluster-version": "v1.30.5-r0", "cluster-type": "turbo"}, None),
        ({"cluster-version": "", "proxy-mode": "", "ignore": "", "severity": {}, "modes": [], "mode": ""}, {}),
        ({"ignore": "ELB620,ELB322"}, None),
        ({"ignore": ["ELB620"], "severity": {"ELB322": "off", "ELB101": False, "unknown-class": "warning"}}, None),
        ({"mode": False}, None),
        ({"mode": "audit", "modes": [{"mode": "warn", "namespaces": ["dev-*"], "rules": "ELB101"}]}, None),
        ({"modes": {"mode": False, "namespaces": "a b"}}, None),
        ({"node-ip": ["10.0.0.1", "fd00::1"], "exempt-user": "me", "strict-names": True, "heed-ignore": False}, None),
    ],
    ids=json.dumps,
)
def test_the_settings_arrive_as_the_program_understands_them(
    settings: dict[str, Any], understood: dict[str, Any] | None
) -> None:
    made = charted({"settings": settings}).one("ConfigMap")["data"]["config.yaml"].encode()
    wanted = yaml.safe_dump(settings if understood is None else understood).encode()

    assert understand({}, ROOT / "a", made) == understand({}, ROOT / "b", wanted)


def test_whole_numbers_are_no_loss_where_set_knows_them() -> None:
    made = set_by("--set", "image.tag=20261128,settings.cluster-id=12,replicas=3,autoscaler.enabled=false")

    assert made.container["image"] == "elbguard:20261128"
    assert config(made) == {"cluster-id": "12"}
    assert made.one("Deployment")["spec"]["replicas"] == 3


def test_a_version_that_set_takes_for_a_text_stays_one() -> None:
    assert config(set_by("--set", "settings.cluster-version=1.30")) == {"cluster-version": "1.30"}


def test_in_the_shadow_the_settings_may_still_say_the_mode() -> None:
    assert config(charted({"shadow": {"enabled": True}, "settings": {"mode": "warn"}})) == {"mode": "warn"}
