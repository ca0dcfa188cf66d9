"""kubernetes.io/elb.persist-autocreate: left over from old controllers; nothing is said about it."""

from typing import Final

from elbguard_rules.core.annotation import Annotation
from elbguard_rules.core.fact import Subject, Tier, fact
from elbguard_rules.core.shapes import Text
from elbguard_rules.documents import CONTROLLER

PERSIST_AUTOCREATE: Final[Annotation[str]] = Annotation(
    "kubernetes.io/elb.persist-autocreate",
    Text(),
    purpose="left over from old controllers; nothing is said about it",
    about=Subject.CREATE,
    tier=Tier.LEGACY,
    facts=(fact("Old controllers read true or false.", CONTROLLER, because="Known, and never blamed."),),
)
