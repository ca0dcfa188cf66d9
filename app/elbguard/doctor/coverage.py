"""Step: the rules of both configurations cover creations and updates of Services."""

import json
from collections.abc import Iterator
from typing import Final

from elbguard.doctor.configurations import APPLY
from elbguard.doctor.diagnosis import Observation, doubtful_but_works, fine, wrong
from elbguard.doctor.installation import Hook, Installation
from elbguard.doctor.selecting import covered
from elbguard.doctor.sight import among

OPERATIONS: Final = ("CREATE", "UPDATE")
_PASS: Final = {"CREATE": "are created", "UPDATE": "are changed"}


def look(installation: Installation) -> Iterator[Observation]:
    """Look at the rules of those configurations that there are. Raises Blind."""
    for hook in installation.counting():
        yield from _rules(hook)


def _rules(hook: Hook) -> Iterator[Observation]:
    missing = [operation for operation in OPERATIONS if not covered(hook.webhook, operation)]
    if missing:
        passed = among([_PASS[operation] for operation in missing])
        yield wrong(
            f"the rules of {hook.title} do not cover {among(missing)} of services: Services that {passed} pass by it",
            f"{APPLY}, or add them: kubectl edit {hook.resource}",
        )
        return
    if chosen := hook.webhook.get("objectSelector"):
        yield doubtful_but_works(
            f"{hook.title} is asked about Services with certain labels only: {json.dumps(chosen)[:200]}",
            f"Take the objectSelector away where all Services are meant: kubectl edit {hook.resource}",
        )
    status = hook.kind == "validating" and not covered(hook.webhook, "UPDATE", "services/status")
    also = "; services/status is left out, so that annotations written along with a status are not judged"
    yield fine(f"{hook.title} covers {among(OPERATIONS)} of services{also if status else ''}")
