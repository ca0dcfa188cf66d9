"""The doctor on a real API server: a healthy installation, one planted fault after another, and Services that hang."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest

from elbguard import pairs
from tests.support.command import Done, elbguard
from tests.support.process import LOOPBACK, free_ports
from tests.support.waiting import wait_until
from tests.support.webhook import Webhook

from .cluster import Cluster
from .conftest import started
from .installed import NAME, PATHS, SECRETS, SERVICES, Installed, Json, encoded

MUTATING: Final = "MutatingWebhookConfiguration"
VALIDATING: Final = "ValidatingWebhookConfiguration"
PODS: Final = f"/api/v1/namespaces/{NAME}/pods"
ID: Final = "5083f225-9bf8-48fa-9c8b-67bd9693c4c0"
CONDITION: Final = [{"name": "cce-load-balancer", "expression": "object.spec.type == 'LoadBalancer'"}]
Plant = Callable[[Installed], None]


@pytest.fixture(scope="module")
def own() -> Iterator[Cluster]:
    """Run an API server of its own."""
    with started() as running:
        yield running


@pytest.fixture(scope="module")
def installation(own: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installed]:
    """Install elbguard once."""
    with Installed(own, tmp_path_factory.mktemp("installed")) as running:
        yield running


@pytest.fixture
def installed(installation: Installed) -> Iterator[Installed]:
    """Give an installation that is whole."""
    yield installation
    installation.restore()


def doctor(cluster: Cluster, *words: str, user: str = "admin") -> Done:
    """Run the real command as one of the users."""
    return elbguard("doctor", "--context", user, *words, KUBECONFIG=str(cluster.kubeconfig))


def examined(cluster: Cluster, *words: str, user: str = "admin") -> tuple[int, dict[str, Json]]:
    """The exit code, and the steps by their ids."""
    done = doctor(cluster, *words, "--format", "json", user=user)
    assert done.stderr == ""
    return done.returncode, {step["id"]: step for step in json.loads(done.stdout)["steps"]}


def by_verdict(steps: dict[str, Json], verdict: str) -> set[str]:
    """The ids of the steps that ended so."""
    return {id_ for id_, step in steps.items() if step["verdict"] == verdict}


def said(step: Json) -> str:
    """All that a step says."""
    return "\n".join(each["says"] for each in step["found"])


def deleted(kind: str) -> Plant:
    """Take a configuration away."""
    return lambda it: _ok(it.cluster.request("DELETE", f"{PATHS[kind]}/{NAME}"))


def _ok(answer: Any) -> None:
    assert answer.ok, answer.refusal


def only_creations(kind: str) -> Plant:
    """Let the rules leave updates out."""

    def plant(it: Installed) -> None:
        [rule] = it.configurations[kind]["webhooks"][0]["rules"]
        it.change(kind, rules=[{**rule, "operations": ["CREATE"]}])

    return plant


def dropped_conditions(it: Installed) -> None:
    """Apply match conditions, which this API server drops."""
    body = json.loads(json.dumps(it.configurations[VALIDATING]))
    body["webhooks"][0] |= {"matchConditions": CONDITION, "failurePolicy": "Fail"}
    _ok(it.cluster.request("DELETE", f"{PATHS[VALIDATING]}/{NAME}"))
    it.cluster.kubectl("apply", "--validate=false", "-f", "-", stdin=json.dumps(body), check=True)


def another_service(it: Installed) -> None:
    """Let both configurations call a Service that is not there."""
    for kind in PATHS:
        service = it.configurations[kind]["webhooks"][0]["clientConfig"]["service"]
        it.call(kind, service={**service, "name": "elbguard-new"})


def another_namespace(it: Installed) -> None:
    """Let both configurations call a namespace that is not there."""
    for kind in PATHS:
        service = it.configurations[kind]["webhooks"][0]["clientConfig"]["service"]
        it.call(kind, service={**service, "namespace": "platform"})


def another_port(it: Installed) -> None:
    """Let the Service have another port than the one that is called."""
    body = it.service()
    body["spec"]["ports"][0]["port"] = it.port - 1
    it.put(SERVICES, body)


def no_endpoints(it: Installed) -> None:
    """Let the Service be of the ordinary kind, with nothing behind it."""
    body = it.service()
    body["spec"] = {"type": "ClusterIP", "ports": body["spec"]["ports"], "selector": {"app": NAME}}
    it.put(SERVICES, body)


def unready_endpoints(it: Installed) -> None:
    """Let what is behind the Service not be ready."""
    no_endpoints(it)
    subsets = [{"notReadyAddresses": [{"ip": "10.0.0.7"}], "ports": [{"port": 8443, "name": "https"}]}]
    body = {"apiVersion": "v1", "kind": "Endpoints", "metadata": {"name": NAME}, "subsets": subsets}
    it.put(f"/api/v1/namespaces/{NAME}/endpoints", body)


def no_bundle(it: Installed) -> None:
    """Empty one caBundle."""
    it.call(VALIDATING, caBundle="")


def bundle_of_another(it: Installed) -> None:
    """Let one caBundle be another CA's."""
    it.call(MUTATING, caBundle=encoded(pairs.make(["localhost"])[0].certificate))


