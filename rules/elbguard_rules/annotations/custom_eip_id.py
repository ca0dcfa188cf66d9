"""kubernetes.io/elb.custom-eip-id: another EIP in the place of the one that CCE created."""

from collections.abc import Iterator
from typing import Final

from elbguard_rules.annotations.elb_id import is_uuid
from elbguard_rules.core.annotation import Annotation
from elbguard_rules.core.check import rule
from elbguard_rules.core.fact import CLOUD_ONLY, Subject, Tier, fact
from elbguard_rules.core.facts import Cluster, since
from elbguard_rules.core.gate import introduced
from elbguard_rules.core.problem import Problem, Severity, forbidden, invalid
from elbguard_rules.core.service import Service
from elbguard_rules.core.shapes import Text
from elbguard_rules.documents import EIP
from elbguard_rules.vocabulary.made_names import is_placeholder

CUSTOM_EIP_ID: Final[Annotation[str]] = Annotation(
    "kubernetes.io/elb.custom-eip-id",
    Text(),
    purpose="another EIP in the place of the one that CCE created",
    about=Subject.ADDRESS,
    tier=Tier.DOCUMENTED,
    gates=(
        introduced(
            "ELB127",
            "custom-eip-on-old-cluster",
            EIP,
            since("v1.23.18-r0", "v1.25.13-r0", "v1.27.10-r0", "v1.28.8-r0", "v1.29.4-r0", "v1.30.1-r0"),
            what="The EIP can be changed",
            fix="Change the EIP on the ELB console, or upgrade the cluster.",
        ),
    ),
    facts=(
        fact("It replaces the EIP that CCE created, so it comes with an update.", EIP, "ELB128"),
        fact("Without elb.eip-id on the Service it has no effect.", EIP, "ELB706"),
        fact("It is the UUID of an EIP.", EIP, "ELB129"),
        fact("The EIP is bound to nothing else.", EIP, because=CLOUD_ONLY),
    ),
)


@rule(
    "ELB128",
    "custom-eip-on-creation",
    "A custom EIP takes the place of the EIP that CCE created, so it is given by an update.",
    EIP.quote("kubernetes.io/elb.eip-id must be there before the EIP is changed"),
    CUSTOM_EIP_ID,
    fix="Create the Service without the annotation, and add it once CCE has written kubernetes.io/elb.eip-id.",
    why="on creation there is no EIP yet whose place it could take.",
    severity=Severity.WARNING,
)
def the_eip_is_changed_later(service: Service, cluster: Cluster) -> Iterator[Problem]:
    if service.is_new and CUSTOM_EIP_ID in service:
        yield forbidden(
            CUSTOM_EIP_ID.where, "has no effect on creation: add it when CCE has written kubernetes.io/elb.eip-id"
        )


@rule(
    "ELB129",
    "custom-eip-id-not-uuid",
    "The ID of an EIP is a UUID.",
    EIP.quote("elb.custom-eip-id: 88c197a1-cb85-4b38-b672-1d60dc5d00db"),
    CUSTOM_EIP_ID,
    fix="Copy the ID from the EIP's Summary tab on the console; its address is not its ID.",
    severity=Severity.WARNING,
)
def an_eip_is_named_by_its_id(service: Service, cluster: Cluster) -> Iterator[Problem]:
    text = service[CUSTOM_EIP_ID]
    if text and not is_uuid(text):
        detail = "is a placeholder: write the EIP's ID" if is_placeholder(text) else "an EIP's ID is a UUID"
        yield invalid(CUSTOM_EIP_ID.where, text, f"{detail}, such as 88c197a1-cb85-4b38-b672-1d60dc5d00db")
