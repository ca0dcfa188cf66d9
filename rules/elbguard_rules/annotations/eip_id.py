"""kubernetes.io/elb.eip-id: the EIP that CCE created, as CCE notes it.

CCE writes it; an update that merely omits it gets it back.
"""

from typing import Final

from elbguard_rules.core.annotation import Annotation
from elbguard_rules.core.fact import Subject, Tier, fact
from elbguard_rules.core.shapes import Text
from elbguard_rules.documents import EIP

EIP_ID: Final[Annotation[str]] = Annotation(
    "kubernetes.io/elb.eip-id",
    Text(),
    purpose="the EIP that CCE created, as CCE notes it",
    about=Subject.ADDRESS,
    tier=Tier.PLATFORM,
    after_create="kept",
    facts=(
        fact("CCE writes it, and a user neither changes nor removes it.", EIP, "ELB705"),
        fact(
            "Printed manifests of live Services contain it.",
            EIP,
            because="A Service created from such a manifest is not blamed.",
        ),
    ),
)
