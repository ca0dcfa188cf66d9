"""The API server as certificates need it: a few paths and patches, over the one client."""

import base64
import binascii
import os
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final, ParamSpec
from urllib.parse import quote

from elbguard.cluster.api import Kind, NoSecret, Registration, Secret, Unavailable
from elbguard.cluster.asking import ApiError, Conflict, NotFound
from elbguard.cluster.client import MANAGER, KubernetesApi, Patience
from elbguard.cluster.connecting import configuration

PATIENCE: Final = Patience(connect=3.0, answer=10.0)
P = ParamSpec("P")
_MERGE: Final = "application/merge-patch+json"
_OPERATIONS: Final = "application/json-patch+json"


def connect(environ: Mapping[str, str] = os.environ) -> "KubernetesCertificateApi":
    """The API server of `connecting.configuration`. Asks nothing of it yet. Raises NoApiServer."""
    return KubernetesCertificateApi(KubernetesApi(configuration(environ), PATIENCE))


class KubernetesCertificateApi:
    """A CertificateApi.

    It needs get and patch of the Secret and of both webhook configurations. The Secret is installed empty, so that
    creating it, where it is missing, is tried and need not be allowed.
    """

    def __init__(self, server: KubernetesApi) -> None:
        self._server = server

    def now(self) -> datetime | None:
        """See CertificateApi."""
        return self._server.now()

    def read_secret(self, namespace: str, name: str) -> Secret:
        """See CertificateApi."""
        return _secret(_asked(self._server.get, _path(namespace, name), {}))

    def create_secret(self, namespace: str, name: str, data: Mapping[str, bytes]) -> Secret:
        """See CertificateApi."""
        body = {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {"name": name, "labels": {"app.kubernetes.io/managed-by": MANAGER}},
            "type": "Opaque",
            "data": {key: _encoded(text) for key, text in data.items()},
        }
        try:
            return _secret(_asked(self._server.send, "POST", _path(namespace), body))
        except Unavailable as error:
            if not error.forbidden:
                raise
            raise NoSecret(
                f"there is no Secret {namespace}/{name} to keep certificates in, and elbguard may not create Secrets:"
                f" apply manifests/base again, or run: kubectl -n {namespace} create secret generic {name}"
            ) from None

    def replace_secret(self, namespace: str, name: str, data: Mapping[str, bytes | None], version: str) -> Secret:
        """See CertificateApi. A merge patch, so that labels and foreign keys stay."""
        content = {key: None if text is None else _encoded(text) for key, text in data.items()}
        body = {"metadata": {"resourceVersion": version}, "data": content}
        return _secret(_asked(self._server.send, "PATCH", _path(namespace, name), body, _MERGE))

    def read_registration(self, kind: Kind, name: str) -> Registration:
        """See CertificateApi."""
        found = _asked(self._server.get, _registered(kind, name), {})
        bundles = tuple(_decoded(webhook["clientConfig"].get("caBundle")) for webhook in found.get("webhooks") or ())
        return Registration(kind, name, bundles, found["metadata"]["resourceVersion"])

    def patch_bundles(self, registration: Registration, bundle: bytes) -> None:
        """See CertificateApi."""
        # A resourceVersion that is not the present one makes the API server answer 409.
        operations = [{"op": "replace", "path": "/metadata/resourceVersion", "value": registration.version}]
        operations += [
            {"op": "add", "path": f"/webhooks/{index}/clientConfig/caBundle", "value": _encoded(bundle)}
            for index in range(len(registration.bundles))
        ]
        path = _registered(registration.kind, registration.name)
        _asked(self._server.send, "PATCH", path, operations, _OPERATIONS)


def _asked(call: Callable[P, Any], *args: P.args, **kwargs: P.kwargs) -> Any:
    """The answer. Raises Conflict, NotFound, and Unavailable for all else that can be the matter."""
    try:
        return call(*args, **kwargs)
    except (Conflict, NotFound):
        raise
    except ApiError as error:
        text = f"it answered {error.status}: {error.text}" if error.status else error.text
        raise Unavailable(text, error.status) from None


def _path(*names: str) -> str:
    """The path of the Secrets of a namespace, or of one of them."""
    namespace, *name = (quote(each, safe="") for each in names)
    return "/".join((f"/api/v1/namespaces/{namespace}/secrets", *name))


def _registered(kind: Kind, name: str) -> str:
    return f"/apis/admissionregistration.k8s.io/v1/{kind}webhookconfigurations/{quote(name, safe='')}"


def _secret(found: Any) -> Secret:
    data = {key: _decoded(text) for key, text in (found.get("data") or {}).items()}
    return Secret(data, found["metadata"]["resourceVersion"])


def _encoded(text: bytes) -> str:
    return base64.b64encode(text).decode()


def _decoded(text: str | None) -> bytes:
    try:
        return base64.b64decode(text or "")
    except binascii.Error:
        return b""
