"""Claimants: the Services and Ingresses of a text that claim something of a load balancer, and where they stand."""

from collections.abc import Iterator

from elbguard.check.kinds import ingresses_in
from elbguard.check.manifests import Manifest
from elbguard.check.nodes import Path
from elbguard_rules.collisions.census import claims_of
from elbguard_rules.collisions.claims import Claims, of_ingress
from elbguard_rules.core.record import record
from elbguard_rules.core.service import Service


@record
class Claimant:
    """What an object claims, the number of its document in the text, from 0, and the path that leads to it there."""

    claims: Claims
    document: int
    root: Path


def claimant(
    service: Service, number: int, document: Manifest, root: Path, name: str, namespace: str
) -> list[Claimant]:
    """A Service of a document as a claimant, if it is one; `name` is what reports call the file.

    `namespace` is that of Services that name none.
    """
    claims = claims_of(service, namespace=namespace)
    return [_placed(claims, number, document, root, name)] if claims else []


def ingresses(number: int, document: Manifest, name: str, namespace: str) -> Iterator[Claimant]:
    """The Ingresses of a document that claim something."""
    for root, raw in ingresses_in(document.value, ()):
        if claims := of_ingress(raw, namespace=namespace):
            yield _placed(claims, number, document, root, name)


def _placed(claims: Claims, number: int, document: Manifest, root: Path, name: str) -> Claimant:
    place = document.where(root) if root else None
    line = document.lines.number(place.value.start) if place else document.start_line
    claims.who = claims.who._replace(place=f"{name}:{line}")
    return Claimant(claims, number, root)
