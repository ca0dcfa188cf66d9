"""Step: both webhook configurations are there."""

from collections.abc import Iterator
from typing import Final

from elbguard.doctor.diagnosis import Observation, fine, wrong
from elbguard.doctor.installation import KINDS, WEBHOOKS, Installation

APPLY: Final = "Apply the manifests again: kubectl apply -k FOLDER (manifests/README.md)"
_DOES: Final = {"mutating": "no default is filled in", "validating": "no Service is judged"}


def look(installation: Installation) -> Iterator[Observation]:
    """Look for both. Raises Blind."""
    counting = {hook.kind: hook for hook in installation.counting()}
    for kind in KINDS:
        if hook := counting.get(kind):
            yield fine(f"{hook.title} is there; its webhook {WEBHOOKS[kind]} calls {hook.address}")
        elif empty := installation.unconfigured(kind):
            says = f"the {kind} configuration {empty[0]} has no webhook {WEBHOOKS[kind]}: {_DOES[kind]}"
            yield wrong(says, APPLY)
        else:
            says = f"there is no {kind} configuration with the webhook {WEBHOOKS[kind]}: {_DOES[kind]}"
            yield wrong(says, APPLY)
