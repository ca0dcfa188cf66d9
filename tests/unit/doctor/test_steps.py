"""Each step on its own fault, and on no other's: what a current cluster has beside what v1.20 knows."""

import copy
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

import pytest
import yaml

from elbguard import pairs
from elbguard.cluster.asking import ApiError
from elbguard.doctor.conditions import CONDITIONS
from elbguard.doctor.diagnosis import Ending, exit_code
from elbguard.fitness import Pair
from elbguard.modes import Mode
from elbguard.policy.admission_policy import policy
from elbguard.settings import Settings
from tests.support.places import ROOT, loaded
from tests.unit.doctor.recorded import (
    BINDINGS,
    DEPLOYMENTS,
    HOST,
    INSIDE,
    MUTATING,
    NODES,
    NOW,
    POLICIES,
    SLICES,
    VALIDATING,
    Recorded,
    encoded,
    manifest,
    metrics,
    metrics_of,
    pod,
    says,
    secret,
)

Plant = Callable[[Recorded], object]
COMPONENT: Final = ROOT / "manifests" / "components" / "match-conditions"
LAST: Final = "kubectl.kubernetes.io/last-applied-configuration"
FORBIDDEN: Final = ApiError(403, 'it is forbidden: User "ada" cannot get resource')
KEPT: Final = [{"name": name, "expression": text} for name, text in CONDITIONS.items()]


def applied(it: Recorded, kept: list[Any], version: str = "v1.30.4-r0") -> None:
    """Apply manifests/overlays/match-conditions to a cluster that keeps these conditions."""
    it.objects["/version"] = {"gitVersion": version}
    for path, kind in ((MUTATING, "mutating"), (VALIDATING, "validating")):
        given = copy.deepcopy(it.lists[path][0])
        given["webhooks"][0] |= loaded(COMPONENT / f"{kind}.yaml")["webhooks"][0]
        it.lists[path][0]["metadata"]["annotations"] = {LAST: json.dumps(given)}
        it.change(path, matchConditions=kept, failurePolicy=given["webhooks"][0]["failurePolicy"])


def insisting_on_1_27(it: Recorded) -> None:
    """Let 1.27 have dropped the conditions of an installation that left no note of them."""
    it.objects["/version"] = {"gitVersion": "v1.27.1"}
    it.change(VALIDATING, failurePolicy="Fail")


def by_policy(it: Recorded, *, bound: bool) -> None:
    """Install what `elbguard generate policy` prints."""
    rules, binding = yaml.safe_load_all(policy(Settings()))
    it.lists[POLICIES], it.lists[BINDINGS] = [rules], [binding] if bound else []


def orphaned_binding(it: Recorded) -> None:
    """Leave a binding behind without its policy."""
    by_policy(it, bound=True)
    it.lists[POLICIES] = []


def configured(it: Recorded, text: str) -> None:
    """Write the settings into the ConfigMap."""
    it.objects[f"{INSIDE}/configmaps/elbguard"] = {"data": {"config.yaml": text}}


def served_by_another(it: Recorded) -> None:
    """Let the Secret hold a certificate of another CA."""
    it.objects[f"{INSIDE}/secrets/elbguard-tls"] = secret(pairs.make([HOST], NOW)[1])


def bundled(it: Recorded, ca: Pair, leaf: Pair) -> None:
    """Let the Secret hold this leaf, and the caBundles this CA."""
    it.objects[f"{INSIDE}/secrets/elbguard-tls"] = secret(leaf)
    for path in (MUTATING, VALIDATING):
        it.lists[path][0]["webhooks"][0]["clientConfig"]["caBundle"] = encoded(ca.certificate)


def image_missing(it: Recorded) -> None:
    """Let no node be able to start it, as where nobody has named an image."""
    it.lists[SLICES] = []
    waiting = {"containerStatuses": [{"state": {"waiting": {"reason": "InvalidImageName"}}}], "phase": "Pending"}
    for each in it.lists[f"{INSIDE}/pods"]:
        each["status"] = waiting


def unready(it: Recorded) -> None:
    """Let both replicas not be ready."""
    it.lists[SLICES] = [{"endpoints": [{"addresses": ["10.0.0.4"], "conditions": {"ready": False}}]}]


