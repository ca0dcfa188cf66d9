"""A test cluster: the control plane, kubectl, namespaces and the registration of the webhook."""

import itertools
import re
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from . import registration
from .api import Answer
from .control_plane import ControlPlane

KUBECTL_SECONDS = 60.0
ACTIVE_SECONDS = 30.0
POLL_SECONDS = 0.05
MERGE_PATCH = "application/merge-patch+json"
PROBE_SERVICE = {
    "apiVersion": "v1",
    "kind": "Service",
    "metadata": {"name": "probe"},
    "spec": {"ports": [{"port": 80}]},
}


@dataclass(frozen=True)
class Result:
    """What one run of kubectl printed, and its exit code."""

    stdout: str
    stderr: str
    code: int


class Cluster:
    """A real API server for tests; use it as a context manager or call stop()."""

    def __init__(self, assets: Path) -> None:
        self._control_plane = ControlPlane(assets)
        self.url = self._control_plane.url
        self.kubeconfig = self._control_plane.kubeconfig
        self.workdir = self._control_plane.workdir
        self.audit_log = self._control_plane.audit_log
        self._numbers = itertools.count(1)
        self._registered: tuple[str, str, bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """End the API server and etcd and remove their temporary folder."""
        self._control_plane.stop()

    def restart_api_server(self) -> None:
        """End the API server and start it again."""
        self._control_plane.restart_api_server()

    def stall_etcd(self, seconds: float) -> None:
        """Let etcd hang for some seconds."""
        self._control_plane.stall_etcd(seconds)

    def compact_etcd(self) -> None:
        """Let etcd forget all revisions but the present one."""
        self._control_plane.compact_etcd()

    def log(self) -> str:
        """Return what the API server has logged so far."""
        return self._control_plane.log()

    def kubectl(
        self,
        *args: str,
        stdin: str | None = None,
        user: str = "admin",
        check: bool = False,
        cwd: Path | None = None,
        program: Path | None = None,
        editor: Path | None = None,
    ) -> Result:
        """Run the real kubectl, or another `program` of its kind; with `check` a failure raises RuntimeError."""
        env = {
            "HOME": str(self.workdir),
            "KUBECONFIG": str(self.kubeconfig),
            "PATH": "/usr/bin:/bin",
            "LC_ALL": "C",
            "NO_COLOR": "1",
            "TERM": "dumb",
            "EDITOR": str(editor or "false"),
        }
        binary = str(program or self._control_plane.assets / "kubectl")
        common = [f"--context={user}", f"--cache-dir={self.workdir / 'kubectl-cache'}"]
        done = subprocess.run(
            [binary, *common, *args],
            input=stdin if stdin is not None else "",
            capture_output=True,
            text=True,
            env=env,
            cwd=cwd or self.workdir,
            timeout=KUBECTL_SECONDS,
            check=False,
        )
        result = Result(done.stdout, done.stderr, done.returncode)
        if check and result.code != 0:
            raise RuntimeError(f"kubectl {' '.join(args)} ended with {result.code}: {result.stderr}")
        return result

    def request(
        self, method: str, path: str, body: object = None, user: str = "admin", content_type: str = "application/json"
    ) -> Answer:
        """Send one JSON request to the API server as one of the users."""
        return self._control_plane.api.request(method, path, self.token(user), body, content_type)

    def token(self, user: str) -> str:
        """Return the bearer token of one of the users."""
        return self._control_plane.users[user].token

    def create_service(
        self, namespace: str, service: dict[str, Any], user: str = "admin", dry_run: bool = False
    ) -> Answer:
        """Create a Service over HTTP, which is faster than a kubectl process."""
        query = "?dryRun=All" if dry_run else ""
        return self.request("POST", f"/api/v1/namespaces/{namespace}/services{query}", service, user)

    def patch_service(self, namespace: str, name: str, patch: dict[str, Any], user: str = "admin") -> Answer:
        """Change a Service by a JSON merge patch."""
        return self.request("PATCH", f"/api/v1/namespaces/{namespace}/services/{name}", patch, user, MERGE_PATCH)

    def namespace(self) -> str:
        """Create a fresh namespace and return its name; never delete it, no controller would finish that."""
        name = f"e2e-{next(self._numbers):03}"
        body = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}
        answer = self.request("POST", "/api/v1/namespaces", body)
        if not answer.ok:
            raise RuntimeError(f"namespace {name} was refused: {answer.refusal}")
        return name

    def register(self, mutate_url: str, validate_url: str, ca_pem: bytes) -> None:
        """Register the webhook under these addresses in place of any other, and wait until it is called."""
        wanted = (mutate_url, validate_url, ca_pem)
        if self._registered == wanted:
            return
        self.unregister()
        for path, body in (
            (registration.MUTATING_PATH, registration.mutating(mutate_url, ca_pem)),
            (registration.VALIDATING_PATH, registration.validating(validate_url, ca_pem)),
        ):
            answer = self.request("POST", path, body)
            if not answer.ok:
                raise RuntimeError(f"{body['kind']} was refused: {answer.refusal}")
        self._registered = wanted
        self.wait_until_active()

    def unregister(self) -> None:
        """Remove the registration, if there is one, and wait until the webhook is no longer called."""
        for path in (registration.MUTATING_PATH, registration.VALIDATING_PATH):
            answer = self.request("DELETE", f"{path}/{registration.NAME}")
            if not answer.ok and answer.status != 404:
                raise RuntimeError(f"the registration cannot be removed: {answer.refusal}")
        if self._registered is not None:
            self._registered = None
            self.wait_until_active(lambda: self.called_webhooks() == set())

    def wait_until_active(self, probe: Callable[[], bool] | None = None) -> None:
        """Wait until `probe` says yes; by default, until a dry-run create reaches both webhooks."""
        both = {registration.MUTATING, registration.VALIDATING}
        is_active = probe or (lambda: self.called_webhooks() == both)
        end = time.monotonic() + ACTIVE_SECONDS
        while not is_active():
            if time.monotonic() > end:
                raise TimeoutError(f"the webhook registration took no effect within {ACTIVE_SECONDS:g} s")
            time.sleep(POLL_SECONDS)

    def called_webhooks(self) -> set[str]:
        """Return the names of the webhooks that the API server calls for a Service, by its own metrics."""
        before = self._webhook_calls()
        self.create_service("default", PROBE_SERVICE, dry_run=True)
        after = self._webhook_calls()
        return {name for name, count in after.items() if count > before.get(name, 0)}

    def _webhook_calls(self) -> dict[str, int]:
        _, text = self._control_plane.api.text("/metrics", self.token("admin"))
        calls: dict[str, int] = {}
        pattern = r'^apiserver_admission_webhook_admission_duration_seconds_count\{.*?name="([^"]+)".*\} (\d+)$'
        for name, count in re.findall(pattern, text, re.MULTILINE):
            calls[name] = calls.get(name, 0) + int(count)
        return calls
