"""Environment variables that begin as ours do: misspelt ones, strange ones, and what Kubernetes sets by itself."""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from elbguard_rules.core.nearest import nearest

PREFIX: Final = "ELBGUARD_"
# Handed down to workers, read by the development's own tools, and named in the README for pipelines.
_OWN: Final = frozenset(
    PREFIX + name for name in ("SERVE_SETTINGS", "SERVE_LOGS", "UPDATE_GOLDEN", "CORPUS", "COMPLETE", "SOURCE")
)
# https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables
_LINK: Final = re.compile(r"_SERVICE_HOST$|_SERVICE_PORT(_[A-Z0-9_]+)?$|_PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?$")
_ADDRESS: Final = re.compile(r"(tcp|udp|sctp)://")


def is_service_link(name: str, value: str) -> bool:
    """Whether a variable is one by which Kubernetes tells a Pod of a Service, such as ELBGUARD_PORT=tcp://10.0.0.1:443."""
    return bool(_LINK.search(name) or (name.endswith("_PORT") and _ADDRESS.match(value)))


def doubtful(environment: Mapping[str, str], known: Iterable[str]) -> tuple[list[str], list[str]]:
    """Sentences about misspelt variables, and about others that begin as ours and have no effect."""
    names = {name.removeprefix(PREFIX) for name in known}
    misspelt: list[str] = []
    strange: list[str] = []
    for name, value in sorted(environment.items()):
        if not name.upper().startswith(PREFIX) or name in _OWN or is_service_link(name, value):
            continue
        word = name[len(PREFIX) :]
        if name.startswith(PREFIX) and word in names:
            continue
        close = nearest(word.upper(), names)
        if close:
            misspelt.append(f"{name} is no variable of elbguard, did you mean {PREFIX}{close}?")
        else:
            strange.append(f"{name} is no variable of elbguard and has no effect; --help names them")
    return misspelt, strange
