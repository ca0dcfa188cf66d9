"""The Helm chart on a real API server, by the real helm: installed, upgraded, rolled back, taken over and removed.

A replica runs as the Deployment says, with the rights that the chart gives it, in a namespace of the operator's own.
"""

import base64
import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.built import BEFORE_1_21, MANIFESTS, NAME
from tests.support.charted import CHART, charted, helm, is_4
from tests.support.waiting import wait_until

from .cluster import Cluster, Result
from .conftest import started
from .kinds import known
from .registration import MUTATING_PATH, VALIDATING_PATH
from .replica import account, bundles, replica

PLACE = "my-ns"
RELEASE = "guard"
OLD = ("--kube-version", "v1.20.2")
KEYS = ("ca.crt", "ca.key", "tls.crt", "tls.key")
WHERE = "all", "secrets", "configmaps", "serviceaccounts", "roles", "rolebindings", "hpa", "pdb", "cronjobs"
OVERALL = "clusterroles", "clusterrolebindings", "priorityclasses", "mutatingwebhookconfigurations"
FINISHED = ("validatingwebhookconfigurations", "namespaces")


class Helm:
    """The real helm, as the administrator of a cluster."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster

    def run(self, *args: str, namespace: str = PLACE) -> Result:
        """Run it, whatever comes of it."""
        env = {"HOME": str(self.cluster.workdir), "KUBECONFIG": str(self.cluster.kubeconfig), "PATH": "/usr/bin:/bin"}
        command = [str(helm()), "--kube-context=admin", f"--namespace={namespace}", *args]
        done = subprocess.run(command, capture_output=True, text=True, env=env, check=False)
        return Result(done.stdout, done.stderr, done.returncode)

    def __call__(self, *args: str, namespace: str = PLACE) -> Result:
        """Run it; it does what it is asked. Helm 3 knows one way to apply, that of the client."""
        of_4 = ("--server-side", "--force-conflicts")
        done = self.run(*(each for each in args if is_4() or not each.startswith(of_4)), namespace=namespace)
        assert done.code == 0, done.stderr
        return done

    def install(self, *flags: str, namespace: str = PLACE) -> Result:
        """Install the chart as README.md says, or upgrade to it."""
        return self("upgrade", "--install", RELEASE, str(CHART), "--create-namespace", *flags, namespace=namespace)

    def everything(self) -> set[str]:
        """The names of all objects that the chart could leave behind."""
        found = self.cluster.kubectl("get", "-A", "--output=name", ",".join((*WHERE, *OVERALL, *FINISHED)), check=True)
        return set(found.stdout.split()) - {f"namespace/{PLACE}"}


@pytest.fixture(scope="module")
def bare() -> Iterator[Cluster]:
    """Run an API server of its own, where nothing is registered."""
    helm()
    with started() as running:
        yield running


@pytest.fixture
def by_helm(bare: Cluster) -> Iterator[Helm]:
    """Give helm; what it installed is removed afterwards."""
    giving = Helm(bare)
    yield giving
    giving("uninstall", RELEASE, "--ignore-not-found")


def kept(cluster: Cluster, namespace: str = PLACE) -> tuple[list[str], dict[str, str]]:
    """What the replicas wrote: the caBundles, and the Secret."""
    secret = cluster.request("GET", f"/api/v1/namespaces/{namespace}/secrets/elbguard-tls").body
    return bundles(cluster), secret.get("data") or {}


def write(cluster: Cluster, namespace: str = PLACE) -> tuple[list[str], dict[str, str]]:
    """Write what the replicas would, with their rights."""
    text = base64.b64encode(b"of the replicas").decode()
    add = json.dumps([{"op": "add", "path": "/webhooks/0/clientConfig/caBundle", "value": text}])
    me = ("--as", account(namespace), "-n", namespace, "patch")
    for kind in ("mutatingwebhookconfiguration", "validatingwebhookconfiguration"):
        cluster.kubectl(*me, kind, NAME, "--type=json", f"--patch={add}", check=True)
    data = json.dumps({"data": dict.fromkeys(KEYS, text)})
    cluster.kubectl(*me, "secret", "elbguard-tls", "--type=merge", f"--patch={data}", check=True)
    return kept(cluster, namespace)


CHANGED = ("--set", "settings.proxy-mode=ipvs,validating.timeoutSeconds=4,commonLabels.team=net")
CHANGES = {
    "an upgrade": ("upgrade", RELEASE, str(CHART), *CHANGED),
    "an upgrade in the client's way": ("upgrade", RELEASE, str(CHART), "--server-side=false"),
    "an upgrade with conflicts forced": (
        *("upgrade", RELEASE, str(CHART), "--server-side=true", "--force-conflicts", *CHANGED),
    ),
    "an upgrade that would install": ("upgrade", "--install", RELEASE, str(CHART), "--reset-values"),
    "a rollback": ("rollback", RELEASE, "2"),
    "a rollback in the client's way": ("rollback", RELEASE, "1", "--server-side=false"),
}


def test_a_certificate_that_a_replica_made_outlives_upgrades_rollbacks_and_applies(
    by_helm: Helm, tmp_path: Path
) -> None:
    cluster = by_helm.cluster
    by_helm.install()
    args = charted({}).container["args"]
    with replica(cluster, tmp_path, args, PLACE) as running:
        wait_until(lambda: all(bundles(cluster)) and "nodes are read" in running.log(), running.log)
        made = kept(cluster)
        assert set(made[1]) == set(KEYS)
        for name, command in CHANGES.items():
            by_helm(*command)
            assert kept(cluster) == made, name

        # As Argo CD does it, which renders, compares and applies what differs.
        rendered = yaml.safe_dump_all(charted({"createNamespace": False}, *OLD, namespace=PLACE))
        for flags in ((), ("--server-side", "--force-conflicts", "--field-manager=argocd-controller")):
            cluster.kubectl("apply", *flags, "-f", "-", stdin=rendered, check=True)
            assert kept(cluster) == made, flags
            differing = cluster.kubectl("diff", "-f", "-", stdin=rendered)
            assert (differing.code, differing.stdout) == (0, ""), differing
        assert "403" not in running.log()
        lead_to(cluster, int(re.findall(r"serves on https://[^:]+:(\d+)", running.log())[0]))
        asked = service("bad", type="LoadBalancer", annotations={"kubernetes.io/elb.class": "shiny"})
        wait_until(lambda: "[ELB101]" in cluster.create_service("default", asked, dry_run=True).refusal, running.log)


def test_nothing_is_left_after_removal_and_services_are_made(by_helm: Helm) -> None:
    before = by_helm.everything()
    done = by_helm.install("--set", "audit.enabled=true,validating.failurePolicy=Fail")
    there = by_helm.everything() - before
    for command in re.findall(r"^  kubectl (label .* kubernetes.io/metadata.name=.*)$", done.stdout, re.M):
        by_helm.cluster.kubectl(*command.split(), check=True)
    refused = by_helm.cluster.create_service("default", service("while-away"))
    wait_until(lambda: by_helm.cluster.create_service(PLACE, service("left-out"), dry_run=True).ok)
    by_helm("uninstall", RELEASE)
    made = by_helm.cluster.create_service("default", service("afterwards"))

    assert len(there) > 20
    assert "failed calling webhook" in refused.refusal
    assert by_helm.everything() - before == {"service/afterwards"}
    assert made.ok, made.refusal


def lead_to(cluster: Cluster, port: int) -> None:
    """Let the Service stand for a port of this machine: no network here leads to a cluster IP."""
    path = f"/api/v1/namespaces/{PLACE}/services"
    cluster.request("DELETE", f"{path}/{NAME}")
    made = service(NAME, type="ExternalName", externalName="localhost", ports=[{"port": port}])
    assert cluster.request("POST", path, made).ok
    for webhooks in (MUTATING_PATH, VALIDATING_PATH):
        operation = [{"op": "replace", "path": "/webhooks/0/clientConfig/service/port", "value": port}]
        kind = "application/json-patch+json"
        assert cluster.request("PATCH", f"{webhooks}/{NAME}", operation, content_type=kind).ok


def test_the_commands_of_the_readme_install_and_remove(by_helm: Helm) -> None:
    text = (MANIFESTS / "README.md").read_text(encoding="utf-8").replace("\\\n", "")
    [install] = re.findall(r"^helm (upgrade --install .*)$", text, re.M)
    [remove] = re.findall(r"`helm (uninstall [^`]*)`", text)
    before = by_helm.everything()
    made = by_helm(*install.replace("manifests/chart", str(CHART)).split(), namespace=NAME)
    there = by_helm.everything() - before
    by_helm(*remove.split(), namespace=NAME)

    assert "NO IMAGE" not in made.stdout
    assert {"validatingwebhookconfiguration.admissionregistration.k8s.io/elbguard", "secret/elbguard-tls"} <= there
    assert by_helm.everything() - before <= {f"namespace/{NAME}"}


def service(name: str, annotations: dict[str, str] | None = None, **spec: Any) -> dict[str, Any]:
    """A Service with one port."""
    metadata = {"name": name, "annotations": annotations or {}}
    return {"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": {"ports": [{"port": 80}], **spec}}


def test_a_second_installation_is_refused_in_one_sentence_and_leaves_no_trace(by_helm: Helm) -> None:
    by_helm.install()
    before = by_helm.everything()
    second = by_helm.run("install", "another", str(CHART), "--create-namespace", namespace="elsewhere")
    [sentence] = second.stderr.splitlines()

    assert second.code != 0
    assert f"elbguard is in this cluster already, as release {RELEASE} in namespace {PLACE}" in sentence
    assert by_helm.everything() - before <= {"namespace/elsewhere"}


def test_a_namespace_that_helm_would_remove_with_the_release_is_no_part_of_it(by_helm: Helm) -> None:
    refused = by_helm.run("install", RELEASE, str(CHART), "--create-namespace", "--set", "createNamespace=true")

    assert "createNamespace is for helm template" in refused.stderr
    assert "release: not found" in by_helm.run("status", RELEASE).stderr


def test_what_kubectl_installed_is_taken_over_with_its_certificate(by_helm: Helm) -> None:
    cluster = by_helm.cluster
    cluster.kubectl("apply", "-k", str(MANIFESTS / BEFORE_1_21), check=True)
    made = write(cluster, NAME)
    refused = by_helm.run("upgrade", "--install", RELEASE, str(CHART), namespace=NAME)
    by_helm.install("--take-ownership", "--force-conflicts", namespace=NAME)

    assert "invalid ownership metadata" in refused.stderr
    assert kept(cluster, NAME) == made
    by_helm("uninstall", RELEASE, namespace=NAME)


def test_an_upgrade_leaves_the_number_of_replicas_to_the_autoscaler(by_helm: Helm) -> None:
    path = f"/apis/apps/v1/namespaces/{PLACE}/deployments/{NAME}"
    by_helm.install()
    scaled = {"spec": {"replicas": 5}}
    by_helm.cluster.request("PATCH", path, scaled, content_type="application/merge-patch+json")
    for flags in ((), ("--server-side=false",)):
        by_helm.install("--set", "image.tag=v2", *flags)

        assert by_helm.cluster.request("GET", path).body["spec"]["replicas"] == 5


def test_without_the_autoscaler_the_values_say_how_many(by_helm: Helm) -> None:
    path = f"/apis/apps/v1/namespaces/{PLACE}/deployments/{NAME}"
    by_helm.install("--set", "autoscaler.enabled=false", "--set-string", "replicas=3")

    assert by_helm.cluster.request("GET", path).body["spec"]["replicas"] == 3


def test_what_the_cluster_serves_is_found_by_itself_and_cert_manager_may_come_and_go(by_helm: Helm) -> None:
    cluster = by_helm.cluster
    by_helm.install()
    write(cluster)
    unknown = by_helm.run("upgrade", RELEASE, str(CHART), "--set", "certManager.enabled=true")
    known(cluster, "monitoring.coreos.com", "ServiceMonitor", "PrometheusRule")
    known(cluster, "cert-manager.io", "Certificate", "Issuer")
    by_helm.install("--set", "certManager.enabled=true")
    kinds = "servicemonitors,prometheusrules,certificates,issuers"
    found = cluster.kubectl("-n", PLACE, "get", kinds, "--output=name", check=True).stdout.split()
    back = by_helm.install("--reset-values")
    left = cluster.kubectl("-n", PLACE, "get", kinds, "--output=name", check=True).stdout.split()

    assert "cert-manager.io" in unknown.stderr
    assert sorted(each.partition(".")[0] for each in found) == [
        *("certificate", "certificate", "issuer", "issuer", "prometheusrule", "servicemonitor"),
    ]
    assert sorted(each.partition(".")[0] for each in left) == ["prometheusrule", "servicemonitor"]
    assert kept(cluster)[1] == {}  # the replicas fill it
    assert "kubectl label namespace my-ns kubernetes.io/metadata.name=my-ns" in back.stdout
