"""The manifests on a real API server, of v1.20, with `kubectl apply -k` and the commands of manifests/README.md.

What v1.20 does not know is written otherwise for it: disruption budgets by their beta version, match conditions not at
all, cert-manager's kinds by definitions without a schema. For later releases: tests/unit/manifests/test_schemas.py.

First come the tests that create Services, with the webhooks registered by URL; once they are registered by Service no
Service is created any more, since nothing here answers at a cluster IP.
"""

import base64
import json
import os
import re
import shlex
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support import patched
from tests.support.built import (
    BASE,
    BEFORE_1_21,
    CERT_MANAGER,
    COMPONENTS,
    FOLDERS,
    MANIFESTS,
    MATCH_CONDITIONS,
    NAME,
    PATCHING,
    POLICY,
    SHADOW,
    built,
    combined,
)
from tests.support.kubectl import NO_CURRENT, current
from tests.support.patched import ADMISSION, CONFIGURATIONS, Patch
from tests.support.process import LOOPBACK, Server, free_ports
from tests.support.waiting import wait_until
from tests.support.webhook import Webhook

from .cluster import Cluster, Result
from .control_plane import BINARIES
from .kinds import known
from .registration import MUTATING, MUTATING_PATH, VALIDATING, VALIDATING_PATH
from .replica import account, bundles, replica

ACCOUNT = account()
WITHOUT_CONDITIONS = [
    Patch(ADMISSION, kind, {"op": "remove", "path": "/webhooks/0/matchConditions"}) for kind in CONFIGURATIONS
]
FOR_V1_20: dict[str, list[Patch]] = {BEFORE_1_21: [], MATCH_CONDITIONS: [patched.BETA_BUDGET, *WITHOUT_CONDITIONS]}
WAIT_SECONDS = 30.0
OLDER = (MANIFESTS / BEFORE_1_21 / "elbguard.yaml").read_text(encoding="utf-8")
Install = Callable[[str, list[Patch]], Result]


@pytest.fixture(scope="module")
def bare() -> Iterator[Cluster]:
    """Run an API server of its own, where nothing is registered."""
    assets = Path(os.environ.get("KUBEBUILDER_ASSETS", "/nowhere"))
    if not all((assets / name).is_file() for name in BINARIES):
        pytest.skip("end-to-end tests need a real API server: set KUBEBUILDER_ASSETS")
    with Cluster(assets.resolve()) as running:
        yield running


@pytest.fixture
def install(bare: Cluster, tmp_path: Path) -> Install:
    """Give the function that applies a folder of manifests/, with patches, as an operator's own kustomization would."""

    def apply(folder: str, patches: list[Patch]) -> Result:
        patched.write(tmp_path, folder, patches)
        return bare.kubectl("apply", "-k", str(tmp_path), program=builder(folder))

    return apply


def builder(folder: str) -> Path | None:
    """The kubectl that builds a folder; None is that of the API server."""
    if folder not in PATCHING:
        return None
    return current() or pytest.skip(NO_CURRENT)


@pytest.fixture(scope="module")
def kinds_of_cert_manager(bare: Cluster) -> None:
    """Make the two kinds known."""
    known(bare, "cert-manager.io", "Certificate", "Issuer")


@pytest.fixture(scope="module")
def judge() -> Iterator[Webhook]:
    """Run the real program."""
    with Webhook() as running:
        yield running


def service(kind: str = "LoadBalancer", algorithm: str = "ROUND_ROBIN") -> dict[str, Any]:
    """A Service for an existing load balancer."""
    annotations = {
        "kubernetes.io/elb.id": "5083f225-9bf8-48fa-9c8b-67bd9693c4c0",
        "kubernetes.io/elb.lb-algorithm": algorithm,
    }
    metadata, spec = {"name": "web", "annotations": annotations}, {"type": kind, "ports": [{"port": 80}]}
    return {"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": spec}


def printed(start: str) -> list[str]:
    """A command of the README that starts so: its arguments, without the word kubectl."""
    text = (MANIFESTS / "README.md").read_text(encoding="utf-8")
    [command] = re.findall(rf"^ *`?({re.escape(start)}[^`\n]*)", text, re.M)
    return shlex.split(command)[1:]


def test_a_service_that_becomes_a_load_balancer_is_judged(bare: Cluster, install: Install, judge: Webhook) -> None:
    assert install(BASE, patched.by_url(judge.url, judge.ca_pem)).code == 0
    bare.wait_until_active()
    namespace = bare.namespace()

    created = bare.create_service(namespace, service("ClusterIP", "round_robin"))
    changed = bare.patch_service(namespace, "web", {"spec": {"type": "LoadBalancer"}})

    assert created.ok
    assert "[ELB301]" in changed.refusal


