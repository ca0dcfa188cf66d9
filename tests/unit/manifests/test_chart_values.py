"""What the chart's values may be, and what is said of those that may not."""

import json
from typing import Any

import cel
import pytest
import yaml

from elbguard.policy.admission_policy import policy
from elbguard.settings import Settings, understand
from tests.support.built import NAME, Manifest, Objects
from tests.support.charted import CHART, Refused, charted, ran
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
        (("--set", "replica=3"), "additional properties 'replica' not allowed"),
        (("--set", "settings.clusterVersion=v1.30"), "additional properties 'clusterVersion' not allowed"),
        (("--set", "settings.proxy-mode=nftables"), "must be one of 'iptables', 'ipvs'"),
        (("--set", "settings.severity.ELB322=fatal"), "must be one of 'error', 'warning', 'off'"),
        (("--set", "validating.failurePolicy=fail"), "must be one of 'Ignore', 'Fail'"),
        (("--set", "validating.timeoutSeconds=60"), "/validating/timeoutSeconds"),
        (("--set", "replicas=0"), "/replicas"),
        (("--set-string", "shadow.enabled=false"), "got string, want boolean"),
        (("--set", "image.digest=sha256:12"), "/image/digest"),
        (("--set", "image.repository=r/elbguard@sha256:12"), "/image/repository"),
        (("--set", "image=r/elbguard:1"), "/image"),
        (("--set", "image=null"), "missing property 'image'"),
        (("--set", "audit.schedule=hourly"), "/audit/schedule"),
        (("--set", "monitoring.serviceMonitor.enabled=yes"), "must be one of true, false"),
        (("--set-json", "image.tag=1.10"), "image.tag is a number here"),
        (
            ("--set-json", "settings.cluster-version=1.30"),
            "as a text, .* --set-string settings.cluster-version",
        ),
        (("--set-json", "settings.cluster-id=12"), "settings.cluster-id is a number here"),
        (("--set", "autoscaler.minReplicas=9"), "autoscaler.minReplicas is 9, more than autoscaler.maxReplicas, 6"),
        (("--set", "policy.enabled=true,settings.ignore=ELB101"), "would go against settings.ignore"),
        (("--set", "policy.enabled=true,settings.mode=off"), "would go against settings.mode"),
    ],
    ids=lambda value: value if isinstance(value, str) else " ".join(value),
)
def test_what_cannot_be_meant_is_refused_with_its_place(flags: tuple[str, ...], words: str) -> None:
    with pytest.raises(Refused, match=words):
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


def test_a_version_that_set_takes_for_a_text_stays_one() -> None:
    assert config(set_by("--set", "settings.cluster-version=1.30")) == {"cluster-version": "1.30"}


def test_in_the_shadow_the_settings_may_still_say_the_mode() -> None:
    assert config(charted({"shadow": {"enabled": True}, "settings": {"mode": "warn"}})) == {"mode": "warn"}


IMAGES = [
    ({}, "elbguard:-SET-THE-IMAGE-"),
    ({"image": {"repository": "r/elbguard", "tag": "v1"}}, "r/elbguard:v1"),
    ({"image": {"repository": "r/elbguard"}}, "r/elbguard:VERSION"),
    ({"image": {"registry": "reg.example:5000/team", "tag": "v1"}}, "reg.example:5000/team/elbguard:v1"),
    ({"image": {"registry": "a", "tag": "1"}, "global": {"imageRegistry": "b/"}}, "b/elbguard:1"),
    ({"image": {"tag": "v1", "digest": f"sha256:{'0' * 64}"}}, f"elbguard@sha256:{'0' * 64}"),
]


@pytest.mark.parametrize(("values", "image"), IMAGES, ids=str)
def test_the_image_is_the_same_for_the_replicas_and_the_audit(values: dict[str, Any], image: str) -> None:
    made = charted({**values, "audit": {"enabled": True}})
    wanted = image.replace("VERSION", yaml.safe_load((CHART / "Chart.yaml").read_text(encoding="utf-8"))["appVersion"])

    assert made.container["image"] == wanted
    assert pod_of_audit(made)["containers"][0]["image"] == wanted


def pod_of_audit(objects: Objects) -> Manifest:
    """The spec of the CronJob's Pods."""
    spec: Manifest = objects.one("CronJob")["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    return spec


def test_pods_run_where_the_values_say() -> None:
    toleration = {"key": "dedicated", "operator": "Equal", "value": "infra", "effect": "NoSchedule"}
    affinity: dict[str, Any] = {"nodeAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": []}}
    made = charted(
        {
            "audit": {"enabled": True},
            "nodeSelector": {"pool": 12345678, "spot": True},
            "tolerations": [toleration],
            "affinity": affinity,
            "imagePullSecrets": ["a", {"name": "b"}],
            "global": {"imagePullSecrets": ["c"], "of-others": 1},
        }
    )
    for pod in (made.pod, pod_of_audit(made)):
        assert pod["nodeSelector"] == {"kubernetes.io/os": "linux", "pool": "12345678", "spot": "true"}
        assert pod["tolerations"] == [toleration]
        assert pod["affinity"] == affinity
        assert pod["imagePullSecrets"] == [{"name": "c"}, {"name": "a"}, {"name": "b"}]


