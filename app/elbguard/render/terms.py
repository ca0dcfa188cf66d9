"""How charts and kustomizations are built: what an operator decides about it."""

from collections.abc import Sequence
from typing import Final

from elbguard.settings import Settings
from elbguard_rules.core.record import record

SECONDS: Final = 60.0  # that a build may take


@record
class Terms:
    """What a build is given and allowed.

    `values` and `sets` are values files and single values of charts, the last wins; `release` is the name of their
    release, by default each chart's own name; `kube_version` what they are told of the cluster. A build may take
    `seconds`, and load from elsewhere only with `allow_remote`. `load_restrictor` is passed to kustomize as it is.
    """

    values: Sequence[str] = ()
    sets: Sequence[str] = ()
    release: str = ""
    kube_version: str = ""
    seconds: float = SECONDS
    allow_remote: bool = False
    load_restrictor: str = ""


def kube_version(settings: Settings) -> str:
    """What charts are told of the cluster: its version without CCE's revision, as Kubernetes writes it; or nothing."""
    if not settings.cluster.knows("version"):
        return ""
    version = settings.cluster.version
    return f"v{version.major}.{version.minor}.{version.patch or 0}"
