"""kubernetes.io/elb.persist-autocreate: left over from old controllers; nothing is said about it."""

from typing import Final

from elbguard_rules.core.annotation import Annotation
from elbguard_rules.core.shapes import Text

PERSIST_AUTOCREATE: Final[Annotation[str]] = Annotation(
    "kubernetes.io/elb.persist-autocreate",
    Text(),
)
