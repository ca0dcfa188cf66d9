"""kubernetes.io/elb.tls-certificate-ids: the SNI certificates, one for each further domain name."""

import re
from collections.abc import Iterator
from typing import Final

from elbguard_rules.core.annotation import Annotation
from elbguard_rules.core.check import rule
from elbguard_rules.core.commas import Commas, Items
from elbguard_rules.core.fact import ALLOWS, Subject, Tier, fact
from elbguard_rules.core.facts import Cluster, since
from elbguard_rules.core.gate import introduced
from elbguard_rules.core.limits import some
from elbguard_rules.core.problem import Problem, Severity, duplicate, invalid
from elbguard_rules.core.rule import Rule
from elbguard_rules.core.service import Service
from elbguard_rules.documents import ADVANCED, INGRESS_PAGES, REFERENCE, SNI

_KEY: Final = "kubernetes.io/elb.tls-certificate-ids"
_OTHER_SEPARATOR: Final = re.compile(r"[;|\s]+")
_MOST: Final = 50
_LIST: Final = Rule(
    "ELB530",
    "empty-sni-certificate",
    "SNI certificates are listed by their IDs, with one comma between two.",
    SNI.quote("5196aa70b0f143189e4cb54991ba2286,8125d71fcc124aabbe007610cba42d60"),
    "Remove the comma too many, or write the ID that is missing.",
)

TLS_CERTIFICATE_IDS: Final[Annotation[Items]] = Annotation(
    _KEY,
    Commas("5196aa70b0f143189e4cb54991ba2286,8125d71fcc124aabbe007610cba42d60"),
    _LIST,
    purpose="the SNI certificates, one for each further domain name",
    about=Subject.PROTOCOLS,
    tier=Tier.DOCUMENTED,
    after_create="lasting",
    gates=(
        introduced(
            "ELB531",
            "sni-on-old-cluster",
            SNI,
            since("v1.23.13-r0", "v1.25.8-r0", "v1.27.5-r0", "v1.28.3-r0"),
            what="SNI certificates exist",
        ),
    ),
    facts=(
        fact("The IDs have commas between them.", ADVANCED, "ELB535"),
        fact("An ID stands there once.", SNI, "ELB532"),
        fact("A listener has 50 of them at most.", REFERENCE, "ELB533"),
        fact("It needs an https or tls entry.", SNI, "ELB534"),
        fact("On an Ingress the first ID is the server's own certificate.", INGRESS_PAGES, because=ALLOWS),
    ),
)


@rule(
    "ELB532",
    "sni-certificate-listed-twice",
    "An SNI certificate is listed once.",
    SNI.quote("IDs of the SNI certificates"),
    TLS_CERTIFICATE_IDS,
    fix="Remove one of the two, or write the ID that was meant.",
    severity=Severity.WARNING,
)
def an_sni_certificate_is_listed_once(service: Service, cluster: Cluster) -> Iterator[Problem]:
    for index, text in (service[TLS_CERTIFICATE_IDS] or Items()).repeated():
        yield duplicate(TLS_CERTIFICATE_IDS.at(index), text, "a certificate is listed once")


@rule(
    "ELB535",
    "sni-certificates-without-commas",
    "Between two SNI certificates stands a comma.",
    ADVANCED.quote("Use commas (,) to separate multiple certificate IDs"),
    TLS_CERTIFICATE_IDS,
    fix="Write the IDs with a comma and no blank between two.",
    severity=Severity.WARNING,
)
def certificates_stand_between_commas(service: Service, cluster: Cluster) -> Iterator[Problem]:
    for index, text in enumerate((service[TLS_CERTIFICATE_IDS] or Items()).texts):
        parts = [part for part in _OTHER_SEPARATOR.split(text.strip()) if part]
        if len(parts) > 1:
            yield invalid(TLS_CERTIFICATE_IDS.at(index), text, f"write commas: {some(parts, ',')[:80]}")


@rule(
    "ELB533",
    "too-many-sni-certificates",
    "A listener has at most 50 SNI certificates.",
    REFERENCE.quote("at most 50 SNI certificates per listener"),
    TLS_CERTIFICATE_IDS,
    fix="Use certificates for several domain names, or spread the names over several Services.",
    severity=Severity.WARNING,
)
def a_listener_has_fifty_sni_certificates(service: Service, cluster: Cluster) -> Iterator[Problem]:
    given = service[TLS_CERTIFICATE_IDS]
    if given and len(given) > _MOST:
        yield invalid(TLS_CERTIFICATE_IDS.where, len(given), f"a listener has at most {_MOST} SNI certificates")
