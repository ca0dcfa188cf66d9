"""kubernetes.io/elb.mark: how often the controller tried again, as CCE counts it.

CCE writes it; an update that merely omits it gets it back.
"""

from typing import Final

from elbguard_rules.core.annotation import Annotation
from elbguard_rules.core.fact import Subject, Tier, fact
from elbguard_rules.core.shapes import Text
from elbguard_rules.documents import OBSERVED

MARK: Final[Annotation[str]] = Annotation(
    "kubernetes.io/elb.mark",
    Text(),
    purpose="how often the controller tried again, as CCE counts it",
    about=Subject.BOOKKEEPING,
    tier=Tier.PLATFORM,
    after_create="kept",
    facts=(fact("CCE counts its retries in it, and users leave it alone.", OBSERVED, "ELB712"),),
)
