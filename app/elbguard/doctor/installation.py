"""The installation: which webhook configurations are elbguard's, which of them counts, and whom they call."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal
from urllib.parse import urlsplit

from elbguard.cluster.asking import at
from elbguard.cluster.rights import Right
from elbguard.doctor.sight import ADMISSION, Blind, Entity, Sight, labels, listed, named, path_in, word

Kind = Literal["mutating", "validating"]
KINDS: Final[tuple[Kind, ...]] = ("mutating", "validating")
WEBHOOKS: Final[dict[Kind, str]] = {"mutating": "mutate.elbguard.io", "validating": "validate.elbguard.io"}
NAME: Final = "elbguard"
LABEL: Final = "app.kubernetes.io/name"
_HTTPS: Final = 443


@dataclass(frozen=True, slots=True)
class Address:
    """Whom a webhook calls: a Service by its namespace, name and port, or a host and port by `url`."""

    url: str = ""
    namespace: str = ""
    name: str = ""
    port: int = _HTTPS

    @property
    def is_service(self) -> bool:
        """Whether it is a Service."""
        return not self.url

    @property
    def host(self) -> str:
        """The host name or address that the serving certificate is to be for."""
        return (urlsplit(self.url).hostname or "") if self.url else f"{self.name}.{self.namespace}.svc"

    def __str__(self) -> str:
        return self.url or f"the Service {self.namespace}/{self.name}"


@dataclass(frozen=True, slots=True)
class Hook:
    """A webhook of ours in its configuration."""

    kind: Kind
    configuration: Entity
    webhook: Mapping[str, Any]

    @property
    def name(self) -> str:
        """The name of its configuration."""
        return named(self.configuration)

    @property
    def title(self) -> str:
        """What it is called in sentences."""
        return f"the {self.kind} configuration {self.name}"

    @property
    def address(self) -> Address:
        """Whom it calls."""
        client = at(self.webhook, "clientConfig")
        if url := word(client, "url"):
            return Address(url, port=_port_of(url))
        port = at(client, "service", "port")
        namespace, name = word(client, "service", "namespace"), word(client, "service", "name")
        return Address("", namespace, name, port if isinstance(port, int) else _HTTPS)

    @property
    def resource(self) -> str:
        """The configuration as kubectl takes it."""
        return f"{self.kind}webhookconfiguration {self.name}"


class Installation:
    """The webhook configurations of a cluster, and of those that are elbguard's the pair that counts.

    `wanted` is the name of that pair; where nothing is called so, it is the only one, or the one that was made first.
    """

    def __init__(self, sight: Sight, wanted: str = NAME) -> None:
        self._sight, self.wanted = sight, wanted

    def configurations(self, kind: Kind) -> tuple[Entity, ...]:
        """All webhook configurations of a kind. Raises Blind."""
        resource = f"{kind}webhookconfigurations"
        group = f"apis/{ADMISSION}/v1"
        return self._sight.all(path_in("", resource, group=group), Right("list", f"{resource}.{ADMISSION}")) or ()

    def ours(self, kind: Kind) -> list[Hook]:
        """The webhooks of elbguard, those that count first. Raises Blind."""
        found = [hook for each in self.configurations(kind) for hook in _hooks(kind, each)]
        if len(found) < 2:
            return found
        return sorted(found, key=lambda hook: (self._is_dead(hook), hook.name != self.wanted, _made(hook), hook.name))

    def counting(self) -> list[Hook]:
        """The webhook of each kind that counts; at most one of a kind. Raises Blind."""
        found = {kind: self.ours(kind) for kind in KINDS}
        firsts = [hooks[0] for hooks in found.values() if hooks]
        if len(firsts) == len(KINDS) and firsts[0].name != firsts[1].name:
            shared = {hook.name for hook in found["mutating"]} & {hook.name for hook in found["validating"]}
            if self.wanted not in {hook.name for hook in firsts} and shared:
                return [next(hook for hook in found[kind] if hook.name in shared) for kind in KINDS]
        return firsts

    def unconfigured(self, kind: Kind) -> tuple[str, ...]:
        """The configurations that are called as ours and have no webhook of ours. Raises Blind."""
        all_ours = {hook.name for hook in self.ours(kind)}
        return tuple(
            named(each)
            for each in self.configurations(kind)
            if named(each) not in all_ours and (named(each) == self.wanted or labels(each).get(LABEL) == NAME)
        )

    def _is_dead(self, hook: Hook) -> bool:
        """Whether it calls a Service that is not there, as far as that can be seen."""
        address = hook.address
        right = Right("get", "services", address.namespace)
        try:
            path = path_in(address.namespace, "services", address.name)
            return address.is_service and self._sight.one(path, right) is None
        except Blind:
            return False

    def service(self) -> Address | None:
        """The Service that is called; None where none is. Raises Blind."""
        return next((hook.address for hook in self.counting() if hook.address.is_service), None)


def _hooks(kind: Kind, configuration: Entity) -> Iterator[Hook]:
    for webhook in listed(configuration, "webhooks"):
        if word(webhook, "name") == WEBHOOKS[kind]:
            yield Hook(kind, configuration, webhook)


def _made(hook: Hook) -> str:
    return word(hook.configuration, "metadata", "creationTimestamp")


def _port_of(url: str) -> int:
    try:
        return urlsplit(url).port or _HTTPS
    except ValueError:
        return _HTTPS
