"""What a live cluster says of itself, as settings."""

from pathlib import Path
from typing import Final

from elbguard.cluster.asking import ApiError
from elbguard.cluster.client import KubernetesApi, Patience
from elbguard.cluster.connecting import NoApiServer, chosen
from elbguard.cluster.learning import learn
from elbguard.cluster.rights import Right, refused
from elbguard.init.init_command import CannotBegin
from elbguard.settings import Settings

_MOST_NODES: Final = 50  # whose addresses are written down


def learnt(settings: Settings, context: str | None, kubeconfig: Path | None) -> tuple[Settings, str, tuple[str, ...]]:
    """The facts of a cluster, which one it is, and a sentence for each that is left out. Raises CannotBegin.

    What `settings` say already is not asked for.
    """
    try:
        api = KubernetesApi(chosen(kubeconfig, context), Patience())
    except NoApiServer as error:
        raise CannotBegin(str(error)) from None
    try:
        found = learn(settings.cluster, api)
    except ApiError as error:
        raise CannotBegin(refused(error, Right("list", "nodes"), api.host)) from None
    known, untold = found.cluster, list(found.unread)
    nodes = sorted(map(str, known.node_ips)) if known.knows("node_ips") else []
    if len(nodes) > _MOST_NODES:
        untold.append(f"{len(nodes)} addresses of nodes are too many for a file: give --node-ip where they are needed")
        nodes = []
    facts = {
        "cluster_version": known.version if known.knows("version") else None,
        "cluster_type": known.type if known.knows("type") else None,
        "node_ip": nodes,
    }
    source = f"the cluster of the context {context}" if context else "the cluster of the kubeconfig"
    return Settings.model_validate({name: fact for name, fact in facts.items() if fact}), source, tuple(untold)
