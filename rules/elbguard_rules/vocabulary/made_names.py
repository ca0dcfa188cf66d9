"""Names of load balancers and bandwidths: the letters they may have, and the names we make up."""

import re
from hashlib import sha1
from typing import Any, Final
from uuid import UUID

from elbguard_rules.core.default import told
from elbguard_rules.core.policy import Policy
from elbguard_rules.core.problem import Kind, Severity
from elbguard_rules.core.record import record
from elbguard_rules.core.service import Service
from elbguard_rules.core.shapes import Length, refuse

SEED_NAME: Final = re.compile(r"[a-z]([a-z0-9_]{0,62}[a-z0-9])?", re.ASCII)
_PLAIN: Final = re.compile(r"[\w.-]*", re.ASCII)  # most names, and quickly
PLACEHOLDER: Final = re.compile(r"\*\*|<[^<>]+>")
_STRICT: Final = "ELB227"  # refuses hyphens: under it our own names have none
_OURS: Final = UUID("7c2f0c66-3a0b-5b0e-9a5e-6a7d6c1f7f10").bytes


def is_placeholder(text: str) -> bool:
    """Whether the text stands where a value is yet to be put, as `*****` and `<your_elb_id>` do in the documents."""
    return PLACEHOLDER.search(text) is not None


def may_hold_placeholder(json: str) -> bool:
    """Whether any text in a JSON text may be a placeholder; a backslash may stand before the code of any character."""
    return "*" in json or "<" in json or "\\" in json


@record
class Name(Length):
    """A name of `least` to `most` letters, digits, underscores, hyphens and periods; letters of any script count.

    The 2026 edition names Chinese letters; a placeholder is not judged here.
    """

    def check(self, value: str) -> str:
        """Refuse the name and say which character is not allowed."""
        super(Name, self).check(value)  # noqa: UP008 - slots make another class of it
        if _PLAIN.fullmatch(value):
            return value
        wrong = next((c for c in value if not (c.isalpha() or c in "0123456789_-.")), None)
        if wrong and not is_placeholder(value):
            refuse(
                Kind.INVALID,
                f"{wrong!r} is not allowed: use letters, digits, underscores, hyphens and periods",
                f"{wrong!r} is not allowed",
            )
        return value

    def keywords(self, kind: str = "string") -> dict[str, Any]:
        """The lengths and a `pattern`; of the characters beyond ASCII it does not say which are letters."""
        right, anything = r"[^\x00-,/:-@\[-^`{-\x7f]*", r"[\s\S]*"
        pattern = f"^({right}|{anything}({PLACEHOLDER.pattern}){anything})$"
        return {**super(Name, self).keywords(), "pattern": pattern}  # noqa: UP008 - as above


@told("`cce-lb-` and a UUID that depends on the cluster, the namespace and the Service's name only", made_up=True)
def load_balancer_name(service: Service, policy: Policy) -> str | None:
    """`cce-lb-` and a UUID that depends on the cluster, the namespace and the Service's name only.

    The document's default is made of the Service's UID, which does not exist yet when a creation is mutated, and would
    be another one when the manifest is applied again. None where the name is yet to be generated.
    """
    return _made_up("lb", service, policy)


@told("`cce-bandwidth-` and the same UUID", made_up=True)
def bandwidth_name(service: Service, policy: Policy) -> str | None:
    """`cce-bandwidth-` and the same UUID. None where the Service's name is yet to be generated."""
    return _made_up("bandwidth", service, policy)


def _made_up(kind: str, service: Service, policy: Policy) -> str | None:
    if not service.name or not service.namespace:
        return None
    place = f"{policy.cluster_id}/{service.namespace}/{service.name}"
    identity = _uuid(place.encode(errors="replace"))  # a lone surrogate cannot be encoded
    if policy.severities.get(_STRICT, Severity.OFF) is not Severity.OFF:
        return f"cce_{kind}_{identity}"
    return f"cce-{kind}-{identity[:8]}-{identity[8:12]}-{identity[12:16]}-{identity[16:20]}-{identity[20:]}"


def _uuid(name: bytes) -> str:
    """The digits of the UUID of version 5 (RFC 9562, section 5.5) of a name that is ours."""
    digest = bytearray(sha1(_OURS + name, usedforsecurity=False).digest()[:16])
    digest[6] = digest[6] & 0x0F | 0x50
    digest[8] = digest[8] & 0x3F | 0x80
    return digest.hex()
