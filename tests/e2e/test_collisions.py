"""Collisions told by the real program that watches the real API server: while Services come, change and go."""

import json
import uuid
from collections.abc import Iterator

import pytest

from tests.support.reviews import ELB, Json, service
from tests.support.waiting import wait_until
from tests.support.webhook import Webhook

from .cluster import Cluster
from .test_facts import Proxy


@pytest.fixture(scope="module")
def way(cluster: Cluster) -> Iterator[Proxy]:
    """The way from the program to the API server, which can be cut."""
    with Proxy(int(cluster.url.rpartition(":")[2])) as proxy:
        yield proxy


@pytest.fixture(scope="module")
def watching(cluster: Cluster, way: Proxy, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Webhook]:
    """Run the program that watches the cluster, under IPVS."""
    config = tmp_path_factory.mktemp("watching") / "kubeconfig"
    old, new = cluster.url.rpartition(":")[2], str(way.port)
    config.write_text(cluster.kubeconfig.read_text(encoding="utf-8").replace(f":{old}", f":{new}"), encoding="utf-8")
    env = {"KUBECONFIG": str(config)}
    with Webhook(("--watch-cluster", "--proxy-mode", "ipvs"), env) as running:
        wait_until(lambda: "Services are read" in running.log() and "Ingresses are read" in running.log(), running.log)
        yield running


@pytest.fixture
def watched(cluster: Cluster, watching: Webhook) -> Cluster:
    """Register it."""
    watching.require_running()
    cluster.register(watching.mutate_url, watching.validate_url, watching.ca_pem)
    return cluster


class Balancer:
    """A load balancer, and the Services on it, in a namespace of their own."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster, self.namespace, self.id = cluster, cluster.namespace(), str(uuid.uuid4())

    def service(self, name: str, port: int = 80) -> Json:
        """A Service on it."""
        metadata = {"name": name, "namespace": self.namespace}
        return service({ELB + "id": self.id, ELB + "class": "union"}, metadata, ports=[{"port": port}])

    def told(self, made: Json) -> bool:
        """Whether the author of a Service is told, by a dry run, that it collides with another one."""
        done = self.cluster.kubectl("create", "--dry-run=server", "-f", "-", stdin=json.dumps(made), check=True)
        return "[ELB930]" in done.stderr

    def apply(self, made: Json) -> str:
        """Apply a Service, or an Ingress; what kubectl warned of."""
        return self.cluster.kubectl("apply", "-f", "-", stdin=json.dumps(made), check=True).stderr

    def delete(self, name: str) -> None:
        """Delete a Service."""
        self.cluster.kubectl("-n", self.namespace, "delete", "service", name, check=True)


def test_the_second_service_of_a_listener_is_told_of_the_first_until_that_is_gone(watched: Cluster) -> None:
    balancer = Balancer(watched)
    assert "[ELB930]" not in balancer.apply(balancer.service("web"))
    wait_until(lambda: balancer.told(balancer.service("api")))
    warned = balancer.apply(balancer.service("api"))
    assert f"Service {balancer.namespace}/web" in warned

    balancer.delete("api")
    balancer.delete("web")
    wait_until(lambda: not balancer.told(balancer.service("api")))


def test_a_service_that_moves_away_frees_its_listener(watched: Cluster) -> None:
    balancer = Balancer(watched)
    balancer.apply(balancer.service("web"))
    wait_until(lambda: balancer.told(balancer.service("api")))
    balancer.apply(balancer.service("web", port=81))

    wait_until(lambda: not balancer.told(balancer.service("api")))
    assert balancer.told(balancer.service("api", port=81))


def test_an_ingress_on_the_load_balancer_is_told_of(watched: Cluster) -> None:
    balancer = Balancer(watched)
    front = {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": {
            "name": "front",
            "namespace": balancer.namespace,
            "annotations": {ELB + "id": balancer.id, ELB + "port": "443"},
        },
        "spec": {"defaultBackend": {"service": {"name": "web", "port": {"number": 80}}}},
    }
    balancer.apply(front)

    wait_until(lambda: "[ELB932]" in balancer.apply(balancer.service("web")))


def test_after_a_cut_connection_all_is_known_again(watched: Cluster, watching: Webhook, way: Proxy) -> None:
    balancer = Balancer(watched)
    balancer.apply(balancer.service("web"))
    wait_until(lambda: balancer.told(balancer.service("api")))
    way.cut()
    balancer.apply(balancer.service("web", port=81))
    assert balancer.told(balancer.service("api"))  # by what was known, and at once
    way.mend()

    wait_until(lambda: balancer.told(balancer.service("api", port=81)) and not balancer.told(balancer.service("api")))
    watching.require_running()
