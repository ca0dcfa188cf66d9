"""kubernetes.io/elb.acl-id: the IP address groups whose addresses are trusted or blocked; empty lets all in.

Without the annotation CCE leaves access control as it is on the load balancer, so it is never filled in or left out.
"""

from collections.abc import Iterator
from typing import Final

from elbguard_rules.annotations.elb_id import is_uuid
from elbguard_rules.core.annotation import Annotation
from elbguard_rules.core.check import rule
from elbguard_rules.core.commas import Commas, Items
from elbguard_rules.core.fact import ALLOWS, Subject, Tier, fact
from elbguard_rules.core.facts import Cluster, since
from elbguard_rules.core.gate import introduced
from elbguard_rules.core.problem import Problem, Severity, duplicate, forbidden, invalid
from elbguard_rules.core.rule import Rule
from elbguard_rules.core.service import Service
from elbguard_rules.documents import ACCESS, ADVANCED
from elbguard_rules.vocabulary.made_names import is_placeholder

MOST: Final = 5
ACCESS_LISTS: Final = since("v1.23.12-r0", "v1.25.7-r0", "v1.27.4-r0", "v1.28.2-r0")

_KEY: Final = "kubernetes.io/elb.acl-id"
_EXAMPLE: Final = "1f9a4f8c-6a1e-4b7e-9d0c-3f1f5b0c7a52"
_FORMAT: Final = Rule(
    "ELB862",
    "malformed-access-list",
    "IP address groups are listed by their IDs with commas between them.",
    ACCESS.quote("ID of the IP address group, several with commas between them", "The empty text lets everyone in."),
    "Write the IDs with one comma between two, or an empty text to let all addresses in.",
)

ACL_ID: Final[Annotation[Items]] = Annotation(
    _KEY,
    Commas(_EXAMPLE),
    _FORMAT,
    purpose="the IP address groups whose addresses are trusted or blocked; empty lets all in",
    about=Subject.LISTS,
    tier=Tier.DOCUMENTED,
    after_create="lasting",
    reset="",
    blank_is_absent=False,
    gates=(
        introduced(
            "ELB860",
            "access-list-on-old-cluster",
            ACCESS,
            ACCESS_LISTS,
            what="Access lists exist",
            fix="Set access control on the ELB console, or upgrade the cluster.",
        ),
        introduced(
            "ELB861",
            "several-access-lists-on-old-cluster",
            ACCESS,
            since("v1.25.16-r10", "v1.27.16-r10", "v1.28.15-r0", "v1.29.10-r0", "v1.30.6-r0", "v1.31.1-r0"),
            what="Several IP address groups can be listed",
            fix="List one IP address group, or upgrade the cluster.",
            of=lambda groups: len(groups) > 1,
            feature="more than one IP address group",
            lower=ACCESS_LISTS,
        ),
    ),
    facts=(
        fact("Without the key ELB's own setting stays; empty, everybody is let in.", ACCESS, because=ALLOWS),
        fact("An ID wants elb.acl-status and elb.acl-type beside it.", ACCESS, "ELB874", "ELB875"),
        fact("There are 5 IDs at most.", ADVANCED, "ELB863"),
        fact("Several IDs need a dedicated load balancer.", ADVANCED, "ELB866"),
        fact("IDs are UUIDs.", ACCESS, "ELB865"),
        fact("IDs stand there with one comma between two.", ADVANCED, "ELB862"),
        fact("An ID stands there once.", ADVANCED, "ELB864"),
    ),
)


@rule(
    "ELB863",
    "too-many-access-lists",
    "A listener has at most five IP address groups.",
    ACCESS.quote("A maximum of five IP address groups"),
    ACL_ID,
    fix="Put the addresses into fewer groups.",
)
def five_groups_at_most(service: Service, cluster: Cluster) -> Iterator[Problem]:
    groups = service[ACL_ID]
    if groups and len(groups) > MOST:
        yield forbidden(ACL_ID.where, f"{len(groups)} IP address groups are listed, and at most {MOST} may be")


@rule(
    "ELB864",
    "access-list-given-twice",
    "An IP address group is listed once.",
    ACCESS.quote("ID of the IP address group, several with commas between them"),
    ACL_ID,
    fix="Remove one of the two.",
    severity=Severity.WARNING,
)
def a_group_is_listed_once(service: Service, cluster: Cluster) -> Iterator[Problem]:
    for index, text in (service[ACL_ID] or Items()).repeated():
        yield duplicate(ACL_ID.at(index), text, "a group is listed once")


@rule(
    "ELB865",
    "access-list-id-not-uuid",
    "The ID of an IP address group is a UUID.",
    ACCESS.quote("elb.acl-id: <your_acl_id>", "The IDs of IP address groups are UUIDs; the documents do not say so."),
    ACL_ID,
    fix="Copy the ID from the IP address group's page on the ELB console; its name is not its ID.",
    severity=Severity.WARNING,
)
def a_group_is_named_by_its_id(service: Service, cluster: Cluster) -> Iterator[Problem]:
    groups = service[ACL_ID] or Items()
    for index, text in enumerate(groups):
        if not is_uuid(text):
            yield invalid(ACL_ID.at(index), text, f"{_what(text)}, such as {_EXAMPLE}")


def _what(text: str) -> str:
    if is_placeholder(text):
        return "is a placeholder: write the IP address group's ID"
    if is_uuid(text.strip()):
        return "must be a UUID without blanks around it"
    return "the ID of an IP address group is a UUID"
