"""View: a Service as the policy sees it, as it is to be and as it was before an update, in CEL.

What several expressions ask of a Service is a variable of the policy, evaluated once: its annotations, those with
something in them, its class as far as annotations tell, its listeners, its ports.
"""

import re
from typing import Any, Final

from app.generate.cel import text
from rules.annotations.autocreate import AUTOCREATE
from rules.annotations.elb_class import ELB_CLASS
from rules.annotations.known import PREFIX
from rules.annotations.protocol_port import PROTOCOL_PORT
from rules.core.annotation import Annotation
from rules.suppression import KEY

MOST_LISTENERS: Final = 100  # entries of elb.protocol-port; with more of them rules about listeners say nothing
UPDATING: Final = "variables.updating"
CHANGED: Final = "variables.changed"
OURS: Final = "variables.ours"
LISTENER: Final = (
    "{entry}.matches('(?i)^(http|https|tls|quic):[0-9]{{1,5}}$')"
    " && int({entry}.split(':')[1]) >= 1 && int({entry}.split(':')[1]) <= 65535"
)
_VARIABLE: Final = re.compile(r"variables\.(\w+)")


class View:
    """The Service at one moment: as it is to be, or (`before`) as it was; then all is empty on a creation."""

    def __init__(self, *, before: bool = False) -> None:
        self._suffix: Final = "_before" if before else ""
        self.spec: Final = "oldObject.spec" if before else "object.spec"

    def _variable(self, name: str) -> str:
        return f"variables.{name}{self._suffix}"

    def has(self, owner: Annotation[Any]) -> str:
        """The annotation is there; with something in it, where CCE reads the empty text as absent."""
        return f"{text(owner.key)} in {self._variable('given' if owner.blank_is_absent else 'annotations')}"

    def gives(self, owner: Annotation[Any]) -> str:
        """The annotation is there with something in it."""
        return f"{text(owner.key)} in {self._variable('given')}"

    def text(self, owner: Annotation[Any]) -> str:
        """Its text; an error where it is not there."""
        return f"{self._variable('annotations')}[{text(owner.key)}]"

    def entries(self, owner: Annotation[Any]) -> str:
        """What its text lists, with commas between."""
        return f"{self.text(owner)}.trim().split(',')"

    def equals(self, owner: Annotation[Any], value: str) -> str:
        """The annotation is there with this text."""
        return f"{self.gives(owner)} && {self.text(owner)} == {text(value)}"

    @property
    def shared(self) -> str:
        """The load balancer is shared: as written, or one to be created without a word about it."""
        return f"{self._variable('elb_class')} == 'union'"

    @property
    def listeners(self) -> str:
        """The entries of elb.protocol-port; none where one of them is malformed."""
        return self._variable("listeners")

    @property
    def named(self) -> str:
        """The ports of the listeners with the protocol below: `TCP:443`."""
        return self._variable("named")

    @property
    def ports(self) -> str:
        """The entries of spec.ports."""
        return self._variable("ports")

    @property
    def served(self) -> str:
        """The ports with their protocol: `TCP:443`."""
        return self._variable("served")

    @property
    def understood(self) -> str:
        """No entry of elb.protocol-port is malformed."""
        return f"(!({self.gives(PROTOCOL_PORT)}) || {self.listeners}.size() > 0)"

    def speaks(self, *protocols: str) -> str:
        """There is a listener of one of the protocols."""
        return f"{self.listeners}.exists(entry, {speaks('entry', *protocols)})"


NOW: Final = View()
BEFORE: Final = View(before=True)


def speaks(entry: str, *protocols: str) -> str:
    """An entry of elb.protocol-port has one of the protocols."""
    pattern = f"(?i)^({'|'.join(protocols)}):"
    return f"{entry}.matches({text(pattern)})"


def number(entry: str) -> str:
    """The port of an entry of elb.protocol-port."""
    return f"int({entry}.split(':')[1])"


def pair(entry: str) -> str:
    """An entry of elb.protocol-port as one of `named`."""
    return f"({speaks(entry, 'quic')} ? 'UDP:' : 'TCP:') + string({number(entry)})"


def variables(expressions: str) -> dict[str, str]:
    """The variables that expressions use, each behind those that it uses itself."""
    wanted = set(_VARIABLE.findall(expressions))
    for name, expression in reversed(_DEFINED.items()):
        if name in wanted:
            wanted |= set(_VARIABLE.findall(expression))
    return {name: expression for name, expression in _DEFINED.items() if name in wanted}


def _of(view: View, object_: str, known: str) -> dict[str, str]:
    """The variables of one moment; `known` is what must hold for the object to be there."""
    annotations, given, suffix = view._variable("annotations"), view._variable("given"), view._suffix
    protocol_port = view.entries(PROTOCOL_PORT)
    braces = text(r"(?s)^\s*[{].*[}]\s*$")
    found = {
        "annotations": f"{known}has({object_}.metadata.annotations) ? {object_}.metadata.annotations : {{}}",
        "given": f"{annotations}.filter(key, key.startsWith('kubernetes.io/') && {annotations}[key].trim() != '')",
        "elb_class": f"{view.gives(ELB_CLASS)} ? {view.text(ELB_CLASS)}\n"
        f": {view.gives(AUTOCREATE)} && {view.text(AUTOCREATE)}.matches({braces}) ? 'union' : ''",
        "listeners": f"{text(PROTOCOL_PORT.key)} in {given}\n"
        f"&& {protocol_port}.size() <= {MOST_LISTENERS}\n"
        f"&& {protocol_port}.all(entry,\n  {LISTENER.format(entry='entry')})\n"
        f"? {protocol_port} : []",
        "named": f"{view.listeners}.map(entry, {pair('entry')})",
        "ports": f"{known}has({object_}.spec.ports) ? {object_}.spec.ports : []",
        "served": f"{view.ports}.map(port, port.protocol + ':' + string(port.port))",
    }
    return {f"{name}{suffix}": expression for name, expression in found.items()}


_DEFINED: Final = {
    # What an update replaces, when that had its load balancer already; a type just changed is a creation.
    "updating": "oldObject != null && oldObject.spec.type == 'LoadBalancer' && !has(oldObject.spec.loadBalancerClass)",
    **_of(BEFORE, "oldObject", f"{UPDATING} && "),
    **_of(NOW, "object", ""),
    "ours": f"variables.annotations.exists(key, key.startsWith({text(PREFIX)}))",
    "ignored": f"{text(KEY)} in variables.annotations ? variables.annotations[{text(KEY)}] : ''",
    "changed": "variables.given.filter(key,\n"
    "  !(key in variables.annotations_before) || variables.annotations_before[key] != variables.annotations[key])",
}
