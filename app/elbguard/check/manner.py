"""How manifests are read: whether Git's word counts, and what a Service is taken for that does not say it."""

from elbguard.check.walk import Excluding, Walk
from elbguard.render.terms import Terms
from elbguard_rules.core.record import record


@record
class Manner:
    """What an operator decides about reading manifests.

    `namespace` is that of Services that name none; the empty one is not known. `suppressions` says whether comments and
    annotations may suppress. `render` says how charts and kustomizations are built; without it they are not.
    """

    git_ignore: bool = True
    namespace: str = ""
    suppressions: bool = True
    render: Terms | None = None

    def walk(self, excluded: Excluding | None = None) -> Walk:
        """A walk through folders that leaves out what is to be left out."""
        return Walk(excluded, heeds_git=self.git_ignore)