def unreachable(it: Recorded) -> None:
    """Let the API server not get through to the replicas."""
    text = 'failed calling webhook "validate.elbguard.io": failed to call webhook: context deadline exceeded'
    it.refuses = lambda body: ApiError(500, f"Internal error occurred: {text}")


def blind_to_nodes(it: Recorded) -> None:
    """Let a replica have lost its role."""
    it.texts[metrics_of("elbguard-b")] = metrics(known={"version": 12.0, "type": None, "node_ips": None})


def stale(it: Recorded) -> None:
    """Let a replica not have heard of nodes for a day."""
    it.texts[metrics_of("elbguard-b")] = metrics(known={"version": 12.0, "type": None, "node_ips": 86400.0})


def other_digest(it: Recorded) -> None:
    """Let a replica go on with older settings."""
    it.texts[metrics_of("elbguard-b")] = metrics("b2")


def other_image(it: Recorded) -> None:
    """Let a rollout have stopped half-way."""
    it.lists[f"{INSIDE}/pods"][1]["spec"]["containers"][0]["image"] = "elbguard:older"


def second_installation(it: Recorded) -> None:
    """Leave an installation of another namespace behind, which insists on being asked."""
    for path in (MUTATING, VALIDATING):
        body = copy.deepcopy(it.lists[path][0])
        body["metadata"] |= {"name": "a-elbguard", "creationTimestamp": "2020-01-01T00:00:00Z"}
        body["webhooks"][0]["clientConfig"]["service"]["namespace"] = "platform"
        body["webhooks"][0]["failurePolicy"] = "Fail"
        it.lists[path].append(body)
    text = 'failed calling webhook "validate.elbguard.io": service "elbguard" not found'
    it.refuses = lambda body: ApiError(500, text)


FAULTS: Final[dict[str, tuple[str, Plant, str]]] = {
    "conditions dropped by 1.27": ("match-conditions", lambda it: applied(it, [], "v1.27.16-r30"), "drops them"),
    "conditions taken away": ("match-conditions", lambda it: applied(it, []), "somebody took them away"),
    "one condition gone": ("match-conditions", lambda it: applied(it, KEPT[:3]), "not-a-mere-status"),
    "Fail on 1.27": ("match-conditions", insisting_on_1_27, "drops in silence"),
    "an image that nobody named": ("service", image_missing, "InvalidImageName"),
    "replicas that are not ready": ("service", unready, "1 endpoint, of which none is ready"),
    "a certificate of another CA": ("certificate", served_by_another, "does not vouch"),
    "an unreachable webhook": ("dry-run", unreachable, "cannot ask elbguard"),
    "a replica without its role": ("facts", blind_to_nodes, "elbguard-b does not know the addresses of nodes"),
    "a replica that hears nothing": ("facts", stale, "has not seen the addresses of nodes for 86400 s"),
    "older settings": ("replicas", other_digest, "elbguard-b with b2"),
    "another image": ("replicas", other_image, "different images"),
    "settings that are none": ("replicas", lambda it: configured(it, "cluster-version: new"), "cannot be understood"),
    "an installation left over": ("orphans", second_installation, "a-elbguard is left over"),
    "an unbound policy": ("policy", lambda it: by_policy(it, bound=False), "is not bound"),
    "a binding of nothing": ("policy", orphaned_binding, "which is not there"),
}


def test_nothing_is_wrong_with_a_healthy_installation() -> None:
    steps = Recorded().examined()

    assert {each.verdict for each in steps.values()} == {Ending.OK}
    assert exit_code(steps.values()) == 0


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_named_by_its_step_and_by_no_other(fault: str) -> None:
    step, plant, words = FAULTS[fault]
    cluster = Recorded()
    plant(cluster)
    steps = cluster.examined()

    assert {id_ for id_, each in steps.items() if each.verdict is Ending.FAILED} == {step}
    assert words in says(steps[step])
    assert steps[step].cures
    assert exit_code(steps.values()) == 1
    for each in steps.values():
        assert each.verdict is not Ending.UNKNOWN or "not looked at, because" in says(each)


def test_the_conditions_are_those_of_the_manifests() -> None:
    for kind in ("mutating", "validating"):
        [webhook] = loaded(COMPONENT / f"{kind}.yaml")["webhooks"]
        written = {each["name"]: " ".join(each["expression"].split()) for each in webhook["matchConditions"]}
        assert written == CONDITIONS


