"""Live facts from the real API server, over the real client, with the rights of a Pod and no more."""

import contextlib
import dataclasses
import json
import logging
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Self

import pytest

from elbguard.cluster.asking import Api, ApiError, Pace
from elbguard.cluster.client import Patience, connect
from elbguard.cluster.live_facts import LiveFacts
from elbguard.cluster.signs import DEFAULT_NETWORK, NODES, turbo
from elbguard.cluster.watching import ListAndWatch
from elbguard.projects import Projects
from elbguard.settings import Settings
from tests.support.command import elbguard
from tests.support.process import LOOPBACK
from tests.support.waiting import wait_until

from .cluster import MERGE_PATCH, Cluster

PACE = Pace(again=0.1, longest=0.4, slow=0.4, steady=0.0, page=2)
PATIENCE = Patience(connect=2, answer=2, silence=90)
SECONDS = 60.0
NETWORKS = "network-attachment-definitions"
# What a manifest has to grant, and nothing else is needed.
NODES_RULE = {"apiGroups": [""], "resources": ["nodes"], "verbs": ["list", "watch"]}
NETWORK_RULE = {
    "apiGroups": ["k8s.cni.cncf.io"],
    "resources": [NETWORKS],
    "resourceNames": ["default-network"],
    "verbs": ["get"],
}


class Proxy:
    """A TCP proxy before the API server, on a port of its own, that can be cut and mended."""

    def __init__(self, port: int) -> None:
        self._target = port
        self._open: list[socket.socket] = []
        self._lock = threading.Lock()
        self._listener: socket.socket | None = None
        self.port = 0
        self.mend()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.cut()

    def mend(self) -> None:
        """Listen, on the same port as before."""
        self._listener = socket.create_server((LOOPBACK, self.port))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def cut(self) -> None:
        """Refuse connections, and break those there are."""
        with self._lock:
            ends, self._open = [*self._open, self._listener], []
        for end in filter(None, ends):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def _accept(self, listener: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = listener.accept()
                far = socket.create_connection((LOOPBACK, self._target))
                with self._lock:
                    self._open += [near, far]
                for pair in ((near, far), (far, near)):
                    threading.Thread(target=self._pump, args=pair, daemon=True).start()

    @staticmethod
    def _pump(source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)


def done(answer: Any) -> None:
    assert answer.ok, answer.refusal


def create_node(cluster: Cluster, name: str, *addresses: tuple[str, str]) -> None:
    """Create a node as an administrator and report its status as a kubelet."""
    manifest = {"apiVersion": "v1", "kind": "Node", "metadata": {"name": name}}
    cluster.kubectl("create", "-f", "-", stdin=json.dumps(manifest), check=True)
    set_addresses(cluster, name, *addresses)


def set_addresses(cluster: Cluster, name: str, *addresses: tuple[str, str]) -> None:
    status = {"status": {"addresses": [{"type": kind, "address": address} for kind, address in addresses]}}
    done(cluster.request("PATCH", f"{NODES}/{name}/status", status, content_type=MERGE_PATCH))


def crd(group: str, plural: str, kind: str) -> dict[str, Any]:
    """A CRD that takes anything."""
    schema = {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}}
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{plural}.{group}"},
        "spec": {
            "group": group,
            "scope": "Namespaced",
            "names": {"plural": plural, "kind": kind},
            "versions": [{"name": "v1", "served": True, "storage": True, "schema": schema}],
        },
    }


@contextlib.contextmanager
def applied(cluster: Cluster, manifest: dict[str, Any]) -> Iterator[None]:
    """Have a CRD in the cluster for a while."""
    cluster.kubectl("apply", "-f", "-", stdin=json.dumps(manifest), check=True)
    name = manifest["metadata"]["name"]
    cluster.kubectl("wait", "--for=condition=Established", f"crd/{name}", "--timeout=30s", check=True)
    try:
        yield
    finally:
        cluster.kubectl("delete", "crd", name, check=True)


