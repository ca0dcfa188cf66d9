"""What the chart's values make of its objects: images, places, labels, conditions, the policy, the notes."""

import shutil
from pathlib import Path
from typing import Any

import cel
import pytest
import yaml

from elbguard.policy.admission_policy import policy
from elbguard.settings import Settings
from tests.support.built import NAME, Manifest, Objects
from tests.support.charted import CHART, charted, is_4, ran

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


def test_the_prometheus_finds_its_objects_by_labels_of_the_values() -> None:
    wanted: dict[str, Any] = {
        "serviceMonitor": {"enabled": True, "interval": "30s"},
        "prometheusRule": {"enabled": "true"},
    }
    made = charted({"monitoring": {"labels": {"release": "prometheus"}, **wanted}})

    for kind in ("ServiceMonitor", "PrometheusRule"):
        assert made.one(kind)["metadata"]["labels"] == {"app.kubernetes.io/name": NAME, "release": "prometheus"}
    assert made.one("ServiceMonitor")["spec"]["endpoints"][0]["interval"] == "30s"
    assert made.one("Service")["metadata"]["labels"] == {"app.kubernetes.io/name": NAME}


def test_what_fills_in_can_be_left_out_by_itself() -> None:
    kinds = {each["kind"] for each in charted({"mutating": {"enabled": False}})}

    assert "MutatingWebhookConfiguration" not in kinds
    assert "ValidatingWebhookConfiguration" in kinds


def test_annotations_written_along_with_a_status_can_be_left_unjudged() -> None:
    for judged, resources in ((True, ["services", "services/status"]), (False, ["services"])):
        _, validating = charted({"validating": {"status": judged}}).webhooks
        assert validating["rules"][0]["resources"] == resources


def test_a_parent_chart_switches_it_on_and_names_its_registry(tmp_path: Path) -> None:
    shutil.copytree(CHART, tmp_path / "charts" / NAME)
    version = yaml.safe_load((CHART / "Chart.yaml").read_text(encoding="utf-8"))["version"]
    needed = {"name": NAME, "version": version, "alias": "guard", "condition": "guard.enabled"}
    chart = {"apiVersion": "v2", "name": "platform", "version": "1.0.0", "dependencies": [needed]}
    (tmp_path / "Chart.yaml").write_text(yaml.safe_dump(chart), encoding="utf-8")
    flags = ("template", "p", str(tmp_path), "--set", "global.imageRegistry=reg,global.of-others=1,guard.image.tag=v1")
    on, off = (ran(*flags, "--set", f"guard.enabled={each}") for each in ("true", "false"))

    assert Objects(each for each in yaml.safe_load_all(on.stdout) if each).container["image"] == "reg/elbguard:v1"
    assert (off.returncode, off.stdout.strip()) == (0, "")


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
    if not is_4():
        pytest.skip("Helm 3 asks a cluster even for a dry run: the notes are not looked at")
    return ran("install", "guard", str(CHART), "--namespace=my-ns", "--dry-run=client", *flags).stdout


def test_the_notes_say_what_is_still_to_do_and_no_more() -> None:
    bare, named = notes(), notes("--set", "image.tag=v1")

    assert "NO IMAGE IS NAMED" in bare
    assert "NO IMAGE" not in named
    assert "-n my-ns rollout status" in named
    assert "in all namespaces but kube-system, my-ns." in named
    assert "THAT IS default" not in named
    assert "THAT IS default" in notes("--namespace=default")
    assert "NO SERVICE OF ANY TYPE" in notes("--set", "validating.failurePolicy=Fail")
    assert "NO SERVICE OF ANY TYPE" not in notes("--set", "matchConditions.enabled=true")
