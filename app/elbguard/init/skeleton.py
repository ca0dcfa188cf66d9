"""The text of a new project file: what is known stands in it, what is not is a comment that says what it is for."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from elbguard.settings import Settings

_HEAD: Final = """\
# Settings of elbguard for the manifests in this folder and below it. elbguard check and fix, the pre-commit hook, the
# pipeline and the editor find this file by themselves; flags and ELBGUARD_* variables stand above it.
# The names are those of the flags: elbguard check --help. Is there a mistake in here? elbguard check says so.
# An editor completes it by a schema: elbguard generate settings-schema --help.
"""
_SAYS: Final[Mapping[str, tuple[str, ...]]] = {
    "cluster-version": (
        "The CCE version of the cluster, as the console has it. Without it rules about releases are skipped.",
        "Write it with the v: YAML reads the number 1.30 as 1.3.",
    ),
    "cluster-type": ("standard, turbo or autopilot. Without it rules about the kind of cluster are skipped.",),
    "proxy-mode": ("How kube-proxy forwards, iptables or ipvs. Without it rules about IPVS are skipped.",),
    "node-ip": ("The addresses of the nodes, which under IPVS no load balancer may have.",),
    "profile": ("Whose documents to go by, huawei or otc (Open Telekom Cloud). Without it both.",),
    "strict-names": ("Refuse names that only later editions of the documents allow (ELB227).",),
    "ignore": ("Rules that are switched off, by id or name. elbguard explain says what a rule is for.",),
    "severity": ("Rules taken as error, warning or off.",),
    "exclude": ("What is not judged: patterns as in .gitignore, which count from this folder.",),
}
_EXAMPLES: Final = {
    "cluster-version": "v1.30.4-r0",
    "cluster-type": "standard",
    "proxy-mode": "iptables",
    "node-ip": "[10.0.0.4, 10.0.0.5]",
    "profile": "huawei",
    "strict-names": "true",
    "ignore": "[ELB322]",
    "severity": "{ELB620: error}",
    "exclude": "[charts/*/templates]",
}
_BY_PATH: Final = """\
# Several clusters: what is different below a path stands above what is said at the top. Patterns are as in .gitignore
# and count from this folder; where several match, all count, and of each setting the last word."""


def skeleton(settings: Settings, given: Sequence[str], origins: Mapping[str, str], folders: Sequence[str] = ()) -> str:
    """The text of a file with those settings that are `given`, by the names of fields.

    `origins` says of some where they are from. `folders` are some that look as if each were a cluster's own.
    """
    parts = [_HEAD.rstrip()]
    values = settings.model_dump(mode="json")
    for name, says in _SAYS.items():
        field = name.replace("-", "_")
        origin = [origins[field]] if field in origins else []
        line = f"{name}: {_yaml(values[field])}" if field in given else f"# {name}: {_EXAMPLES[name]}"
        parts.append("\n".join([*(f"# {each}" for each in (*says, *origin)), line]))
    parts.append("\n".join([_BY_PATH, *_clusters(folders)]))
    return "\n\n".join(parts) + "\n"


def _clusters(folders: Sequence[str]) -> Iterator[str]:
    yield "# clusters:"
    for number, folder in enumerate(folders or ("prod", "dev")):
        facts = "cluster-version: v1.30.4-r0" if number else "cluster-version: v1.29.10-r0, cluster-type: turbo"
        yield f"#   {_yaml(f'{folder}/**')}: {{{facts}}}"


def _yaml(value: Any) -> str:
    """A value on one line of YAML."""
    import yaml  # noqa: PLC0415 - as wherever it is needed

    text: str = yaml.safe_dump(value, default_flow_style=True, width=10_000, allow_unicode=True)
    return text.removesuffix("\n").removesuffix("\n...")
