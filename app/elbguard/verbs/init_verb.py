"""The verb `init`: what it takes."""

import sys
from pathlib import Path
from typing import Any

import click

from elbguard.settings import Settings
from elbguard.verbs.cluster_verbs import asking
from elbguard.verbs.flags import Failed, say
from elbguard.verbs.settings_flags import describing


@click.command(
    help="""Write .elbguard.yaml, the settings of a repository, into DIR, the current folder unless given.

    On a terminal it asks for what no flag gives, and proposes what pipelines in DIR say already; elsewhere, or with
    --yes, it asks nothing, and what is not known stands in the file as a comment. No cluster is asked for anything but
    with --from-cluster. A file that is there is never written over without --force.

    \b
      elbguard init
      elbguard init --cluster-version v1.30.4-r0 --cluster-type turbo --yes
      elbguard init --from-cluster --context production

    Then elbguard check and fix, the pre-commit hook and the pipeline find the file by themselves: it counts for all
    manifests in DIR and below it.

    Exit code 0: the file is written; 2: it is not; 130: interrupted.
    """,
)
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), metavar="[DIR]", default=".")
@click.option("--yes", is_flag=True, help="Ask nothing.")
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@click.option("--from-cluster", is_flag=True, help="Learn version, type and nodes from the cluster of the kubeconfig.")
@asking
@describing
def init(
    settings: Settings,
    given: tuple[str, ...],
    folder: Path,
    yes: bool,
    force: bool,
    from_cluster: bool,
    **cluster: Any,
) -> None:
    from elbguard.init import init_command as command  # noqa: PLC0415 - other verbs start without it

    if not from_cluster and any(cluster.values()):
        raise Failed("--context and --kubeconfig say which cluster to ask: add --from-cluster, or leave them out")
    try:
        learnt, source = None, ""
        if from_cluster:
            from elbguard.init import cluster_facts  # noqa: PLC0415 - needs the kubernetes package

            learnt, source, unread = cluster_facts.learnt(settings, **cluster)
            for sentence in unread:
                say(f"note: {sentence}")
        asks = not yes and sys.stdin is not None and sys.stdin.isatty() and sys.stderr.isatty()
        wanted = command.Beginning(folder, asks, force, learnt, source)
        for sentence in command.run(wanted, settings, given):
            say(sentence)
    except command.CannotBegin as error:
        raise Failed(str(error)) from None
