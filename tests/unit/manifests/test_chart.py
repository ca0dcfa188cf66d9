"""The Helm chart has the objects of the kustomizations, for every combination of values and components."""

import json
import re
import tomllib
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
import yaml
from kubernetes_validate import validate  # type: ignore[import-untyped]

from tests.support.built import AUDIT, BASE, COMPONENTS, POLICY, POLICY_AUDIT, Manifest, built, combined
from tests.support.charted import CHART, Refused, charted, ran
from tests.support.places import ROOT
from tests.unit.manifests.test_building import identity
from tests.unit.manifests.test_schemas import NEWEST

VALUES: dict[str, dict[str, Any]] = {
    "before-1.21": {},
    "cert-manager": {"certManager": {"enabled": True}},
    "match-conditions": {"matchConditions": {"enabled": True}},
    "monitoring": {"monitoring": {"serviceMonitor": {"enabled": True}, "prometheusRule": {"enabled": True}}},
    "shadow": {"shadow": {"enabled": True}},
}
OLD = ("--kube-version", "v1.20.2")
IMPOSSIBLE = {"before-1.21", "match-conditions"}  # the chart refuses them together
EVERY = [
    pytest.param(each, marks=[pytest.mark.thorough] if count in {2, 3} else [], id="+".join(each))
    for count in range(len(COMPONENTS) + 1)
    for each in combinations(COMPONENTS, count)
    if not IMPOSSIBLE.issubset(each)
]


def by_identity(objects: Any) -> dict[tuple[str, ...], Any]:
    """The objects by what they are, with their settings read."""
    return {identity(each): read(each) for each in objects}


def read(each: Manifest) -> Any:
    """An object, its settings not as text but as what they say: comments differ."""
    if each["kind"] != "ConfigMap":
        return each
    return {**each, "data": {name: yaml.safe_load(text) for name, text in each["data"].items()}}


def expected(objects: Any, components: tuple[str, ...]) -> dict[tuple[str, ...], Any]:
    """The objects of kustomize, and the two differences: of what Helm alone can know.

    It sees that there is an autoscaler, whose number of replicas an upgrade must not set back, and that what only
    watches must not refuse either while it is away.
    """
    found = by_identity(objects)
    for (_, kind, *_), each in found.items():
        if kind == "Deployment":
            assert each["spec"].pop("replicas") == 2
        if kind == "ValidatingWebhookConfiguration" and {"shadow", "match-conditions"} <= set(components):
            assert each["webhooks"][0]["failurePolicy"] == "Fail"
            each["webhooks"][0]["failurePolicy"] = "Ignore"
    return found


@cache
def fits(text: str) -> bool:
    """Whether an object, as JSON, fits the newest schema of its kind, if it is one of Kubernetes' own in our days."""
    each = json.loads(text)
    beyond = ("cert-manager.io/", "monitoring.coreos.com/", "policy/v1beta1")
    return bool(each["apiVersion"].startswith(beyond) or validate(each, NEWEST, strict=True) == NEWEST)


@pytest.mark.parametrize("components", EVERY)
def test_the_chart_has_the_objects_of_the_base_with_these_components(
    tmp_path: Path, components: tuple[str, ...]
) -> None:
    values = {name: value for each in components for name, value in VALUES[each].items()}
    flags = OLD if "before-1.21" in components else ()

    made = charted(values, *flags)

    assert by_identity(made) == expected(combined(tmp_path, *components), components)
    for each in made:
        assert fits(json.dumps(each))


@pytest.mark.parametrize(
    ("folder", "values"),
    [
        (AUDIT, {"audit": {"enabled": True}}),
        (POLICY, {"policy": {"enabled": True}}),
        (POLICY_AUDIT, {"policy": {"enabled": True, "action": "Audit"}}),
        (POLICY_AUDIT, {"policy": {"enabled": True}, "shadow": {"enabled": True}}),
    ],
)
def test_what_goes_beside_the_base_is_the_same_too(folder: str, values: dict[str, Any]) -> None:
    beside = by_identity(built(folder))
    plain = by_identity(charted({"shadow": values.get("shadow", {})}))

    assert by_identity(charted(values)) == {**plain, **beside}


def test_without_the_autoscaler_the_replicas_are_those_of_the_base() -> None:
    plain = charted({"autoscaler": {"enabled": False}}).one("Deployment")

    assert plain == built(BASE).one("Deployment")


