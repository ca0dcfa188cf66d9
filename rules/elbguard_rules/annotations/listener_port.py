"""kubernetes.io/elb.listener-port: listeners that several clusters share, as CCE notes them.

CCE writes it; an update that merely omits it gets it back.
"""

from typing import Final

from elbguard_rules.core.annotation import Annotation
from elbguard_rules.core.fact import Subject, Tier, fact
from elbguard_rules.core.shapes import Text
from elbguard_rules.documents import CLUSTERS

LISTENER_PORT: Final[Annotation[str]] = Annotation(
    "kubernetes.io/elb.listener-port",
    Text(),
    purpose="listeners that several clusters share, as CCE notes them",
    about=Subject.SEVERAL,
    tier=Tier.PLATFORM,
    after_create="kept",
    facts=(fact("CCE writes it, and users leave it alone.", CLUSTERS, "ELB712"),),
)