@contextlib.contextmanager
def observing(api: Api, **settings: Any) -> Iterator[LiveFacts]:
    """Observe in the background for a while."""
    facts = LiveFacts(Settings(**settings), api, pace=PACE)
    facts.start()
    try:
        yield facts
    finally:
        facts.stop()


def has(facts: LiveFacts, *addresses: str) -> bool:
    """Whether exactly these are the addresses of the nodes."""
    cluster = facts.current()
    return cluster.knows("node_ips") and cluster.node_ips == set(map(ip_address, addresses))


@pytest.fixture
def api(cluster: Cluster) -> Api:
    """Connect as the administrator, by KUBECONFIG."""
    return connect({"KUBECONFIG": str(cluster.kubeconfig)}, patience=PATIENCE)


@pytest.fixture(autouse=True)
def no_nodes(cluster: Cluster) -> Iterator[None]:
    """Leave no node behind."""
    yield
    cluster.kubectl("delete", "nodes", "--all", check=True)


def test_an_api_server_that_is_not_cces_leaves_the_version_unknown(cluster: Cluster, api: Api) -> None:
    with observing(api) as facts:
        assert facts.wait(SECONDS)

        assert api.get("/version", {})["gitVersion"].startswith("v1.")
        assert not any(facts.current().knows(fact) for fact in ("version", "type", "proxy_mode"))
        assert facts.ages().keys() == {"node_ips"}


def test_nodes_are_followed(cluster: Cluster, api: Api) -> None:
    create_node(cluster, "first", ("InternalIP", "10.1.0.1"), ("Hostname", "first"))
    create_node(cluster, "bare")
    create_node(cluster, "third", ("InternalIP", "10.1.0.3"), ("ExternalIP", "80.1.0.3"), ("Hostname", "10.1.0.33"))
    with observing(api) as facts:
        assert facts.wait(SECONDS)
        assert has(facts, "10.1.0.1", "10.1.0.3", "80.1.0.3", "10.1.0.33")

        create_node(cluster, "late", ("InternalIP", "fd00::4"))
        cluster.kubectl("delete", "node", "third", check=True)
        wait_until(lambda: has(facts, "10.1.0.1", "fd00::4"))
        set_addresses(cluster, "first", ("InternalIP", "10.1.0.11"))
        wait_until(lambda: has(facts, "10.1.0.11", "fd00::4"))


