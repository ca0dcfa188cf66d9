"""Step: other webhooks that are asked about Services, and when.

Mutating webhooks are called one after another, by the names of their configurations; validating ones all at once.
Source: Kubernetes, Dynamic Admission Control, "Reinvocation policy"; apiserver, mutating/dispatcher.go.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from elbguard.cluster.asking import at
from elbguard.doctor.answering import service
from elbguard.doctor.coverage import OPERATIONS
from elbguard.doctor.diagnosis import Observation, doubtful_but_works, fine
from elbguard.doctor.installation import KINDS, Address, Installation
from elbguard.doctor.selecting import covered
from elbguard.doctor.sight import Blind, Entity, Sight, named, word

_OURS: Final = ".elbguard.io"
_MOST: Final = 12  # names


@dataclass(frozen=True, slots=True)
class _Neighbour:
    configuration: str
    webhook: Any

    def __str__(self) -> str:
        return f"{self.configuration}/{word(self.webhook, 'name')}"


def look(sight: Sight, installation: Installation) -> Iterator[Observation]:
    """Name them, and what may surprise. Raises Blind."""
    for kind in KINDS:
        found = [each for one in installation.configurations(kind) for each in _asked(one)]
        names = [f"{each} (failurePolicy {word(each.webhook, 'failurePolicy')})" for each in found]
        more = f", and {len(names) - _MOST} more" if len(names) > _MOST else ""
        yield fine(f"other {kind} webhooks for Services: {', '.join(names[:_MOST]) or 'none'}{more}")
        yield from _gone(sight, found)
        if kind == "mutating":
            yield from _order(installation, found)


def _asked(configuration: Entity) -> Iterator[_Neighbour]:
    webhooks = at(configuration, "webhooks")
    for webhook in webhooks if isinstance(webhooks, list) else ():
        asked = any(covered(webhook, operation) for operation in OPERATIONS)
        if asked and not word(webhook, "name").endswith(_OURS):
            yield _Neighbour(named(configuration), webhook)


def _gone(sight: Sight, found: list[_Neighbour]) -> Iterator[Observation]:
    """Those that refuse every Service, since nobody answers for them."""
    for each in found:
        name = word(each.webhook, "clientConfig", "service", "name")
        namespace = word(each.webhook, "clientConfig", "service", "namespace")
        if not name or word(each.webhook, "failurePolicy") == "Ignore":
            continue
        try:
            missing = service(sight, Address("", namespace, name)) is None
        except Blind:
            continue
        if missing:
            says = f"{each} insists on being asked and calls the Service {namespace}/{name}, which does not exist"
            yield doubtful_but_works(
                f"{says}: Services that it is to see are refused", "Mend or remove that installation"
            )


def _order(installation: Installation, found: list[_Neighbour]) -> Iterator[Observation]:
    hook = next((each for each in installation.counting() if each.kind == "mutating"), None)
    if hook is None:
        return
    later = sorted({each.configuration for each in found if each.configuration > hook.name})
    again = word(hook.webhook, "reinvocationPolicy") == "IfNeeded"
    if later and not again:
        yield doubtful_but_works(
            f"{', '.join(later[:_MOST])} may change a Service after {hook.name}, which is not asked again"
            " (reinvocationPolicy Never): what they bring is not filled in",
            f"Set reinvocationPolicy: IfNeeded, as manifests/base has it: kubectl edit {hook.resource}",
        )
    elif later:
        yield fine(f"{hook.name} is called before {', '.join(later[:_MOST])}, and again where they change something")