def test_conditions_that_were_kept_are_well_and_an_exempt_user_more_is_told() -> None:
    cluster = Recorded()
    applied(cluster, KEPT)
    assert cluster.examined()["match-conditions"].verdict is Ending.OK

    own = [{**each, "expression": "true"} if each["name"] == "not-exempt" else each for each in KEPT]
    applied(cluster, own)
    step = cluster.examined()["match-conditions"]
    assert step.verdict is Ending.WARNING
    assert "not-exempt" in says(step)


def test_insisting_without_conditions_is_told_where_conditions_are_known() -> None:
    cluster = Recorded()
    cluster.change(VALIDATING, failurePolicy="Fail")
    steps = cluster.examined()

    assert steps["match-conditions"].verdict is Ending.WARNING
    assert "every Service depends on elbguard" in says(steps["match-conditions"])
    assert exit_code(steps.values()) == 0


def test_a_policy_that_is_bound_is_well_and_what_it_cannot_check_is_told() -> None:
    cluster = Recorded()
    by_policy(cluster, bound=True)
    assert "is bound by elbguard: Deny" in says(cluster.examined()["policy"])

    warning = {"fieldRef": "spec.validations[3].expression", "warning": "undefined field"}
    cluster.lists[POLICIES][0]["status"] = {"typeChecking": {"expressionWarnings": [warning]}}
    step = cluster.examined()["policy"]
    assert step.verdict is Ending.WARNING
    assert "spec.validations[3].expression" in says(step)


def test_a_policy_of_the_beta_is_found_too() -> None:
    cluster = Recorded()
    by_policy(cluster, bound=False)
    for path in (POLICIES, BINDINGS):
        cluster.lists[path.replace("/v1/", "/v1beta1/")] = cluster.lists.pop(path)

    assert cluster.examined()["policy"].verdict is Ending.FAILED


@pytest.mark.parametrize(("settings", "word"), [("mode: audit", "mode audit"), ("mode: 'off'", "mode off")])
def test_a_mode_that_refuses_nothing_is_no_fault_but_told(settings: str, word: str) -> None:
    cluster = Recorded()
    configured(cluster, settings)
    cluster.settings = Settings(mode=Mode(word.split()[1]))
    step = cluster.examined()["dry-run"]

    assert step.verdict is Ending.WARNING
    assert word in says(step)
    assert any("the ConfigMap elbguard/elbguard" in cure for cure in step.cures)


def test_a_rule_that_is_ignored_leaves_others_to_refuse_by() -> None:
    cluster = Recorded()
    cluster.settings = Settings(ignore=("ELB205", "ELB206", "ELB221", "ELB222"))

    assert "refused by elbguard" in says(cluster.examined()["dry-run"])


def test_a_warning_in_place_of_a_refusal_is_told() -> None:
    cluster = Recorded()
    cluster.settings = Settings(mode=Mode.WARN)
    cluster.warns = ("elb.autocreate.bandwidth_size: must be a number [ELB206]",)

    assert cluster.examined()["dry-run"].verdict is Ending.WARNING


def test_defaults_that_the_operator_switched_off_are_not_missed() -> None:
    cluster = Recorded()
    cluster.settings = Settings(no_default=("elb.lb-algorithm",))
    assert cluster.examined()["dry-run"].verdict is Ending.FAILED

    configured(cluster, "no-default: elb.lb-algorithm")
    step = cluster.examined()["dry-run"]
    assert step.verdict is Ending.OK
    assert "by the settings nothing is filled in" in says(step)


def test_a_namespace_where_nothing_is_filled_in_yet_is_no_fault() -> None:
    cluster = Recorded()
    component = loaded(ROOT / "manifests" / "components" / "shadow" / "mutating.yaml")
    cluster.change(MUTATING, namespaceSelector=component["webhooks"][0]["namespaceSelector"])
    cluster.settings = Settings(no_default=("elb.lb-algorithm",))
    step = cluster.examined()["dry-run"]

    assert step.verdict is Ending.OK
    assert "leaves the namespace out" in says(step)


def test_a_refusal_by_somebody_else_is_not_taken_for_ours() -> None:
    cluster = Recorded()
    cluster.refuses = lambda body: ApiError(403, 'admission webhook "vservice.cce" denied the request: no')
    step = cluster.examined()["dry-run"]

    assert step.verdict is Ending.UNKNOWN
    assert "vservice.cce" in says(step)


