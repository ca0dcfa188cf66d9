"""Step: the ValidatingAdmissionPolicy beside elbguard is bound where it is installed."""

from collections.abc import Iterator
from typing import Final

from elbguard.cluster.asking import at
from elbguard.cluster.rights import Right
from elbguard.doctor.diagnosis import Observation, doubtful_but_works, fine, wrong
from elbguard.doctor.installation import LABEL, NAME
from elbguard.doctor.sight import ADMISSION, Entity, Sight, labels, listed, named, path_in, word

_GROUPS: Final = (
    f"apis/{ADMISSION}/v1",
    f"apis/{ADMISSION}/v1beta1",
)  # 1.30 and later; 1.28 and 1.29 where switched on
_POLICIES, _BINDINGS = "validatingadmissionpolicies", "validatingadmissionpolicybindings"
_AGAIN: Final = "elbguard generate policy | kubectl apply -f -"


def look(sight: Sight) -> Iterator[Observation]:
    """Look at policies and bindings. Raises Blind."""
    for group in _GROUPS:
        policies = sight.all(path_in("", _POLICIES, group=group), Right("list", f"{_POLICIES}.{ADMISSION}"))
        if policies is None:
            continue
        right = Right("list", f"{_BINDINGS}.{ADMISSION}")
        bindings = sight.all(path_in("", _BINDINGS, group=group), right) or ()
        yield from _compared([each for each in policies if _is_ours(each)], bindings)
        return
    yield fine("this cluster has no ValidatingAdmissionPolicies, which come with Kubernetes 1.30")


def _compared(policies: list[Entity], bindings: tuple[Entity, ...]) -> Iterator[Observation]:
    names = {named(policy) for policy in policies}
    for binding in bindings:
        if _is_ours(binding) and (wanted := word(binding, "spec", "policyName")) not in names:
            says = (
                f"the ValidatingAdmissionPolicyBinding {named(binding)} binds the policy {wanted}, which is not there"
            )
            yield wrong(says, f"{_AGAIN}, or kubectl delete validatingadmissionpolicybinding {named(binding)}")
    for policy in policies:
        bound = [each for each in bindings if word(each, "spec", "policyName") == named(policy)]
        yield from _policy(policy, bound)
    if not policies:
        yield fine("no policy is installed beside elbguard; it may be left out (manifests/policy)")


def _policy(policy: Entity, bound: list[Entity]) -> Iterator[Observation]:
    title = f"the ValidatingAdmissionPolicy {named(policy)}"
    if not bound:
        yield wrong(f"{title} is not bound, and does nothing", f"Bind it: {_AGAIN}")
        return
    actions = sorted({str(action) for each in bound for action in listed(each, "spec", "validationActions")})
    yield fine(f"{title} is bound by {', '.join(map(named, bound))}: {', '.join(actions) or 'no action'}")
    for warning in listed(at(policy, "status", "typeChecking"), "expressionWarnings"):
        says = f"of {title} the API server cannot check {word(warning, 'fieldRef')}: {word(warning, 'warning')[:200]}"
        yield doubtful_but_works(says, f"Make it with this version again: {_AGAIN}")


def _is_ours(thing: Entity) -> bool:
    name = named(thing)
    return name == NAME or name.startswith(f"{NAME}-") or labels(thing).get(LABEL) == NAME