def test_the_chart_has_the_version_of_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    chart = yaml.safe_load((CHART / "Chart.yaml").read_text(encoding="utf-8"))

    assert (chart["name"], chart["version"], chart["appVersion"]) == (project["name"], *[project["version"]] * 2)


def test_helm_finds_nothing_to_complain_of() -> None:
    done = ran("lint", "--strict", str(CHART))

    assert done.returncode == 0, done.stdout
    assert "WARNING" not in done.stdout


MAKING = re.compile(r"\b(gen[A-Z]\w+|buildCustomCert|derivePassword|rand[A-Z]\w+|uuidv4)\b")  # what makes secrets


def test_no_template_makes_a_certificate_or_writes_where_one_is_kept() -> None:
    for path in (CHART / "templates").iterdir():
        code = " ".join(re.findall(r"\{\{-? *(?!/\*)(.*?)\}\}", path.read_text(encoding="utf-8"), re.DOTALL))
        assert not MAKING.search(code), path.name
    for components in VALUES.values():
        for each in charted(components):
            assert each["kind"] != "Secret" or each.keys() & {"data", "stringData"} == set()
            assert all("caBundle" not in webhook["clientConfig"] for webhook in each.get("webhooks", ()))


@pytest.mark.parametrize(
    ("values", "flags", "words"),
    [
        ({"matchConditions": {"enabled": True}}, ("--kube-version", "v1.27.3-r0"), "needs Kubernetes 1.28"),
        ({"policy": {"enabled": True}}, ("--kube-version", "v1.29.1"), "needs Kubernetes 1.30"),
        ({}, ("--kube-version", "v1.18.20"), "kubeVersion: >=1.19"),
    ],
)
def test_what_a_release_of_kubernetes_does_not_know_is_refused_in_words(
    values: dict[str, Any], flags: tuple[str, ...], words: str
) -> None:
    with pytest.raises(Refused, match=words):
        charted(values, *flags)


def test_cce_s_own_versions_are_understood() -> None:
    for version, budget in (
        ("v1.19.16-r1", "policy/v1beta1"),
        ("v1.21.1-r0", "policy/v1"),
        ("v1.31.4-r0", "policy/v1"),
    ):
        assert charted({}, "--kube-version", version).one("PodDisruptionBudget")["apiVersion"] == budget


SERVED = {
    "ServiceMonitor": ("serviceMonitor", "monitoring.coreos.com/v1/ServiceMonitor"),
    "PrometheusRule": ("prometheusRule", "monitoring.coreos.com/v1/PrometheusRule"),
}


@pytest.mark.parametrize("kind", SERVED)
def test_an_object_of_the_prometheus_operator_comes_where_its_kind_is_served_or_where_it_is_wanted(kind: str) -> None:
    value, served = SERVED[kind]

    def there(wanted: bool | str, *flags: str) -> bool:
        return kind in {each["kind"] for each in charted({"monitoring": {value: {"enabled": wanted}}}, *flags)}

    assert not there("auto")
    assert there("auto", "--api-versions", served)
    assert there(True)
    assert not there(False, "--api-versions", served)


@pytest.mark.parametrize("place", ["my-ns", "123", "on", "null", "1e3"])
def test_in_another_namespace_everything_follows(place: str) -> None:
    everything = {name: value for each in VALUES.values() for name, value in each.items()}
    values = {**everything, "audit": {"enabled": True}, "policy": {"enabled": True}}
    moved = charted(values, "--kube-version", "v1.31.0", namespace=place)
    excluded = {"key": "kubernetes.io/metadata.name", "operator": "NotIn", "values": ["kube-system", place]}

    assert {each["metadata"].get("namespace", place) for each in moved} == {place, "kube-system"}
    assert {subject["namespace"] for each in moved for subject in each.get("subjects", ())} == {place}
    for webhook in moved.webhooks:
        assert webhook["clientConfig"]["service"]["namespace"] == place
        assert webhook["namespaceSelector"]["matchExpressions"][0] == excluded
    for each in moved:
        if "webhooks" in each:
            assert each["metadata"]["annotations"] == {"cert-manager.io/inject-ca-from": f"{place}/elbguard"}
        if "dnsNames" in each.get("spec", ()):
            assert each["spec"]["dnsNames"] == [f"elbguard.{place}.svc"]
    policy = moved.one("ValidatingAdmissionPolicy")["spec"]
    assert policy["matchConstraints"]["namespaceSelector"]["matchExpressions"] == [excluded]
