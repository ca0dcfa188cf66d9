"""kubernetes.io/elb.custom-eip-status: ID and address of a custom EIP in use, as CCE notes them.

CCE writes it; an update that merely omits it gets it back.
"""

from typing import Final

from rules.core.annotation import Annotation

CUSTOM_EIP_STATUS: Final[Annotation[str]] = Annotation(
    "kubernetes.io/elb.custom-eip-status", str, None, after_create="kept"
)
