"""How manifests are read: what is left out, and what a Service is taken for that does not say it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from elbguard.check.gitignore import patterns
from elbguard.check.walk import Walk
from elbguard.render.terms import Terms


@dataclass(frozen=True, slots=True)
class Manner:
    """What an operator decides about reading manifests.

    `exclude` are patterns as in .gitignore, which count from the folder `exclude_from`. `namespace` is that of Services
    that name none; the empty one is not known. `suppressions` says whether comments and annotations may suppress.
    `render` says how charts and kustomizations are built; without it they are not.
    """

    exclude: Sequence[str] = ()
    exclude_from: Path = Path()
    git_ignore: bool = True
    namespace: str = ""
    suppressions: bool = True
    render: Terms | None = None

    def walk(self) -> Walk:
        """A walk through folders that leaves out what is to be left out. Raises BadPattern."""
        excluded = patterns(str(self.exclude_from), self.exclude) if self.exclude else None
        return Walk(excluded, heeds_git=self.git_ignore)