def no_secret(it: Installed) -> None:
    """Take the Secret away."""
    _ok(it.cluster.request("DELETE", f"{SECRETS}/{NAME}-tls"))


def expired_certificate(it: Installed) -> None:
    """Let the certificate be good no more."""
    it.put(SECRETS, it.secret(it.expired()))


def certificate_for_another(it: Installed) -> None:
    """Let the certificate be for another name."""
    it.put(SECRETS, it.secret(pairs.make_leaf(it.ca, ["elbguard.platform.svc"], datetime.now(UTC))))


def nobody_serves(it: Installed) -> None:
    """End the program."""
    it.stop()


def lets_pass(it: Installed) -> None:
    """Serve with a mode that refuses nothing."""
    it.serve(["--mode", "audit"])


def pods(it: Installed, *flags: str) -> None:
    """Make a replica for each of these arguments."""
    for number, flag in enumerate(flags):
        container = {"name": NAME, "image": "elbguard:1", "args": ["serve", "--watch-cluster", flag]}
        metadata = {"name": f"elbguard-{number}", "labels": {"app": NAME}}
        it.put(PODS, {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": {"containers": [container]}})


def other_flags(it: Installed) -> None:
    """Let two replicas run with different flags."""
    pods(it, "--mode=warn", "--mode=enforce")


def left_over(it: Installed) -> None:
    """Leave a configuration of an older installation behind."""
    body = json.loads(json.dumps(it.configurations[VALIDATING]))
    body["metadata"]["name"] = "elbguard-old"
    client = body["webhooks"][0]["clientConfig"]
    client["service"]["namespace"] = "elbguard-old"
    del client["caBundle"]
    it.put(PATHS[VALIDATING], body)


def left_over_insisting(it: Installed) -> None:
    """Leave one behind without which no Service is created any more."""
    body = json.loads(json.dumps(it.configurations[VALIDATING]))
    body["metadata"]["name"] = "elbguard-old"
    body["webhooks"][0]["clientConfig"]["service"]["namespace"] = "elbguard-old"
    body["webhooks"][0]["failurePolicy"] = "Fail"
    it.put(PATHS[VALIDATING], body)


def doubled(it: Installed) -> None:
    """Register elbguard twice."""
    body = json.loads(json.dumps(it.configurations[MUTATING]))
    body["metadata"]["name"] = "a-second-elbguard"
    it.put(PATHS[MUTATING], body)


FAULTS: Final[dict[str, tuple[str, Plant, str]]] = {
    "no mutating configuration": ("configurations", deleted(MUTATING), "there is no mutating configuration"),
    "no validating configuration": ("configurations", deleted(VALIDATING), "there is no validating configuration"),
    "no updates filled in": ("rules", only_creations(MUTATING), "do not cover UPDATE"),
    "no updates judged": ("rules", only_creations(VALIDATING), "do not cover UPDATE"),
    "conditions dropped": ("match-conditions", dropped_conditions, "has not kept cce-load-balancer"),
    "no such Service": ("service", another_service, "there is no Service elbguard/elbguard-new"),
    "no such namespace": ("service", another_namespace, "there is no Service platform/elbguard"),
    "no such port": ("service", another_port, "has no port"),
    "no endpoints": ("service", no_endpoints, "has no endpoints"),
    "no ready endpoints": ("service", unready_endpoints, "of which none is ready"),
    "no caBundle": ("certificate", no_bundle, "is empty"),
    "a caBundle of another CA": ("certificate", bundle_of_another, "does not vouch"),
    "no Secret": ("certificate", no_secret, "there is no Secret"),
    "an expired certificate": ("certificate", expired_certificate, "expired"),
    "a certificate for another name": ("certificate", certificate_for_another, "is not for elbguard.elbguard.svc"),
    "nobody serves": ("dry-run", nobody_serves, "defaults are not filled in"),
    "errors pass": ("dry-run", lets_pass, "a bad Service is admitted"),
    "other flags": ("replicas", other_flags, "different flags"),
    "a configuration left over": ("orphans", left_over, "elbguard-old is left over"),
    "one left over that insists": ("orphans", left_over_insisting, "elbguard-old is left over"),
    "a configuration twice": ("orphans", doubled, "elbguard is asked twice"),
}


@pytest.fixture
def planted(installation: Installed, request: pytest.FixtureRequest) -> Iterator[tuple[str, str]]:
    """Plant a fault, and mend it afterwards."""
    step, plant, words = FAULTS[request.param]
    installation.restore()
    plant(installation)
    yield step, words
    for kind, name in ((VALIDATING, "elbguard-old"), (MUTATING, "a-second-elbguard")):
        installation.cluster.request("DELETE", f"{PATHS[kind]}/{name}")
    for number in range(2):
        installation.cluster.request("DELETE", f"{PODS}/elbguard-{number}?gracePeriodSeconds=0")
    installation.cluster.request("DELETE", f"/api/v1/namespaces/{NAME}/endpoints/{NAME}")
    if step == "dry-run":
        installation.serve()


def test_a_healthy_installation_has_no_fault(installed: Installed) -> None:
    code, steps = examined(installed.cluster)

    assert by_verdict(steps, "failed") == set()
    assert code == 0
    assert by_verdict(steps, "ok") == set(steps) - {"facts"}
    assert steps["facts"]["verdict"] == "warning"
    assert "does not watch the cluster" in said(steps["facts"])
    assert "refused by elbguard" in said(steps["dry-run"])
    assert "kubernetes.io/elb.lb-algorithm filled in" in said(steps["dry-run"])


@pytest.mark.parametrize("planted", FAULTS, indirect=True)
def test_a_fault_is_named_by_its_step_and_by_no_other(installation: Installed, planted: tuple[str, str]) -> None:
    step, words = planted
    code, steps = examined(installation.cluster)

    assert by_verdict(steps, "failed") == {step}
    assert words in said(steps[step])
    assert steps[step]["cures"]
    assert code == 1
    for other in by_verdict(steps, "not known") - {"facts", "replicas"}:
        assert "not looked at, because" in said(steps[other])


def test_it_is_told_for_people_too(installed: Installed) -> None:
    installed.call(VALIDATING, caBundle="")
    done = doctor(installed.cluster)

    assert done.returncode == 1
    assert "failed     The serving certificate is good, and the caBundles vouch for it" in done.stdout
    assert "-> Where replicas keep certificates" in done.stdout
    assert done.stdout.splitlines()[-1].startswith("11 steps: ")
    assert max(map(len, done.stdout.splitlines())) <= 100


def test_who_has_no_rights_is_told_which_are_missing(installed: Installed) -> None:
    code, steps = examined(installed.cluster, user="bob")

    assert code == 2
    assert by_verdict(steps, "failed") == set()
    right = "list mutatingwebhookconfigurations.admissionregistration.k8s.io"
    assert f"The right is missing to {right}" in said(steps["configurations"])


def test_the_rights_that_are_listed_are_all_it_needs(installed: Installed) -> None:
    admission = ["validatingadmissionpolicies", "validatingadmissionpolicybindings"]
    granted = [
        ("admissionregistration.k8s.io", ["mutatingwebhookconfigurations", *admission], "list"),
        ("admissionregistration.k8s.io", ["validatingwebhookconfigurations"], "list"),
        ("", ["nodes", "pods"], "list"),
        ("", ["namespaces", "services", "endpoints", "secrets", "configmaps", "pods/proxy"], "get"),
        ("k8s.cni.cncf.io", ["network-attachment-definitions"], "get"),
        ("apps", ["deployments"], "list"),
        ("discovery.k8s.io", ["endpointslices"], "list"),
        ("", ["services"], "create"),
    ]
    rules = [{"apiGroups": [group], "resources": resources, "verbs": [verb]} for group, resources, verb in granted]
    rbac = "/apis/rbac.authorization.k8s.io/v1"
    installed.put(f"{rbac}/clusterroles", {"metadata": {"name": "doctor"}, "rules": rules})
    role = {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "doctor"}
    subjects = [{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": "bob"}]
    body = {"metadata": {"name": "doctor"}, "roleRef": role, "subjects": subjects}
    installed.put(f"{rbac}/clusterrolebindings", body)
    try:
        wait_until(lambda: examined(installed.cluster, user="bob")[0] == 0)
    finally:
        _ok(installed.cluster.request("DELETE", f"{rbac}/clusterrolebindings/doctor"))


def test_where_no_cluster_answers_one_sentence_says_so(installed: Installed, tmp_path: Path) -> None:
    [port] = free_ports(1)
    config = json.loads(installed.cluster.kubeconfig.read_text())
    config["clusters"][0]["cluster"]["server"] = f"https://{LOOPBACK}:{port}"
    (tmp_path / "config").write_text(json.dumps(config))

    for words in (["--kubeconfig", str(tmp_path / "config")], ["--kubeconfig", str(tmp_path / "none")]):
        done = elbguard("doctor", *words)
        assert done.returncode == 2
        assert done.stdout == ""
        assert len(done.stderr.splitlines()) == 1


def test_an_exempt_namespace_is_nowhere_to_try_a_service(installed: Installed) -> None:
    installed.cluster.request(
        "PATCH",
        "/api/v1/namespaces/kube-system",
        {"metadata": {"labels": {"kubernetes.io/metadata.name": "kube-system"}}},
        content_type="application/merge-patch+json",
    )
    code, steps = examined(installed.cluster, "-n", "kube-system")

    assert steps["dry-run"]["verdict"] == "not known"
    assert "leaves out the namespace kube-system" in said(steps["dry-run"])
    assert code == 0


def test_another_webhook_that_changes_services_later_is_a_reason_to_be_asked_again(installed: Installed) -> None:
    body = json.loads(json.dumps(installed.configurations[MUTATING]))
    body["metadata"]["name"] = "zz-mesh"
    body["webhooks"][0] |= {"name": "services.mesh.example.com", "failurePolicy": "Ignore"}
    installed.put(PATHS[MUTATING], body)
    installed.change(MUTATING, reinvocationPolicy="Never")
    try:
        code, steps = examined(installed.cluster)
    finally:
        installed.cluster.request("DELETE", f"{PATHS[MUTATING]}/zz-mesh")

    assert code == 0
    assert steps["other-webhooks"]["verdict"] == "warning"
    assert "zz-mesh" in said(steps["other-webhooks"])


def test_a_replica_that_may_not_list_nodes_does_not_know_them(own: Cluster, installed: Installed) -> None:
    config = json.loads(own.kubeconfig.read_text()) | {"current-context": "bob"}
    theirs = own.workdir / "bobs"
    theirs.write_text(json.dumps(config))
    for kind in PATHS:
        own.request("DELETE", f"{PATHS[kind]}/{NAME}")
    with Webhook(["--watch-cluster"], {"KUBECONFIG": str(theirs)}) as webhook:
        own.register(webhook.mutate_url, webhook.validate_url, webhook.ca_pem)
        code, steps = examined(own)
        own.unregister()

    assert by_verdict(steps, "failed") == {"facts"}
    assert "does not know the addresses of nodes" in said(steps["facts"])
    assert code == 1


def test_a_healthy_installation_called_by_address_has_no_fault(own: Cluster, installed: Installed) -> None:
    for kind in PATHS:
        own.request("DELETE", f"{PATHS[kind]}/{NAME}")
    with Webhook(["--watch-cluster"], {"KUBECONFIG": str(own.kubeconfig)}) as webhook:
        own.register(webhook.mutate_url, webhook.validate_url, webhook.ca_pem)
        code, steps = examined(own)
        own.unregister()

    assert by_verdict(steps, "failed") == by_verdict(steps, "not known") == set()
    assert "knows the addresses of nodes" in said(steps["facts"])
    assert code == 0


def hanging(it: Installed, name: str, port: int = 80) -> str:
    """Make a Service that waits for an existing load balancer; give its namespace and name."""
    spec = {"type": "LoadBalancer", "selector": {"app": name}, "ports": [{"port": port}]}
    metadata = {"name": name, "annotations": {"kubernetes.io/elb.id": ID, "kubernetes.io/elb.class": "union"}}
    answer = it.cluster.create_service("default", {"metadata": metadata, "spec": spec})
    assert answer.ok, answer.refusal
    return f"default/{name}"


def event(it: Installed, name: str, reason: str, message: str) -> None:
    """Let CCE say something about a Service."""
    body = {
        "metadata": {"generateName": f"{name}."},
        "involvedObject": {"kind": "Service", "namespace": "default", "name": name},
        "type": "Warning",
        "reason": reason,
        "message": message,
        "count": 3,
        "lastTimestamp": "2026-11-28T10:00:00Z",
    }
    _ok(it.cluster.request("POST", "/api/v1/namespaces/default/events", body))


MESSAGES: Final = {
    "ELB.8907": "the load balancer already has a listener: error_code: ELB.8907",
    "ELB.9899": "status_code: 400, error_code: ELB.9899, error_msg: vpc of loadbalancer mismatch",
    "cannot-modify": "can't modify service elb [kubernetes.io/elb.id] annotation",
}


@pytest.mark.parametrize("topic", MESSAGES)
def test_the_events_of_a_service_that_hangs_are_explained(installed: Installed, topic: str) -> None:
    name = f"event-{topic.lower().replace('.', '-')}"
    place = hanging(installed, name, 9000 + len(topic) + list(MESSAGES).index(topic))
    event(installed, name, "SyncLoadBalancerFailed", MESSAGES[topic])
    code, steps = examined(installed.cluster, place)

    assert code == 1
    assert by_verdict(steps, "failed") == {"state", "events"}
    assert f"elbguard explain {topic}" in steps["events"]["cures"]
    assert "has a subnet" in said(steps["load-balancer"])


def test_two_services_on_one_port_of_a_load_balancer_are_named(installed: Installed) -> None:
    hanging(installed, "first", 8080)
    place = hanging(installed, "second", 8080)
    code, steps = examined(installed.cluster, "second", "-n", "default")

    assert code == 1
    assert "TCP port 8080" in said(steps["listeners"])
    assert "default/first" in said(steps["listeners"])
    assert place == "default/second"


def test_what_the_rules_have_against_a_service_is_said(own: Cluster, installed: Installed) -> None:
    for kind in PATHS:
        own.request("DELETE", f"{PATHS[kind]}/{NAME}")
    annotations = {"kubernetes.io/elb.id": "my-balancer", "kubernetes.io/elb.class": "shared"}
    spec = {"type": "LoadBalancer", "ports": [{"port": 80}]}
    answer = own.create_service("default", {"metadata": {"name": "wrong", "annotations": annotations}, "spec": spec})
    assert answer.ok
    _, steps = examined(own, "default/wrong")

    assert steps["rules"]["verdict"] == "failed"
    assert {"[ELB101]", "[ELB104]"} <= set(said(steps["rules"]).replace("\n", " ").split())


def test_a_service_that_is_served_hangs_no_more(installed: Installed) -> None:
    place = hanging(installed, "served", 8443)
    status = {"status": {"loadBalancer": {"ingress": [{"ip": "10.0.0.9"}]}}}
    path = "/api/v1/namespaces/default/services/served/status"
    _ok(installed.cluster.request("PATCH", path, status, content_type="application/merge-patch+json"))
    code, steps = examined(installed.cluster, place)

    assert by_verdict(steps, "failed") == set()
    assert "its address is 10.0.0.9" in said(steps["state"])
    assert code == 0


def test_a_service_that_is_not_there_is_said_with_one_that_is(installed: Installed) -> None:
    hanging(installed, "checkout", 8181)
    done = doctor(installed.cluster, "default/chekout")

    assert done.returncode == 2
    assert "There is no Service default/chekout in this cluster: did you mean checkout?" in done.stderr