def test_the_policy_answers_before_the_webhook_where_it_sees_the_mistake() -> None:
    cluster = Recorded()
    text = "ValidatingAdmissionPolicy 'elbguard' with binding 'elbguard' denied request: no (elbguard)"
    cluster.refuses = lambda body: ApiError(422, text) if "RANDOM" in str(body) else None

    assert "refused by elbguard" in says(cluster.examined()["dry-run"])


RIGHTS: Final = {
    "configurations": (MUTATING, "list mutatingwebhookconfigurations.admissionregistration.k8s.io"),
    "service": (f"{INSIDE}/services/elbguard", "get services in the namespace elbguard"),
    "certificate": (f"{INSIDE}/secrets/elbguard-tls", "get secrets in the namespace elbguard"),
    "facts": (NODES, "addresses of nodes"),
    "replicas": (f"{INSIDE}/pods", "list pods in the namespace elbguard"),
    "policy": (POLICIES, "list validatingadmissionpolicies.admissionregistration.k8s.io"),
}


@pytest.mark.parametrize("step", RIGHTS)
def test_a_missing_right_makes_a_step_not_known_and_is_named(step: str) -> None:
    path, right = RIGHTS[step]
    cluster = Recorded()
    (cluster.lists if path in cluster.lists else cluster.objects)[path] = FORBIDDEN
    steps = cluster.examined()

    assert steps[step].verdict is Ending.UNKNOWN
    assert right in says(steps[step])
    assert exit_code(steps.values()) == 2
    assert not any(each.verdict is Ending.FAILED for each in steps.values())


def test_the_right_to_ask_replicas_is_named() -> None:
    cluster = Recorded()
    cluster.texts = dict.fromkeys(cluster.texts, FORBIDDEN)
    steps = cluster.examined()

    for step in ("facts", "replicas"):
        assert "get pods/proxy in the namespace elbguard" in says(steps[step])
    assert exit_code(steps.values()) == 2


def test_the_right_to_try_services_is_named() -> None:
    cluster = Recorded()
    cluster.refuses = lambda body: ApiError(403, 'services is forbidden: User "ada" cannot create resource "services"')

    assert "create services in the namespace default" in says(cluster.examined()["dry-run"])


def test_facts_that_nobody_watches_are_told_unless_they_are_given() -> None:
    cluster = Recorded()
    cluster.texts = dict.fromkeys(cluster.texts, metrics(known={}))
    assert cluster.examined()["facts"].verdict is Ending.WARNING

    configured(cluster, "{cluster-version: v1.30.4-r0, cluster-type: standard, node-ip: 10.1.0.4}")
    assert cluster.examined()["facts"].verdict is Ending.OK


def test_without_pods_the_deployment_says_where_the_certificate_is() -> None:
    cluster = Recorded()
    cluster.lists[f"{INSIDE}/pods"] = []
    deployment = copy.deepcopy(manifest("deployment"))
    serving = deployment["spec"]["template"]["spec"]["containers"][0]
    serving["args"] = ["serve", "--secret-name=elbguard-own"]
    cluster.lists[DEPLOYMENTS] = [deployment]
    cluster.objects[f"{INSIDE}/secrets/elbguard-own"] = cluster.objects.pop(f"{INSIDE}/secrets/elbguard-tls")

    assert "elbguard/elbguard-own" in says(cluster.examined()["certificate"])


def test_a_certificate_of_cert_manager_is_looked_for_where_it_is_mounted() -> None:
    cluster = Recorded()
    pods = [pod(name, "--tls-cert=/etc/elbguard-tls/tls.crt") for name in ("elbguard-a", "elbguard-b")]
    for each in pods:
        each["spec"]["containers"][0]["volumeMounts"].append({"name": "tls", "mountPath": "/etc/elbguard-tls"})
        each["spec"]["volumes"].append({"name": "tls", "secret": {"secretName": "elbguard-cert-manager"}})
    cluster.lists[f"{INSIDE}/pods"] = pods
    kept = cluster.objects.pop(f"{INSIDE}/secrets/elbguard-tls")
    cluster.objects[f"{INSIDE}/secrets/elbguard-cert-manager"] = kept

    assert cluster.examined()["certificate"].verdict is Ending.OK