def test_our_own_namespace_is_exempt_and_kube_system_by_the_label_of_the_readme(
    bare: Cluster, install: Install, judge: Webhook
) -> None:
    assert install(BASE, patched.by_url(judge.url, judge.ca_pem)).code == 0
    bare.wait_until_active()
    broken = service(algorithm="round_robin")

    assert bare.create_service(NAME, broken, dry_run=True).ok
    assert "[ELB301]" in bare.create_service("kube-system", broken, dry_run=True).refusal
    bare.kubectl(*printed("kubectl label namespace kube-system"), check=True)
    wait_until(lambda: bare.create_service("kube-system", broken, dry_run=True).ok)


def test_in_the_shadow_nothing_is_refused_and_filling_is_tried_by_label(
    bare: Cluster, install: Install, tmp_path: Path
) -> None:
    config = tmp_path / "config.yaml"
    config.write_text(built(SHADOW).one("ConfigMap")["data"][config.name], encoding="utf-8")
    namespace = bare.namespace()
    with Webhook(("--config", str(config))) as shadow:
        assert install(SHADOW, patched.by_url(shadow.url, shadow.ca_pem)).code == 0
        bare.wait_until_active(lambda: bare.called_webhooks() == {VALIDATING})
        assert bare.create_service(namespace, service(algorithm="round_robin"), dry_run=True).ok
        assert 'elbguard_would_deny_total{rule="ELB301"} 1.0' in shadow.get("/metrics")[1]

        bare.kubectl("label", "namespace", "default", "elbguard.io/fill=true", check=True)
        bare.wait_until_active(lambda: bare.called_webhooks() == {MUTATING, VALIDATING})
        bare.kubectl("label", "namespace", "default", "elbguard.io/fill-", check=True)


@pytest.mark.parametrize("kind", ["ClusterIP", "NodePort", "LoadBalancer"])
def test_with_the_replicas_gone_services_are_still_created(bare: Cluster, install: Install, kind: str) -> None:
    [closed] = free_ports(1)
    assert install(BASE, patched.by_url(f"https://{LOOPBACK}:{closed}", b"")).code == 0
    wait_until(lambda: bare.called_webhooks() == {MUTATING, VALIDATING})

    assert bare.create_service(bare.namespace(), service(kind)).ok


DOOMED: dict[str, list[Patch]] = {
    BASE: [],
    MATCH_CONDITIONS: [patched.BETA_BUDGET],
    CERT_MANAGER: [patched.BETA_BUDGET],
    POLICY: [],
}


def parts(folder: str) -> list[str]:
    """The objects of a folder, but for the namespace and kube-system's, as arguments of kubectl get and delete."""
    found = [each for each in built(folder) if each["apiVersion"] != "cert-manager.io/v1"]
    objects = [each for each in found if each["metadata"].get("namespace") != "kube-system"]
    return [f"{each['kind']}/{each['metadata']['name']}" for each in objects if each["kind"] != "Namespace"]


def clear(cluster: Cluster) -> None:
    """Take away what is installed, but for the namespace, which nobody here would finish deleting."""
    cluster.kubectl("-n", NAME, "delete", "--ignore-not-found", *parts(BASE))


@pytest.mark.parametrize("kubectl", ["the API server's", "current"])
@pytest.mark.parametrize("folder", DOOMED)
def test_what_cannot_work_in_this_cluster_is_applied_not_even_in_part(
    bare: Cluster, tmp_path: Path, folder: str, kubectl: str
) -> None:
    program = (current() or pytest.skip(NO_CURRENT)) if kubectl == "current" else None
    clear(bare)
    patched.write(tmp_path, folder, DOOMED[folder])
    make_namespace, install = readme_commands(str(tmp_path))
    assert bare.kubectl(*make_namespace[0], cwd=MANIFESTS.parent, program=program).code == 0
    tried = bare.kubectl(*install[0], program=program)

    assert tried.code != 0  # so that the shell, by its &&, does not run the last one
    left = bare.kubectl("-n", NAME, "get", "--ignore-not-found", "--output=name", *parts(BASE))
    assert left.stdout == ""


