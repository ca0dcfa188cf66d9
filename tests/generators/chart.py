"""What the Helm chart has of the kustomizations word for word: texts that its templates insert.

Helm reads only what lies in the chart's own folder, hence the copies.
"""

from pathlib import Path
from textwrap import dedent
from typing import Final

from elbguard.policy.admission_policy import policy
from elbguard.settings import Settings

FOLDER: Final = "manifests/chart/files"
_MANIFESTS: Final = Path(__file__).parents[2] / "manifests"
_HEADER: Final = "# Made by `make generate` from manifests/{}: change it there, and make this again.\n"


def match_conditions(root: Path) -> str:
    """The list of conditions of components/match-conditions."""
    return _below("components/match-conditions/validating.yaml", "  matchConditions:")


def alerts(root: Path) -> str:
    """The spec of the PrometheusRule."""
    return _below("monitoring/alerts.yaml", "spec:")


def standard_policy(root: Path) -> str:
    """The policy with the default settings, without the list of what it does not judge."""
    _, _, documents = policy(Settings()).partition("---\n")
    return f"{_HEADER.format('policy/policy.yaml')}---\n{documents}"


def _below(name: str, start: str) -> str:
    """What stands below a line that starts so, up to the end of the file."""
    text = (_MANIFESTS / name).read_text(encoding="utf-8")
    _, _, after = text.partition(f"\n{start}")
    return _HEADER.format(name) + dedent(after.partition("\n")[2])
