"""kubernetes.io/elb.eip-id: the EIP that CCE created, as CCE notes it.

CCE writes it; an update that merely omits it gets it back.
"""

from typing import Final

from elbguard_rules.core.annotation import Annotation
from elbguard_rules.core.shapes import Text

EIP_ID: Final[Annotation[str]] = Annotation(
    "kubernetes.io/elb.eip-id",
    Text(),
    after_create="kept",
)