def test_labels_and_annotations_are_added_and_never_take_the_place_of_those_that_selectors_go_by() -> None:
    mine = {"team": 42, "app.kubernetes.io/name": "stolen"}
    made = charted({"commonLabels": mine, "podLabels": mine, "commonAnnotations": {"owner": "me"}})
    template = made.one("Deployment")["spec"]["template"]["metadata"]
    for metadata in (*(each["metadata"] for each in made), template):
        assert metadata["labels"].items() >= {"team": "42", "app.kubernetes.io/name": NAME}.items()
        assert metadata["annotations"]["owner"] == "me"
    assert made.one("Deployment")["spec"]["selector"]["matchLabels"] == {"app.kubernetes.io/name": NAME}


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({}, NAME),
        ({"priorityClass": {"create": False, "name": "high"}}, "high"),
        ({"priorityClass": {"create": False}}, None),
    ],
    ids=str,
)
def test_the_priority_is_ours_or_another_or_none(values: dict[str, Any], name: str | None) -> None:
    made = charted(values)

    assert made.pod.get("priorityClassName") == name
    assert ("PriorityClass" in {each["kind"] for each in made}) == (name == NAME)


def test_a_single_replica_has_no_budget_that_would_keep_its_node_from_being_drained() -> None:
    alone = {"autoscaler": {"enabled": False}, "replicas": "1"}

    assert "PodDisruptionBudget" not in {each["kind"] for each in charted(alone)}


@pytest.mark.parametrize("given", [["shop", "kube-system"], "shop,kube-system"], ids=str)
def test_namespaces_left_out_are_a_list_or_words_and_our_own_is_always_among_them(given: Any) -> None:
    for webhook in charted({"excludedNamespaces": given}, namespace="shop").webhooks:
        [selected] = webhook["namespaceSelector"]["matchExpressions"]
        assert selected["values"] == ["shop", "kube-system"]
    for webhook in charted({"excludedNamespaces": None}).webhooks:
        assert webhook["namespaceSelector"]["matchExpressions"][0]["values"] == [NAME]


def test_users_that_are_exempt_do_not_reach_the_webhooks_either() -> None:
    users = ["ci", "system:serviceaccount:ops:*", "o'hara", "a*b"]
    further = {"name": "mine", "expression": "true"}
    values = {"matchConditions": {"enabled": True, "further": [further]}, "settings": {"exempt-user": users}}
    for webhook in charted(values).webhooks:
        *_, condition, status, last = webhook["matchConditions"]
        spared = {
            user: not cel.evaluate(condition["expression"], {"request": {"userInfo": {"username": user}}})
            for user in ("ci", "system:serviceaccount:ops:x", "o'hara", "acb", "someone", "ci2")
        }
        assert [name for name, left_out in spared.items() if left_out] == ["ci", "system:serviceaccount:ops:x"]
        assert (condition["name"], status["name"], last) == ("not-exempt", "not-a-mere-status", further)


def test_a_policy_of_one_s_own_is_taken_as_it_is() -> None:
    own = policy(Settings(ignore=("ELB101",)))
    made = charted({"policy": {"enabled": True, "text": own}, "settings": {"ignore": ["ELB101"]}})
    wanted = [each for each in yaml.safe_load_all(own) if each]

    assert [made.one(each["kind"])["spec"] for each in wanted] == [each["spec"] for each in wanted]


FACTS: dict[str, Any] = {
    "profile": "otc",
    "strict_names": True,
    "cluster_type": "turbo",
    "proxy_mode": "ipvs",
    "cluster_version": "v1.19.16-r0",
    "node_ip": ["10.0.0.1"],
    "cluster_id": "x",
}


@pytest.mark.parametrize("name", FACTS)
def test_the_policy_of_the_chart_refuses_nothing_that_would_pass_with_a_fact_or_a_profile(name: str) -> None:
    def refused(settings: Settings) -> set[str]:
        documents = yaml.safe_load_all(policy(settings))
        return {each["expression"] for made in documents if made for each in made["spec"].get("validations", ())}

    assert refused(Settings()) <= refused(Settings(**{name: FACTS[name]}))


def notes(*flags: str) -> str:
    """What helm says after an installation, which is not made."""
    return ran("install", "guard", str(CHART), "--namespace=my-ns", "--dry-run=client", *flags).stdout


def test_the_notes_say_what_is_still_to_do_and_no_more() -> None:
    bare, named = notes(), notes("--set", "image.tag=v1")

    assert "NO IMAGE IS NAMED" in bare
    assert "NO IMAGE" not in named
    assert "-n my-ns rollout status" in named
    assert "NO SERVICE OF ANY TYPE" in notes("--set", "validating.failurePolicy=Fail")
    assert "NO SERVICE OF ANY TYPE" not in notes("--set", "matchConditions.enabled=true")