def test_a_certificate_that_ends_soon_is_told() -> None:
    cluster = Recorded()
    ca, _ = pairs.make([HOST], NOW)
    bundled(cluster, ca, pairs.make_leaf(ca, [HOST], NOW, timedelta(days=3)))

    assert cluster.examined()["certificate"].verdict is Ending.WARNING


def test_old_clusters_have_endpoints_only() -> None:
    cluster = Recorded()
    del cluster.lists[SLICES]
    subsets = [{"addresses": [{"ip": "10.0.0.4"}], "ports": [{"port": 8443}]}]
    cluster.objects[f"{INSIDE}/endpoints/elbguard"] = {"subsets": subsets}

    assert "1 ready endpoint" in says(cluster.examined()["service"])


def test_who_insists_on_being_asked_and_is_gone_is_named() -> None:
    cluster = Recorded()
    body = copy.deepcopy(cluster.lists[VALIDATING][0])
    body["metadata"] = {"name": "mesh"}
    body["webhooks"][0] |= {"name": "services.mesh.example.com", "failurePolicy": "Fail"}
    body["webhooks"][0]["clientConfig"]["service"]["name"] = "gone"
    cluster.lists[VALIDATING].append(body)
    step = cluster.examined()["other-webhooks"]

    assert step.verdict is Ending.WARNING
    assert "mesh/services.mesh.example.com insists" in says(step)


def test_a_ca_that_has_ended_vouches_for_nothing() -> None:
    cluster = Recorded()
    ca = pairs.make_ca(NOW - timedelta(days=50), timedelta(days=60))
    leaf = pairs.make_leaf(ca, [HOST], NOW, timedelta(days=5))
    bundled(cluster, ca, leaf)
    assert cluster.examined()["certificate"].verdict is Ending.WARNING

    ended = Pair(pairs.make_ca(NOW - timedelta(days=50), timedelta(days=40)).certificate, ca.key)
    bundled(cluster, ended, leaf)
    assert cluster.examined()["certificate"].verdict is Ending.FAILED


def test_a_chain_of_certificates_is_followed() -> None:
    cluster = Recorded()
    ca, leaf = pairs.make([HOST], NOW)
    bundled(cluster, ca, Pair(leaf.certificate + ca.certificate, leaf.key))

    assert cluster.examined()["certificate"].verdict is Ending.OK


def test_services_that_only_labels_choose_are_told() -> None:
    cluster = Recorded()
    cluster.change(VALIDATING, objectSelector={"matchLabels": {"team": "shop"}})
    step = cluster.examined()["rules"]

    assert step.verdict is Ending.WARNING
    assert "team" in says(step)


def test_a_replica_that_does_not_answer_ends_nothing() -> None:
    cluster = Recorded()
    cluster.texts = dict.fromkeys(cluster.texts, ApiError(0, "no answer: timed out"))
    steps = cluster.examined()

    assert steps["facts"].verdict is steps["replicas"].verdict is Ending.UNKNOWN
    assert exit_code(steps.values()) == 0


def test_a_dry_run_that_nobody_answers_is_not_known() -> None:
    cluster = Recorded()
    cluster.refuses = lambda body: ApiError(0, "no answer: timed out")

    assert "does not answer a dry run" in says(cluster.examined()["dry-run"])


def test_a_fault_of_ours_in_a_step_leaves_the_others_alone() -> None:
    cluster = Recorded()
    cluster.lists[POLICIES] = RuntimeError("oh")
    steps = cluster.examined()

    assert steps["policy"].verdict is Ending.UNKNOWN
    assert "an internal error of elbguard" in says(steps["policy"])
    assert steps["dry-run"].verdict is Ending.OK


def test_objects_of_any_shape_are_looked_at() -> None:
    shapes: list[Any] = [None, [], {}, "x", 7, [None], [{"webhooks": "x"}], [{"webhooks": [None, {"rules": [None]}]}]]
    for odd in shapes:
        cluster = Recorded()
        cluster.lists = dict.fromkeys(cluster.lists, odd if isinstance(odd, list) else [odd])
        cluster.objects = dict.fromkeys(cluster.objects, odd)
        for each in cluster.examined().values():
            assert "internal error" not in says(each), (odd, each)