class Outdated:
    """The API of a client that was away for very long: its first watch begins in the distant past."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self.get, self.close = api.get, api.close
        self.watches: list[list[Any]] = []

    def watch(self, path: str, query: Mapping[str, str]) -> Iterator[Any]:
        """Watch, and keep the events."""
        self.watches.append([])
        old = {"resourceVersion": "1"} if len(self.watches) == 1 else {}
        for event in self._api.watch(path, {**query, **old}):
            self.watches[-1].append(event)
            yield event


class Listener:
    """What is known, and what failed."""

    def __init__(self) -> None:
        self.known: set[str] = set()
        self.failures: list[ApiError] = []

    def changed(self, known: Mapping[str, bool], *_: object) -> None:
        """Remember the names."""
        self.known = {name.rpartition("/")[2] for name in known}

    def heard(self) -> None:
        """Nothing to do."""

    def failed(self, error: ApiError) -> None:
        """Remember why."""
        self.failures.append(error)


def test_what_the_api_server_has_forgotten_is_listed_again(cluster: Cluster, api: Api) -> None:
    # Of a kind that is new, the API server remembers nothing of the past; of nodes it remembers all.
    path = f"/apis/example.com/v1/namespaces/{cluster.namespace()}/things"
    outdated, listener = Outdated(api), Listener()
    pace = dataclasses.replace(PACE, watch=1)
    things = ListAndWatch(outdated, path, lambda _: True, listener, time.monotonic, pace)

    def create(name: str) -> None:
        body = {"apiVersion": "example.com/v1", "kind": "Thing", "metadata": {"name": name}}
        done(cluster.request("POST", path, body))

    with applied(cluster, crd("example.com", "things", "Thing")):
        create("first")
        things.turn()
        assert [event["object"]["code"] for event in outdated.watches[0]] == [410]
        create("second")
        things.turn()

    assert listener.known == {"first", "second"}
    assert listener.failures == []


def test_security_groups_are_a_sign_of_turbo(cluster: Cluster, api: Api) -> None:
    with observing(api) as facts, observing(api, cluster_type="standard") as decided:
        assert facts.wait(SECONDS)
        with applied(cluster, crd("crd.yangtse.cni", "securitygroups", "SecurityGroup")):
            wait_until(lambda: facts.current().knows("type"))
            assert facts.current().type == "turbo"
            assert decided.current().type == "standard"


def test_init_writes_what_a_cluster_says_of_itself_and_check_reads_it(cluster: Cluster, tmp_path: Path) -> None:
    create_node(cluster, "one", ("InternalIP", "10.0.0.4"))
    create_node(cluster, "two", ("InternalIP", "10.0.0.5"), ("ExternalIP", "203.0.113.5"))
    with applied(cluster, crd("crd.yangtse.cni", "securitygroups", "SecurityGroup")):
        ended = elbguard("init", "--from-cluster", cwd=tmp_path, KUBECONFIG=str(cluster.kubeconfig))
    found = Projects({}).settings_for(tmp_path / "web.yaml")

    assert ended.returncode == 0, ended.stderr
    assert "not known yet: cluster-version, proxy-mode" in ended.stderr  # it is not CCE's
    assert (found.cluster_type, found.cluster_version) == ("turbo", None)
    assert sorted(map(str, found.node_ip)) == ["10.0.0.4", "10.0.0.5", "203.0.113.5"]
    assert "# Learnt from the cluster of the kubeconfig" in (tmp_path / ".elbguard.yaml").read_text()


def test_other_kinds_of_the_same_group_are_none(cluster: Cluster, api: Api) -> None:
    with applied(cluster, crd("crd.yangtse.cni", "podnetworkings", "PodNetworking")):
        wait_until(lambda: bool(api.get("/apis/crd.yangtse.cni/v1", {})["resources"]))

        assert turbo(api) is None


def test_facts_outlive_the_api_server_and_follow_it_when_it_is_back(cluster: Cluster, tmp_path: Path) -> None:
    create_node(cluster, "first", ("InternalIP", "10.1.0.1"))
    port = int(cluster.url.rpartition(":")[2])
    with Proxy(port) as proxy:
        config = cluster.kubeconfig.read_text(encoding="utf-8").replace(f":{port}", f":{proxy.port}")
        (tmp_path / "kubeconfig").write_text(config, encoding="utf-8")
        with observing(connect({"KUBECONFIG": str(tmp_path / "kubeconfig")}, patience=PATIENCE)) as facts:
            assert facts.wait(SECONDS)
            assert has(facts, "10.1.0.1")

            proxy.cut()
            create_node(cluster, "second", ("InternalIP", "10.1.0.2"))
            cluster.kubectl("delete", "node", "first", check=True)
            wait_until(lambda: facts.ages()["node_ips"] > 1)
            assert has(facts, "10.1.0.1")

            proxy.mend()
            wait_until(lambda: has(facts, "10.1.0.2"))
            assert facts.ages()["node_ips"] < SECONDS


def test_a_server_with_a_strangers_certificate_is_not_asked(cluster: Cluster, tmp_path: Path) -> None:
    config = json.loads(cluster.kubeconfig.read_text(encoding="utf-8"))
    del config["clusters"][0]["cluster"]["certificate-authority"]
    (tmp_path / "kubeconfig").write_text(json.dumps(config), encoding="utf-8")
    with pytest.raises(ApiError, match=r"(?i)certificate"):
        connect({"KUBECONFIG": str(tmp_path / "kubeconfig")}).get("/version", {})


class Pod:
    """A Pod's view: the token and the CA of a service account, and the environment of the kubelet."""

    def __init__(self, cluster: Cluster, folder: Path) -> None:
        self.namespace, self.name = cluster.namespace(), "elbguard"
        accounts = f"/api/v1/namespaces/{self.namespace}/serviceaccounts"
        account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": self.name}}
        done(cluster.request("POST", accounts, account))
        request = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {"expirationSeconds": 600}}
        answer = cluster.request("POST", f"{accounts}/{self.name}/token", request)
        done(answer)
        (folder / "token").write_text(answer.body["status"]["token"], encoding="utf-8")
        config = json.loads(cluster.kubeconfig.read_text(encoding="utf-8"))
        (folder / "ca.crt").write_bytes(Path(config["clusters"][0]["cluster"]["certificate-authority"]).read_bytes())
        environ = {"KUBERNETES_SERVICE_HOST": LOOPBACK, "KUBERNETES_SERVICE_PORT": cluster.url.rpartition(":")[2]}
        self.api = connect(environ, folder, PATIENCE)
        self._cluster = cluster

    def allow(self, rule: dict[str, Any], path: str, prefix: str = "") -> None:
        """Grant the account a role."""
        group = "rbac.authorization.k8s.io"
        role = {"metadata": {"name": self.namespace}, "rules": [rule]}
        binding = {
            "metadata": {"name": self.namespace},
            "roleRef": {"apiGroup": group, "kind": f"{prefix}Role", "name": self.namespace},
            "subjects": [{"kind": "ServiceAccount", "name": self.name, "namespace": self.namespace}],
        }
        for plural, body in (("roles", role), ("rolebindings", binding)):
            done(self._cluster.request("POST", f"/apis/{group}/v1{path}/{prefix.lower()}{plural}", body))


