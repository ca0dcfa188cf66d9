"""An installation as manifests/base makes it, called by Service; the Service leads to a process of this machine."""

import base64
import copy
import os
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, Self

from elbguard import pairs
from elbguard.fitness import Pair
from tests.support.command import PROGRAM
from tests.support.places import ROOT, loaded
from tests.support.process import LOOPBACK, Server, free_ports
from tests.support.waiting import wait_until

from . import registration
from .balancer import readiness
from .cluster import Cluster

Json = dict[str, Any]
NAME: Final = "elbguard"
PATHS: Final = {
    "MutatingWebhookConfiguration": registration.MUTATING_PATH,
    "ValidatingWebhookConfiguration": registration.VALIDATING_PATH,
}
SERVICES: Final = f"/api/v1/namespaces/{NAME}/services"
SECRETS: Final = f"/api/v1/namespaces/{NAME}/secrets"


def encoded(pem: bytes) -> str:
    """As the API server has bytes in JSON."""
    return base64.b64encode(pem).decode()


class Installed:
    """Configurations, Service, Secret and process; `restore` makes them as they were, whatever a test did to them."""

    def __init__(self, cluster: Cluster, folder: Path) -> None:
        self.cluster, self._folder = cluster, folder
        [self.port] = free_ports(1)
        self.hosts = (f"{NAME}.{NAME}.svc", "localhost", LOOPBACK)
        self.ca, self.leaf = pairs.make(self.hosts)
        for name, text in (("tls.crt", self.leaf.certificate), ("tls.key", self.leaf.key)):
            (folder / name).write_bytes(text)
        made = [loaded(ROOT / "manifests" / "base" / f"{name}.yaml") for name in ("mutating", "validating")]
        self.configurations = {each["kind"]: self._configuration(each) for each in made}
        self._server: Server | None = None
        body = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAME}}
        assert cluster.request("POST", "/api/v1/namespaces", body).ok

    def __enter__(self) -> Self:
        self.serve()
        self.restore()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _configuration(self, made: Json) -> Json:
        found = copy.deepcopy(made)
        client = found["webhooks"][0]["clientConfig"]
        client["caBundle"] = encoded(self.ca.certificate)
        client["service"]["port"] = self.port  # of a Service that stands for another name it is the port there
        found["webhooks"][0]["timeoutSeconds"] = 5
        return found

    def serve(self, flags: Sequence[str] = (), **variables: str) -> None:
        """Run the program, in place of the one that runs."""
        self.stop()
        pair = ("--tls-cert", str(self._folder / "tls.crt"), "--tls-key", str(self._folder / "tls.key"))
        command = [*PROGRAM, "serve", "--host", LOOPBACK, "--port", str(self.port), "--drain-seconds", "0", *pair]
        env = os.environ | variables
        self._server = Server("elbguard", [*command, *flags], self._folder / "elbguard.log", env, ROOT)
        self._server.wait_ready(lambda: readiness(self.port)[0] == 200, 30)

    def stop(self) -> None:
        """End the program."""
        if self._server:
            self._server.stop()
            self._server = None

    def restore(self) -> None:
        """Make everything as it is meant to be, and wait until the API server asks."""
        for kind, body in self.configurations.items():
            self.put(PATHS[kind], body)
        self.put(SERVICES, self.service())
        self.put(SECRETS, self.secret(self.leaf))
        wait_until(self.is_asked, lambda: "the API server does not ask")

    def service(self) -> Json:
        """The Service; the API server takes one of this type for the host that it names."""
        ports = [{"name": "https", "port": self.port, "protocol": "TCP"}]
        spec = {"type": "ExternalName", "externalName": "localhost", "ports": ports, "selector": {"app": NAME}}
        return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": NAME}, "spec": spec}

    def secret(self, pair: Pair) -> Json:
        """The Secret, with a pair in it."""
        data = {"tls.crt": encoded(pair.certificate), "tls.key": encoded(pair.key)}
        return {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": f"{NAME}-tls"}, "data": data}

    def put(self, path: str, body: Json) -> None:
        """Create it, in place of what has its name."""
        self.cluster.request("DELETE", f"{path}/{body['metadata']['name']}")
        answer = self.cluster.request("POST", path, body)
        assert answer.ok, answer.refusal

    def change(self, kind: str, **values: Any) -> None:
        """Write members of a configuration's webhook."""
        body = copy.deepcopy(self.configurations[kind])
        body["webhooks"][0] |= values
        self.put(PATHS[kind], body)

    def call(self, kind: str, **values: Any) -> None:
        """Write members of a configuration's clientConfig."""
        client = copy.deepcopy(self.configurations[kind]["webhooks"][0]["clientConfig"])
        self.change(kind, clientConfig={**client, **values})

    def is_asked(self) -> bool:
        """Whether both webhooks are asked about Services."""
        return self.cluster.called_webhooks() == {registration.MUTATING, registration.VALIDATING}

    def expired(self) -> Pair:
        """A pair for the right hosts that is good no more."""
        long_ago = datetime.now(UTC) - timedelta(days=100)
        return pairs.make_leaf(self.ca, self.hosts, long_ago, timedelta(days=50))
