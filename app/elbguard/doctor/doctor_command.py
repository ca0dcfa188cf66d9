"""What `elbguard doctor` does: find the cluster, take the steps, tell what they found, and say how it ended."""

import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from elbguard.cluster.asking import ApiError
from elbguard.cluster.client import KubernetesApi, Patience
from elbguard.cluster.connecting import NoApiServer, chosen
from elbguard.cluster.rights import Right, refused
from elbguard.doctor import prescription
from elbguard.doctor.diagnosis import Diagnosis, exit_code
from elbguard.doctor.examination import examine, stations
from elbguard.doctor.installation import NAME
from elbguard.doctor.sight import Blind, Sight, Unreachable, path_in
from elbguard.doctor.visit import NoService, visit
from elbguard.report.formats import wants_colour
from elbguard.settings import Settings

PATIENCE = Patience(connect=5.0, answer=15.0)


class CannotLook(Exception):
    """What was asked cannot be done; one sentence says why, and what to do."""


@dataclass(frozen=True)
class Consultation:
    """What to look at: the installation, or a Service (NAMESPACE/NAME, or NAME in `namespace`), and how to tell it."""

    service: str = ""
    namespace: str = ""
    context: str | None = None
    kubeconfig: Path | None = None
    webhook_name: str = NAME
    format: str = "text"


def run(wanted: Consultation, settings: Settings) -> int:
    """Look and tell; gives the exit code of `diagnosis.exit_code`. Raises CannotLook."""
    try:
        api = KubernetesApi(chosen(wanted.kubeconfig, wanted.context), PATIENCE)
    except NoApiServer as error:
        raise CannotLook(str(error)) from None
    try:
        return _told(_diagnoses(wanted, settings, api), wanted)
    except (Unreachable, NoService) as error:
        raise CannotLook(str(error)) from None
    finally:
        api.close()


def _diagnoses(wanted: Consultation, settings: Settings, api: KubernetesApi) -> Iterable[Diagnosis]:
    _require_answer(api)
    if wanted.service:
        return visit(api, settings, *_place(wanted))
    if wanted.namespace:
        _require_namespace(api, wanted.namespace)
    return examine(stations(api, wanted.namespace or "default", wanted.webhook_name))


def _require_answer(api: KubernetesApi) -> None:
    """Raise Unreachable where the API server cannot be asked at all, before anything is told."""
    try:
        api.get("/version", {})
    except ApiError as error:
        raise Unreachable(refused(error, Right("get", "version"), api.host)) from None


def _require_namespace(api: KubernetesApi, name: str) -> None:
    try:
        found = Sight(api).one(path_in("", "namespaces", name), Right("get", "namespaces"))
    except Blind:
        return
    if found is None:
        raise CannotLook(f"There is no namespace {name!r} in this cluster")


def _place(wanted: Consultation) -> tuple[str, str]:
    """Namespace and name of the Service that is meant."""
    before, slash, name = wanted.service.rpartition("/")
    if slash and wanted.namespace and before != wanted.namespace:
        raise CannotLook(f"{wanted.service} is in the namespace {before}, and --namespace says {wanted.namespace}")
    namespace = before if slash else wanted.namespace or "default"
    if not namespace or not name or "/" in namespace:
        raise CannotLook(f"{wanted.service!r} is no Service: give NAMESPACE/NAME, or NAME with -n NAMESPACE")
    return namespace, name


def _told(made: Iterable[Diagnosis], wanted: Consultation) -> int:
    """Tell each step as it is done; JSON at the end."""
    done = []
    colour = wants_colour(sys.stdout, os.environ)
    for diagnosis in made:
        done.append(diagnosis)
        if wanted.format == "text":
            _print(prescription.text(diagnosis, colour=colour))
    if wanted.format == "json":
        _print(prescription.data(done, "/".join(_place(wanted)) if wanted.service else "installation"))
    else:
        _print(f"\n{prescription.summary(done)}\n")
    return exit_code(done)


def _print(words: str) -> None:
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(words.encode(encoding, "backslashreplace").decode(encoding))
    sys.stdout.flush()