def test_a_pod_without_roles_knows_less_says_so_once_and_learns_when_it_may(
    cluster: Cluster, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    create_node(cluster, "first", ("InternalIP", "10.1.0.1"))
    pod = Pod(cluster, tmp_path)
    with caplog.at_level(logging.WARNING, "elbguard.facts"), observing(pod.api) as facts:
        assert facts.wait(SECONDS)
        assert pod.api.get("/version", {})["gitVersion"].startswith("v1.")
        assert not facts.current().knows("node_ips")
        time.sleep(PACE.slow * 3)  # long enough to complain again
        assert sorted(record.getMessage().partition(" (403")[0] for record in caplog.records) == [
            "No role to read the addresses of nodes",
            "No role to read the cluster type",
        ]

        pod.allow(NODES_RULE, "", "Cluster")
        wait_until(lambda: has(facts, "10.1.0.1"))
        create_node(cluster, "second", ("InternalIP", "10.1.0.2"))
        wait_until(lambda: has(facts, "10.1.0.1", "10.1.0.2"))


def test_a_pod_with_its_roles_sees_turbo_by_the_default_network(cluster: Cluster, tmp_path: Path) -> None:
    pod = Pod(cluster, tmp_path)
    pod.allow(NETWORK_RULE, "/namespaces/kube-system")
    with applied(cluster, crd("k8s.cni.cncf.io", NETWORKS, "NetworkAttachmentDefinition")):
        assert turbo(pod.api) is None
        network = {
            "apiVersion": "k8s.cni.cncf.io/v1",
            "kind": "NetworkAttachmentDefinition",
            "metadata": {"name": "default-network", "annotations": {"yangtse.io/default-network": "true"}},
            "spec": {"config": '{"cniVersion": "0.3.0", "type": "eni-neutron"}'},
        }
        done(cluster.request("POST", DEFAULT_NETWORK.rpartition("/")[0], network))

        assert turbo(pod.api) == "turbo"