def test_what_can_work_is_installed_by_the_commands_of_the_readme(bare: Cluster) -> None:
    clear(bare)
    for commands in readme_commands(str(MANIFESTS / BEFORE_1_21)):
        for command in commands:
            done = bare.kubectl(*command, cwd=MANIFESTS.parent)
            assert done.code == 0, done.stderr

    found = bare.kubectl("-n", NAME, "get", "--output=name", *parts(BASE), check=True)
    assert len(found.stdout.splitlines()) == len(parts(BASE))


def readme_commands(folder: str) -> list[list[list[str]]]:
    """The lines of the README's block that installs, each as commands joined by &&, without the word kubectl."""
    text = (MANIFESTS / "README.md").read_text(encoding="utf-8")
    [block] = re.findall(r"```\n(kubectl apply -f .*?)```", text, re.S)
    lines = block.replace("FOLDER", folder).splitlines()
    return [[shlex.split(command)[1:] for command in line.split(" && ")] for line in lines]


def test_what_a_cluster_would_keep_of_the_match_conditions_can_be_asked(bare: Cluster, tmp_path: Path) -> None:
    bare.kubectl("apply", "-f", str(MANIFESTS / BASE / "namespace.yaml"), check=True)
    patched.write(tmp_path, MATCH_CONDITIONS, [patched.BETA_BUDGET])
    ask = [each.replace("FOLDER", str(tmp_path)) for each in printed("kubectl apply -k FOLDER --dry-run=server -o")]
    names = [each.replace("matchConditions[*].", "") for each in ask]
    asked, named = (
        bare.kubectl(*command, "--validate=false", program=builder(MATCH_CONDITIONS), check=True)
        for command in (ask, names)
    )

    assert names != ask
    assert named.stdout == f"{MUTATING} {VALIDATING}"
    assert asked.stdout == ""  # v1.20 drops them when nobody validates, as v1.27 does


@pytest.mark.usefixtures("kinds_of_cert_manager")
@pytest.mark.parametrize("folder", FOLDERS)
def test_every_overlay_is_accepted_and_applying_again_changes_nothing(
    bare: Cluster, install: Install, folder: str
) -> None:
    patches = FOR_V1_20.get(folder, [patched.BETA_BUDGET])
    first, again = install(folder, patches), install(folder, patches)

    assert (first.code, again.code) == (0, 0), first.stderr + again.stderr
    assert len(again.stdout.splitlines()) == len(list(built(folder)))
    assert [line for line in again.stdout.splitlines() if not line.endswith(" unchanged")] == []


@pytest.mark.usefixtures("kinds_of_cert_manager")
def test_all_components_that_v1_20_can_know_are_accepted_together(bare: Cluster, tmp_path: Path) -> None:
    known(bare, "monitoring.coreos.com", "PrometheusRule", "ServiceMonitor")
    bare.kubectl("apply", "-f", str(MANIFESTS / BASE / "namespace.yaml"), check=True)
    together = list(combined(tmp_path, *(each for each in COMPONENTS if each != "match-conditions")))
    tried = bare.kubectl("apply", "--dry-run=server", "-k", str(tmp_path), program=builder(MATCH_CONDITIONS))

    assert tried.code == 0, tried.stderr
    assert len(tried.stdout.splitlines()) == len(together)


def test_of_the_base_as_it_is_v1_20_lacks_the_budget_only(bare: Cluster) -> None:
    applied = bare.kubectl("apply", "-k", str(MANIFESTS / BASE))

    assert len(applied.stdout.splitlines()) == len(list(built(BASE))) - 1
    assert re.findall(r"no matches for kind .*", applied.stderr) == [
        'no matches for kind "PodDisruptionBudget" in version "policy/v1"'
    ]


def test_a_cluster_that_does_not_know_match_conditions_refuses_them(bare: Cluster) -> None:
    bare.kubectl("delete", "--ignore-not-found", ",".join(CONFIGURATIONS), NAME, check=True)
    folder = str(MANIFESTS / MATCH_CONDITIONS)
    applied = bare.kubectl("apply", "-k", folder, program=builder(MATCH_CONDITIONS))

    assert 'unknown field "matchConditions"' in applied.stderr
    assert [bare.request("GET", f"{path}/{NAME}").status for path in (MUTATING_PATH, VALIDATING_PATH)] == [404, 404]


@pytest.mark.usefixtures("kinds_of_cert_manager")
@pytest.mark.parametrize("folder", FOLDERS)
def test_server_side_apply_after_the_other_apply_meets_no_conflict(bare: Cluster, tmp_path: Path, folder: str) -> None:
    patched.write(tmp_path, folder, FOR_V1_20.get(folder, [patched.BETA_BUDGET]))
    for flags in ([], ["--server-side"], ["--server-side", "--field-manager=another"], []):
        applied = bare.kubectl("apply", *flags, "-k", str(tmp_path), program=builder(folder))

        assert applied.code == 0, applied.stderr


