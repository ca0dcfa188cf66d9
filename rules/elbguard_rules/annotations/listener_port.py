"""kubernetes.io/elb.listener-port: listeners that several clusters share, as CCE notes them.

CCE writes it; an update that merely omits it gets it back.
"""

from typing import Final

from elbguard_rules.core.annotation import Annotation
from elbguard_rules.core.shapes import Text

LISTENER_PORT: Final[Annotation[str]] = Annotation(
    "kubernetes.io/elb.listener-port",
    Text(),
    after_create="kept",
)
