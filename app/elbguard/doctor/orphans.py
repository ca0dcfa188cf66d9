"""Step: no webhook configuration of elbguard is left over from another installation, and none is there twice."""

from collections.abc import Iterator

from elbguard.doctor.answering import service
from elbguard.doctor.diagnosis import Observation, doubtful_but_works, fine, wrong
from elbguard.doctor.installation import KINDS, Hook, Installation
from elbguard.doctor.sight import Sight, among
from elbguard.doctor.vouching import bundle_of

_SELECTORS = ("namespaceSelector", "objectSelector")


def look(sight: Sight, installation: Installation) -> Iterator[Observation]:
    """Look at those that do not count. Raises Blind."""
    counting = {hook.kind: hook for hook in installation.counting()}
    others = [hook for kind in KINDS for hook in installation.ours(kind) if hook != counting[kind]]
    for hook in others:
        yield _judged(sight, hook, counting[hook.kind])
    if not others:
        number = "no configuration of elbguard" if not counting else "no other configuration of elbguard"
        yield fine(f"there is {number}")


def _judged(sight: Sight, hook: Hook, counting: Hook) -> Observation:
    cure = f"Where nobody needs it: kubectl delete {hook.resource}"
    if why := _why_orphaned(sight, hook):
        return wrong(f"{hook.title} is left over: {among(why)}", cure)
    says = f"{hook.title} is there beside {counting.name}: elbguard is asked twice"
    if any(hook.webhook.get(key) != counting.webhook.get(key) for key in _SELECTORS):
        return doubtful_but_works(f"{says}, where both selectors choose a Service", cure)
    return wrong(f"{says} about every Service", cure)


def _why_orphaned(sight: Sight, hook: Hook) -> list[str]:
    found = []
    if hook.address.is_service:
        if service(sight, hook.address) is None:
            found.append(f"it calls {hook.address}, which does not exist")
        if not bundle_of(hook):
            found.append("its caBundle is empty")
    return found
