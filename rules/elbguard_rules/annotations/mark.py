"""kubernetes.io/elb.mark: how often the controller tried again, as CCE counts it.

CCE writes it; an update that merely omits it gets it back.
"""

from typing import Final

from elbguard_rules.core.annotation import Annotation
from elbguard_rules.core.shapes import Text

MARK: Final[Annotation[str]] = Annotation(
    "kubernetes.io/elb.mark",
    Text(),
    after_create="kept",
)
