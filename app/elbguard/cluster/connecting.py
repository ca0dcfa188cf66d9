"""Connecting: where the API server is, and as whom to speak to it."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from kubernetes.client import Configuration
from kubernetes.config import ConfigException, load_kube_config
from kubernetes.config.incluster_config import InClusterConfigLoader

ACCOUNT: Final = Path("/var/run/secrets/kubernetes.io/serviceaccount")
_LOAD_FILE: Final[Any] = load_kube_config  # these two have no types
_LOAD_ACCOUNT: Final[Any] = InClusterConfigLoader


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