@pytest.mark.parametrize("flag", ["--server-side=false", "--server-side"])
def test_applying_again_leaves_the_ca_that_the_replicas_wrote(bare: Cluster, flag: str) -> None:
    bare.kubectl("apply", "-k", str(MANIFESTS / BEFORE_1_21), check=True)
    bundle = base64.b64encode(b"of the replicas").decode()
    patch = json.dumps([{"op": "add", "path": "/webhooks/0/clientConfig/caBundle", "value": bundle}])
    for kind in CONFIGURATIONS:  # as the replicas do it, with their rights
        bare.kubectl("--as", ACCOUNT, "patch", kind, NAME, "--type=json", f"--patch={patch}", check=True)
    bare.kubectl("apply", flag, "-k", str(MANIFESTS / BEFORE_1_21), check=True)

    for path in (MUTATING_PATH, VALIDATING_PATH):
        [webhook] = bare.request("GET", f"{path}/{NAME}").body["webhooks"]
        assert webhook["clientConfig"]["caBundle"] == bundle


SECRET, ELSEWHERE = {"namespace": NAME, "name": "elbguard-tls"}, {"namespace": "default"}
MUTATING_ONES, VALIDATING_ONES = (f"{kind.lower()}s.{ADMISSION}" for kind in CONFIGURATIONS)
NETWORKS = "network-attachment-definitions.k8s.cni.cncf.io"


@pytest.mark.parametrize(
    ("allowed", "verbs", "resource", "where"),
    [
        (True, "get patch", MUTATING_ONES, {"name": NAME}),
        (True, "get patch", VALIDATING_ONES, {"name": NAME}),
        (False, "create update delete", VALIDATING_ONES, {"name": NAME}),
        (False, "get patch", VALIDATING_ONES, {"name": "of-others"}),
        (True, "get patch", "secrets", SECRET),
        (False, "create update delete", "secrets", SECRET),
        (False, "create", "secrets", {"namespace": NAME}),
        (False, "get patch", "secrets", {**SECRET, "name": "of-others"}),
        (False, "list watch", "secrets", {"namespace": NAME}),
        (False, "get create patch", "secrets", {**SECRET, **ELSEWHERE}),
        (True, "list watch", "nodes", {}),
        (False, "create update patch delete", "nodes", {}),
        (True, "list watch", "services", {}),
        (False, "get create update patch delete", "services", ELSEWHERE),
        (True, "list watch", "ingresses.networking.k8s.io", {}),
        (False, "get create update patch delete", "ingresses.networking.k8s.io", ELSEWHERE),
        (False, "get list watch create update patch delete", "pods", {"namespace": NAME}),
        (True, "get", NETWORKS, {"namespace": "kube-system", "name": "default-network"}),
        (False, "list", NETWORKS, {"namespace": "kube-system"}),
        (False, "get", NETWORKS, {"namespace": "default", "name": "default-network"}),
        (False, "get patch create", "secrets", {**SECRET, "namespace": "kube-system"}),
    ],
)
def test_the_replicas_may_do_this_and_not_that(
    bare: Cluster, allowed: bool, verbs: str, resource: str, where: dict[str, str]
) -> None:
    bare.kubectl("apply", "-k", str(MANIFESTS / BEFORE_1_21), check=True)
    plural, _, group = resource.partition(".")
    review = {"apiVersion": "authorization.k8s.io/v1", "kind": "SubjectAccessReview"}
    for verb in verbs.split():
        spec = {"user": ACCOUNT, "resourceAttributes": {"verb": verb, "resource": plural, "group": group, **where}}
        body = {**review, "spec": spec}
        answer = bare.request("POST", "/apis/authorization.k8s.io/v1/subjectaccessreviews", body)

        assert answer.body["status"].get("allowed", False) == allowed, verb


SECRET_PATH = f"/api/v1/namespaces/{NAME}/secrets/elbguard-tls"


