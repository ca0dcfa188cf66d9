"""Starts etcd and kube-apiserver on free loopback ports."""

import json
import shutil
import ssl
import tempfile
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.support.process import LOOPBACK, Server, free_ports

from .api import ApiClient
from .users import User, kubeconfig, make_users, token_file

START_SECONDS = 60.0
BINARIES = ("etcd", "kube-apiserver", "kubectl")
SERVICE_RANGE = "10.247.0.0/16"
# What it takes to replay an audit log: whole Services, asked and answered; nothing else.
AUDIT_POLICY = """
apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
- level: RequestResponse
  resources: [{group: "", resources: [services, services/status]}]
- level: None
"""


class ControlPlane:
    """An etcd and an API server in a temporary folder: no nodes, no controllers."""

    def __init__(self, assets: Path) -> None:
        self.assets = assets
        self.workdir = Path(tempfile.mkdtemp(prefix="elbguard-e2e-"))
        self.kubeconfig = self.workdir / "kubeconfig"
        self.audit_log = self.workdir / "audit.log"
        self.users: dict[str, User] = make_users()
        self._servers: list[Server] = []
        etcd_port, peer_port, api_port = free_ports(3)
        self._etcd_port = etcd_port
        self.url = f"https://{LOOPBACK}:{api_port}"
        try:
            self._start_etcd(etcd_port, peer_port)
            self.api = self._start_api_server(etcd_port, api_port)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End both servers, the API server first, and remove the temporary folder."""
        while self._servers:
            self._servers.pop().stop()
        shutil.rmtree(self.workdir, ignore_errors=True)

    def restart_api_server(self) -> None:
        """End the API server and start it again, with the same certificate and the same data."""
        self._servers.pop().stop()
        self._start("kube-apiserver", *self._flags).wait_ready(lambda: self._answers(self.api), START_SECONDS)

    def stall_etcd(self, seconds: float) -> None:
        """Let etcd hang for some seconds."""
        self._servers[0].stall(seconds)

    def compact_etcd(self) -> None:
        """Let etcd forget all revisions but the present one, as it does every few minutes in a cluster."""
        client = f"http://{LOOPBACK}:{self._etcd_port}/v3/kv"
        revision = _posted(f"{client}/range", {"key": "AA=="})["header"]["revision"]
        _posted(f"{client}/compaction", {"revision": revision, "physical": True})

    def log(self) -> str:
        """Return what the API server has logged so far."""
        return self._servers[-1].log()

    def _start(self, name: str, *flags: str) -> Server:
        env = {"HOME": str(self.workdir), "PATH": "/usr/bin:/bin"}
        server = Server(name, [str(self.assets / name), *flags], self.workdir / f"{name}.log", env, self.workdir)
        self._servers.append(server)
        return server

    def _start_etcd(self, port: int, peer_port: int) -> None:
        client = f"http://{LOOPBACK}:{port}"
        self._start(
            "etcd",
            f"--data-dir={self.workdir / 'etcd'}",
            f"--listen-client-urls={client}",
            f"--advertise-client-urls={client}",
            f"--listen-peer-urls=http://{LOOPBACK}:{peer_port}",
            "--unsafe-no-fsync",
        )

    def _start_api_server(self, etcd_port: int, port: int) -> ApiClient:
        key_path = self.workdir / "sa.key"
        key = rsa.generate_private_key(65537, 2048)
        key_path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()))
        tokens = self.workdir / "tokens.csv"
        tokens.write_text(token_file(self.users), encoding="utf-8")
        policy = self.workdir / "audit-policy.yaml"
        policy.write_text(AUDIT_POLICY, encoding="utf-8")
        # The API server signs its own certificate and appends the CA it made for it.
        ca_path = self.workdir / "certs" / "apiserver.crt"
        self._flags = (
            f"--etcd-servers=http://{LOOPBACK}:{etcd_port}",
            f"--secure-port={port}",
            f"--bind-address={LOOPBACK}",
            f"--advertise-address={LOOPBACK}",
            "--endpoint-reconciler-type=none",
            f"--cert-dir={ca_path.parent}",
            f"--service-account-key-file={key_path}",
            f"--service-account-signing-key-file={key_path}",
            "--service-account-issuer=https://kubernetes.default.svc",
            "--authorization-mode=RBAC",
            f"--token-auth-file={tokens}",
            f"--service-cluster-ip-range={SERVICE_RANGE}",
            "--disable-admission-plugins=ServiceAccount",
            f"--audit-policy-file={policy}",
            f"--audit-log-path={self.audit_log}",
        )
        server = self._start("kube-apiserver", *self._flags)
        server.wait_ready(ca_path.exists, START_SECONDS)
        self.kubeconfig.write_text(kubeconfig(self.url, str(ca_path), self.users), encoding="utf-8")
        api = ApiClient(self.url, ssl.create_default_context(cafile=str(ca_path)))
        server.wait_ready(lambda: self._answers(api), START_SECONDS)
        return api

    def _answers(self, api: ApiClient) -> bool:
        try:
            status, _ = api.text("/readyz", self.users["admin"].token)
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False
        return status == 200


def _posted(url: str, body: dict[str, Any]) -> Any:
    """The answer of etcd's JSON gateway; v3.4 and later have it."""
    request = urllib.request.Request(url, json.dumps(body).encode(), method="POST")  # noqa: S310 - our own etcd
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(request, timeout=START_SECONDS) as answer:
        return json.load(answer)
