"""Connecting: where the API server is, and as whom to speak to it."""

import logging
import os
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from kubernetes.client import Configuration
from kubernetes.config import ConfigException, load_kube_config
from kubernetes.config.incluster_config import InClusterConfigLoader
from kubernetes.config.kube_config import ConfigNode, KubeConfigMerger
from urllib3.exceptions import InsecureRequestWarning
from yaml import YAMLError

from elbguard_rules.core.nearest import nearest

ACCOUNT: Final = Path("/var/run/secrets/kubernetes.io/serviceaccount")
_LOAD_FILE: Final[Any] = load_kube_config  # these three have no types
_LOAD_ACCOUNT: Final[Any] = InClusterConfigLoader
_MERGE: Final[Any] = KubeConfigMerger
_GIVE: Final = "and this is no Pod: give --kubeconfig FILE"
_NOT_UNDERSTOOD: Final = (ConfigException, OSError, ValueError, YAMLError, TypeError, AttributeError, KeyError)
_LONGEST: Final = 300  # characters of what a library says


class NoApiServer(Exception):
    """Nothing says where the API server is; one sentence says what was looked for."""


def configuration(environ: Mapping[str, str] = os.environ, account: Path = ACCOUNT) -> Configuration:
    """The API server that KUBECONFIG names, or else the one whose Pod we are. Asks nothing of it yet.

    `account` is the folder of the service account: token, read again every minute, and ca.crt. Raises NoApiServer.
    """
    found = Configuration()
    try:
        if files := environ.get("KUBECONFIG"):
            _LOAD_FILE(config_file=files, client_configuration=found, persist_config=False)
        else:
            token, ca = str(account / "token"), str(account / "ca.crt")
            _LOAD_ACCOUNT(token, ca, environ=environ).load_and_set(found)
    except (ConfigException, OSError, ValueError) as error:
        reason = " ".join(str(error).split())
        raise NoApiServer(f"No API server to ask, neither by KUBECONFIG nor as a Pod: {reason}") from None
    return found


def chosen(
    kubeconfig: Path | None,
    context: str | None,
    environ: Mapping[str, str] = os.environ,
    account: Path = ACCOUNT,
) -> Configuration:
    """The API server that a person means, as kubectl finds it. Asks nothing of it yet.

    By the file given, by KUBECONFIG, by ~/.kube/config, or else the one whose Pod we are. Raises NoApiServer.
    """
    files = kubeconfigs(kubeconfig, environ)
    if not files:
        if context is None and environ.get("KUBERNETES_SERVICE_HOST"):
            return configuration({**environ, "KUBECONFIG": ""}, account)
        raise NoApiServer(
            f"No cluster to ask: there is no kubeconfig, neither by KUBECONFIG nor at {_home(environ)}, {_GIVE}"
        )
    if not any(Path(file).expanduser().is_file() for file in files.split(os.pathsep)):
        how = "this is no regular file:" if Path(files).exists() else "there is no file"
        raise NoApiServer(f"No cluster to ask: {how} {files}: give --kubeconfig FILE")
    found = Configuration()
    try:
        if context is not None:
            _require(context, files)
        with _heard() as trouble:
            _LOAD_FILE(config_file=files, context=context, client_configuration=found, persist_config=False)
    except _NOT_UNDERSTOOD as error:
        shapeless = isinstance(error, TypeError | AttributeError | KeyError)
        reason = "it is not built like one" if shapeless else " ".join(str(error).split())[:_LONGEST]
        raise NoApiServer(f"{files}: no cluster can be taken from this kubeconfig: {reason}") from None
    if trouble and not found.api_key and not found.cert_file:
        reason = " ".join(trouble[0].split())[:_LONGEST]
        raise NoApiServer(f"{files}: the program that logs in gave no credentials: {reason}")
    if not found.verify_ssl:  # as its owner wants it; urllib3 would warn of it, with a line of its source
        warnings.simplefilter("ignore", InsecureRequestWarning)
    return found


@contextmanager
def _heard() -> Iterator[list[str]]:
    """What the library logs meanwhile instead of raising it; it would be printed by itself."""
    said: list[str] = []

    class Hearing(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            said.append(record.getMessage())

    root, hearing = logging.getLogger(), Hearing(logging.ERROR)
    before, root.handlers = root.handlers, [hearing]
    try:
        yield said
    finally:
        root.handlers = before


def kubeconfigs(kubeconfig: Path | None, environ: Mapping[str, str] = os.environ) -> str:
    """The file given, those that KUBECONFIG names, or the one at home; nothing where there is none."""
    home = _home(environ)
    return str(kubeconfig) if kubeconfig else environ.get("KUBECONFIG") or (str(home) if home.is_file() else "")


def contexts_of(files: str) -> list[str]:
    """The names of the contexts in kubeconfigs; none where they cannot be understood."""
    try:
        merged = _MERGE(files).config
        listed = merged.value.get("contexts") if merged is not None else ()
        return sorted(str((each.value if isinstance(each, ConfigNode) else each)["name"]) for each in listed or ())
    except _NOT_UNDERSTOOD:
        return []


def _home(environ: Mapping[str, str]) -> Path:
    return Path(environ.get("HOME") or "/") / ".kube" / "config"


def _require(context: str, files: str) -> None:
    """Raise NoApiServer where the kubeconfigs have no such context."""
    names = contexts_of(files)
    if names and context not in names:
        close = nearest(context, names)
        hint = f"did you mean {close}?" if close else f"there are {', '.join(names)}"
        raise NoApiServer(f"{files}: no context {context!r}: {hint}")