@pytest.mark.parametrize("flags", [["--server-side=false"], ["--server-side"], ["--server-side", "--force-conflicts"]])
@pytest.mark.parametrize("of_old", [False, True], ids=["installed empty", "made by an elbguard of before"])
def test_applying_again_leaves_the_certificates_in_the_secret(bare: Cluster, flags: list[str], of_old: bool) -> None:
    bare.kubectl("apply", "-k", str(MANIFESTS / BEFORE_1_21), check=True)
    if of_old:
        bare.request("DELETE", SECRET_PATH)
        labels = {"app.kubernetes.io/managed-by": "elbguard"}
        body = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "elbguard-tls", "labels": labels}}
        assert bare.request("POST", SECRET_PATH.rpartition("/")[0], body).ok
    data = {key: base64.b64encode(b"of the replicas").decode() for key in ("ca.crt", "ca.key", "tls.crt", "tls.key")}
    patch = json.dumps({"data": data})  # as the replicas do it, with their rights
    named = ("secret", "elbguard-tls")
    bare.kubectl("--as", ACCOUNT, "-n", NAME, "patch", *named, "--type=merge", f"--patch={patch}", check=True)
    for _ in range(2):
        bare.kubectl("apply", *flags, "-k", str(MANIFESTS / BEFORE_1_21), check=True)

        assert bare.request("GET", SECRET_PATH).body["data"] == data


def _replica(cluster: Cluster, folder: Path) -> AbstractContextManager[Server]:
    return replica(cluster, folder, built(BASE).container["args"])


def _install_anew(cluster: Cluster) -> None:
    clear(cluster)
    cluster.kubectl("apply", "-k", str(MANIFESTS / BEFORE_1_21), check=True)


def test_with_these_rights_a_replica_does_all_it_wants(bare: Cluster, tmp_path: Path) -> None:
    _install_anew(bare)
    with _replica(bare, tmp_path) as running:
        wait_until(lambda: all(bundles(bare)) and "nodes are read" in running.log(), running.log)

        assert "tls.key" in bare.request("GET", SECRET_PATH).body["data"]
        assert not re.search(r"cannot \w+ resource", running.log())


RIGHTS = [
    (kind.lower(), role["metadata"].get("namespace", "default"), role["metadata"]["name"], index, verb)
    for kind, role in (
        (each["kind"], each) for each in yaml.safe_load_all(OLDER) if each["kind"] in ("Role", "ClusterRole")
    )
    for index, rule in enumerate(role["rules"])
    for verb in rule["verbs"]
]


@pytest.mark.parametrize(("kind", "place", "name", "index", "verb"), RIGHTS)
def test_none_of_these_rights_can_be_spared(
    bare: Cluster, tmp_path: Path, kind: str, place: str, name: str, index: int, verb: str
) -> None:
    _install_anew(bare)
    role = json.loads(bare.kubectl("-n", place, "get", kind, name, "--output=json", check=True).stdout)
    verbs = [each for each in role["rules"][index]["verbs"] if each != verb] or ["bind"]
    patch = json.dumps([{"op": "replace", "path": f"/rules/{index}/verbs", "value": verbs}])
    bare.kubectl("-n", place, "patch", kind, name, "--type=json", f"--patch={patch}", check=True)
    with _replica(bare, tmp_path) as running:
        wait_until(lambda: re.search(rf"403.*cannot {verb} resource", running.log()), running.log)


def test_a_secret_that_is_missing_is_named_with_what_to_do(bare: Cluster, tmp_path: Path) -> None:
    _install_anew(bare)
    bare.request("DELETE", SECRET_PATH)
    with _replica(bare, tmp_path) as running:
        wait_until(lambda: "there is no Secret elbguard/elbguard-tls" in running.log(), running.log)
        [command] = re.findall(r"run: kubectl (-n elbguard create secret generic elbguard-tls)", running.log())
        bare.kubectl(*command.split(), check=True)
        wait_until(lambda: all(bundles(bare)), running.log)


def test_one_command_removes_everything_the_webhook_configurations_first(bare: Cluster) -> None:
    bare.kubectl("apply", "-k", str(MANIFESTS / BEFORE_1_21), check=True)
    # No controller is here that would finish the deletion of a namespace.
    removed = bare.kubectl(*printed("kubectl delete --ignore-not-found"), "--wait=false", check=True)
    doomed = [each for each in built(BASE) if each["metadata"].get("namespace") != NAME]

    assert [line.partition(".")[0] for line in removed.stdout.splitlines()][:2] == [
        "validatingwebhookconfiguration",
        "mutatingwebhookconfiguration",
    ]
    assert len(removed.stdout.splitlines()) == len(doomed)
    for each in doomed:
        name, place = each["metadata"]["name"], each["metadata"].get("namespace", "default")
        left = bare.kubectl("-n", place, "get", each["kind"], name, "--output=jsonpath={.metadata.deletionTimestamp}")
        assert left.stdout if each["kind"] == "Namespace" else "NotFound" in left.stderr
