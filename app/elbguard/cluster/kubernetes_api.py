"""The API server as certificates need it, by the package kubernetes."""

import base64
import binascii
import json
import os
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from ssl import SSLCertVerificationError
from typing import Any, Final

from kubernetes.client import AdmissionregistrationV1Api, ApiClient, ApiException, CoreV1Api
from urllib3.exceptions import HTTPError

from elbguard.cluster.api import Conflict, Kind, NotFound, Registration, Secret, Unavailable
from elbguard.cluster.clocks import HeardClock
from elbguard.cluster.connecting import configuration

PATIENCE: Final = (3.0, 10.0)  # seconds: to connect, and for the answer
MANAGER: Final = "elbguard"  # the owner of what we write, as managedFields shows it
_DATES: Final = (9, 10)  # X509_V_ERR_CERT_NOT_YET_VALID, X509_V_ERR_CERT_HAS_EXPIRED
_MERGE: Final = "application/merge-patch+json"
_OPERATIONS: Final = "application/json-patch+json"


def connect(environ: Mapping[str, str] = os.environ) -> "KubernetesCertificateApi":
    """The API server of `connecting.configuration`. Asks nothing of it yet. Raises NoApiServer."""
    found = configuration(environ)
    found.retries = False  # we back off ourselves
    return KubernetesCertificateApi(ApiClient(found))


class KubernetesCertificateApi:
    """A CertificateApi.

    It needs get and patch of the Secret and of both webhook configurations; and create of Secrets, unless the Secret is
    installed empty.
    """

    def __init__(self, client: ApiClient) -> None:
        self._core: Any = CoreV1Api(client)
        self._webhooks: Any = AdmissionregistrationV1Api(client)
        self._clock = HeardClock()

    def now(self) -> datetime | None:
        """See CertificateApi."""
        return self._clock.now()

    def read_secret(self, namespace: str, name: str) -> Secret:
        """See CertificateApi."""
        return _secret(self._ask(self._core.read_namespaced_secret, name, namespace))

    def create_secret(self, namespace: str, name: str, data: Mapping[str, bytes]) -> Secret:
        """See CertificateApi."""
        body = {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {"name": name, "labels": {"app.kubernetes.io/managed-by": MANAGER}},
            "type": "Opaque",
            "data": {key: _encoded(text) for key, text in data.items()},
        }
        return _secret(self._ask(self._core.create_namespaced_secret, namespace, body, field_manager=MANAGER))

    def replace_secret(self, namespace: str, name: str, data: Mapping[str, bytes | None], version: str) -> Secret:
        """See CertificateApi. A merge patch, so that labels and foreign keys stay."""
        content = {key: None if text is None else _encoded(text) for key, text in data.items()}
        body = {"metadata": {"resourceVersion": version}, "data": content}
        write = self._core.patch_namespaced_secret
        return _secret(self._ask(write, name, namespace, body, field_manager=MANAGER, _content_type=_MERGE))

    def read_registration(self, kind: Kind, name: str) -> Registration:
        """See CertificateApi."""
        read = (
            self._webhooks.read_mutating_webhook_configuration
            if kind == "mutating"
            else self._webhooks.read_validating_webhook_configuration
        )
        found = self._ask(read, name)
        bundles = tuple(_decoded(webhook["clientConfig"].get("caBundle")) for webhook in found.get("webhooks") or ())
        return Registration(kind, name, bundles, found["metadata"]["resourceVersion"])

    def patch_bundles(self, registration: Registration, bundle: bytes) -> None:
        """See CertificateApi."""
        write = (
            self._webhooks.patch_mutating_webhook_configuration
            if registration.kind == "mutating"
            else self._webhooks.patch_validating_webhook_configuration
        )
        # A resourceVersion that is not the present one makes the API server answer 409.
        operations = [{"op": "replace", "path": "/metadata/resourceVersion", "value": registration.version}]
        operations += [
            {"op": "add", "path": f"/webhooks/{index}/clientConfig/caBundle", "value": _encoded(bundle)}
            for index in range(len(registration.bundles))
        ]
        self._ask(write, registration.name, operations, field_manager=MANAGER, _content_type=_OPERATIONS)

    def _ask(self, call: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """The answer as plain JSON: the models would refuse what a newer API server adds or leaves out."""
        try:
            answer = call(*args, **kwargs, _preload_content=False, _request_timeout=PATIENCE)
            self._clock.hear(answer.headers.get("Date"))
            return json.loads(answer.data)
        except ApiException as error:
            if not error.status:  # a connection that failed by TLS
                raise Unavailable(_no_answer(error, str(error.reason))) from None
            self._clock.hear((error.headers or {}).get("Date"))
            message = _message(error)
            if error.status == 404:
                raise NotFound(message) from None
            if error.status == 409:
                raise Conflict(message) from None
            raise Unavailable(f"it answered {error.status}: {message}") from None
        except (HTTPError, OSError, ValueError) as error:
            raise Unavailable(_no_answer(error, str(error))) from None


def _no_answer(error: Exception, said: str) -> str:
    """Why there is none; where a date of the API server's certificate is the cause, our clock may be wrong."""
    why = _line(said) or type(error).__name__
    if not _is_about_dates(error):
        return why
    return (
        f"its certificate has expired or is not good yet by this machine's clock, which is at {datetime.now(UTC):%F};"
        f" if that is wrong, set it, by NTP: {why}"
    )


def _is_about_dates(error: object) -> bool:
    """Whether this, or what it came from, is a certificate out of its dates."""
    if isinstance(error, SSLCertVerificationError):
        return error.verify_code in _DATES
    if not isinstance(error, Exception):
        return False
    return any(map(_is_about_dates, (*error.args, getattr(error, "reason", None), error.__context__)))


def _message(error: ApiException) -> str:
    """What a refusal says: of whom, of what, and why. The API server repeats nothing of what a Secret holds."""
    try:
        return _line(json.loads(error.body or "")["message"])
    except (ValueError, KeyError, TypeError):
        return _line(str(error.reason or ""))


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


def _line(text: str) -> str:
    """At most 200 printable characters, on one line."""
    return "".join(letter if letter.isprintable() else " " for letter in text[:200])
