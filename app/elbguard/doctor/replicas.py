"""Step: all replicas run with the same settings, and the settings can be understood."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from elbguard.cluster.asking import at
from elbguard.doctor.diagnosis import Observation, fine, unknown, wrong
from elbguard.doctor.installation import Installation
from elbguard.doctor.metered import readouts
from elbguard.doctor.operator import Operator
from elbguard.doctor.pods import arguments, container, volume
from elbguard.doctor.sight import Blind, Entity, Sight, among, listed, word
from elbguard.doctor.workload import Workload
from elbguard.report.sentences import count
from elbguard.settings_mistakes import SettingsError

_ROLLOUT: Final = (
    "kubectl -n NAMESPACE rollout status deployment/elbguard: wait for it, or mend what holds it up; then"
    " kubectl -n NAMESPACE rollout restart deployment/elbguard"
)
_RELOAD: Final = (
    "A changed ConfigMap arrives within two minutes; a replica that stays behind says why in its log, and is"
    " restarted by kubectl rollout restart deployment/elbguard"
)
_MOST: Final = 5  # names of replicas in a sentence


def look(sight: Sight, installation: Installation, workload: Workload, operator: Operator) -> Iterator[Observation]:
    """Compare the Pods with each other, and what they say of themselves. Raises Blind."""
    yield from _settings(operator)
    pods = workload.replicas
    if pods:
        yield from _compared(pods)
    try:
        digests = {each.replica: each.digest for each in readouts(sight, installation, workload) if each.digest}
    except Blind as blind:
        says = f"with which settings each replica works by now cannot be asked: {blind}"
        yield unknown(says, blind=blind.denied)
        return
    if len(set(digests.values())) > 1:
        yield wrong(f"replicas work with different settings by now: {_grouped(digests)}", _RELOAD)
    elif digests:
        yield fine(f"{count(len(digests), 'replica')} work{'s' if len(digests) == 1 else ''} with one and the same")
    elif not pods:
        yield unknown("no replica can be seen or asked: their settings are not known")


def _settings(operator: Operator) -> Iterator[Observation]:
    try:
        operator.understood()
    except SettingsError as error:
        says = f"the settings cannot be understood, so that replicas stay with older ones or do not start: {error}"
        yield wrong(says, f"Mend {operator.where or 'the flags of the Deployment'}")


def _compared(pods: tuple[Entity, ...]) -> Iterator[Observation]:
    differs = []
    for what, value_of in _ASPECTS.items():
        found = {word(pod, "metadata", "name"): value_of(pod) for pod in pods}
        if len(set(found.values())) > 1:
            differs.append(f"{what}: {_grouped(found)}")
    if differs:
        namespace = word(pods[0], "metadata", "namespace")
        yield wrong(f"replicas run with different {'; '.join(differs)}", _ROLLOUT.replace("NAMESPACE", namespace))
    else:
        yield fine(
            f"{count(len(pods), 'Pod')} run{'s' if len(pods) == 1 else ''} with the same image, flags and settings"
        )


def _grouped(found: Mapping[str, str]) -> str:
    groups = defaultdict(list)
    for name, value in sorted(found.items()):
        groups[value].append(name)
    told = []
    for value, names in groups.items():
        more = [f"{len(names) - _MOST} more"] if len(names) > _MOST else []
        told.append(f"{among(names[:_MOST] + more)} with {value[:200] or 'none'}")
    return ", ".join(told)


def _variables(pod: Any) -> str:
    return " ".join(
        f"{word(each, 'name')}={word(each, 'value')}"
        for each in listed(container(pod), "env")
        if word(each, "name").startswith("ELBGUARD_")
    )


def _configuration(pod: Any) -> str:
    """The ConfigMap, or what else, that its settings' file is in."""
    given = next((text.partition("=")[2] for text in arguments(pod) if text.startswith("--config=")), "")
    return str(at(volume(pod, given), "configMap", "name") or "") if given else ""


def _hash(pod: Any) -> str:
    """What tools note of the settings in an annotation, so that a change of them makes new Pods."""
    found = at(pod, "metadata", "annotations")
    noted = found if isinstance(found, Mapping) else {}
    return " ".join(f"{key}={noted[key]}" for key in sorted(noted) if key.partition("/")[0] == "checksum")


_ASPECTS: Final[dict[str, Callable[[Any], str]]] = {
    "flags": lambda pod: " ".join(arguments(pod)),
    "variables": _variables,
    "images": lambda pod: word(container(pod), "image"),
    "ConfigMaps": _configuration,
    "noted checksums": _hash,
}
