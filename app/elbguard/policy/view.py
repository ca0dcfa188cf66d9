"""View: a Service as the policy sees it, as it is to be and as it was before an update, in CEL.

What several expressions ask of a Service is a variable of the policy, evaluated once: its annotations, those with
something in them, its class as far as annotations tell, its listeners, its ports.

An API server spends n² on going through n things, so nothing is gone through that has no bound, and never one thing for
each of another. Annotations and their texts are bounded by the policy's first match condition (`within_limits`), lists
by the variables here, which are empty where there is more: then the rules about them say nothing.
"""

import re
from typing import Any, Final

from elbguard_rules.annotations.acl_id import ACL_ID
from elbguard_rules.annotations.autocreate import AUTOCREATE
from elbguard_rules.annotations.elb_class import ELB_CLASS
from elbguard_rules.annotations.natgateway_id import NATGATEWAY_ID
from elbguard_rules.annotations.protocol_port import PROTOCOL_PORT
from elbguard_rules.annotations.tags import TAGS
from elbguard_rules.annotations.tls_certificate_ids import TLS_CERTIFICATE_IDS
from elbguard_rules.core.annotation import Annotation
from elbguard_rules.core.cel import text
from elbguard_rules.suppression import KEY
from elbguard_rules.vocabulary.foreign import PREFIX

MOST_ANNOTATIONS: Final = 500
MOST_CHARACTERS: Final = 8192  # of the text of an annotation of ours
MOST: Final = 100  # entries of a list: in an annotation's text, of spec.ports, of spec.externalIPs
_MOST_IGNORED: Final = 1024  # characters of elbguard.io/ignore that rules look through: a longer one is heeded unread
LISTS: Final = (PROTOCOL_PORT, TAGS, TLS_CERTIFICATE_IDS, ACL_ID)  # whose texts rules go through
UPDATING: Final = "variables.updating"
CHANGED: Final = "variables.changed"
GIVEN: Final = "variables.given"
LISTENER: Final = (
    "{entry}.matches('(?i)^(http|https|tls|quic):[0-9]{{1,5}}$')"
    " && int({entry}.split(':')[1]) >= 1 && int({entry}.split(':')[1]) <= 65535"
)
_OF_OURS: Final = f"key.startsWith({text(PREFIX)})"
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
        """What its text lists, with commas between; nothing where that is too much to go through."""
        return self._variable(_listed(owner))

    def equals(self, owner: Annotation[Any], value: str) -> str:
        """The annotation is there with this text."""
        return f"{self.gives(owner)} && {self.text(owner)} == {text(value)}"

    @property
    def is_dnat(self) -> str:
        """A NAT gateway serves in the place of a load balancer."""
        return f"({self._variable('elb_class')} == 'dnat')"

    @property
    def ours(self) -> str:
        """It has annotations of ours and is not of class dnat: what most rules are about."""
        return self._variable("ours")

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
    def named_text(self) -> str:
        """The same with a comma before and behind each: `,TCP:443,,UDP:443,`."""
        return self._variable("named_text")

    @property
    def ports(self) -> str:
        """The entries of spec.ports; none where they are too many to go through."""
        return self._variable("ports")

    @property
    def numbers(self) -> str:
        """The numbers of the ports."""
        return self._variable("numbers")

    @property
    def external_ips(self) -> str:
        """The entries of spec.externalIPs; none where they are too many to go through."""
        return self._variable("external_ips")

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
    """An entry of elb.protocol-port as one of `named_text`: QUIC beside others on one port is no second listener."""
    return f"({speaks(entry, 'quic')} ? 'UDP:' : 'TCP:') + string({number(entry)})"


def _below(view: View, entry: str) -> str:
    """The port of the Service that an entry stands on: QUIC on one of UDP, or else of TCP."""
    udp, port = f"('UDP:' + string({number(entry)}))", f"string({number(entry)})"
    return f"({speaks(entry, 'quic')} && {udp} in {view.served} ? 'UDP:' : 'TCP:') + {port}"


def variables(expressions: str) -> dict[str, str]:
    """The variables that expressions use, each behind those that it uses itself."""
    wanted = set(_VARIABLE.findall(expressions))
    for name, expression in reversed(_DEFINED.items()):
        if name in wanted:
            wanted |= set(_VARIABLE.findall(expression))
    return {name: expression for name, expression in _DEFINED.items() if name in wanted}


def annotated(object_: str, key: str) -> str:
    """An object has an annotation whose `key` is so; false where it has too many to look."""
    annotations = f"{object_}.metadata.annotations"
    return f"has({annotations}) && {annotations}.size() <= {MOST_ANNOTATIONS} && {annotations}.exists(key, {key})"


def within_limits(object_: str) -> str:
    """An object's annotations are few and those of ours short enough to be judged for next to nothing."""
    annotations = f"{object_}.metadata.annotations"
    judged = f"key.startsWith({text(PREFIX)}) || key.startsWith('cce.io/')"
    short = f"!({judged}) || {annotations}[key].size() <= {MOST_CHARACTERS}"
    return f"!has({annotations}) || {annotations}.size() <= {MOST_ANNOTATIONS} && {annotations}.all(key, {short})"


def _listed(owner: Annotation[Any]) -> str:
    return f"listed_in_{owner.key.removeprefix(PREFIX).replace('-', '_')}"


def _of(view: View, object_: str, known: str) -> dict[str, str]:
    """The variables of one moment; `known` is what must hold for the object to be there."""
    annotations, written, suffix = view._variable("annotations"), view._variable("written"), view._suffix
    dnat = f"{text(ELB_CLASS.key)} in {written} && {written}[{text(ELB_CLASS.key)}] == 'dnat'"
    braces = text(r"(?s)^\s*[{].*[}]\s*$")
    found = {
        "written": f"{known}has({object_}.metadata.annotations) ? {object_}.metadata.annotations : {{}}",
        "annotations": f"{dnat}\n? {_of_dnat(written)}\n: {written}",  # of class dnat the others have no effect
        "given": f"{annotations}.filter(key,\n"
        f"  key.matches('^(kubernetes|cce)[.]io/') && {annotations}[key].trim() != '')",
        "elb_class": f"{view.gives(ELB_CLASS)} ? {view.text(ELB_CLASS)}\n"
        f": {view.gives(AUTOCREATE)} && {view.text(AUTOCREATE)}.matches({braces}) ? 'union' : ''",
        "ours": f"{annotations}.exists(key, {_OF_OURS}) && !{view.is_dnat}",
    }
    return {f"{name}{suffix}": expression for name, expression in found.items()} | _lists(view, object_, known)


def _of_dnat(written: str) -> str:
    """The annotations that a Service of class dnat is judged by."""
    gateway = text(NATGATEWAY_ID.key)
    return f"{{{text(ELB_CLASS.key)}: 'dnat', {gateway}: {gateway} in {written} ? {written}[{gateway}] : ''}}"


def _split(view: View, owner: Annotation[Any]) -> str:
    return f"{view.text(owner)}.trim().split(',')"


def _lists(view: View, object_: str, known: str) -> dict[str, str]:
    """The variables of one moment that are lists, none of more than `MOST` entries."""
    asked = "" if view is BEFORE else "variables.comparable && "
    found = {
        _listed(owner): f"{asked}{view.gives(owner)} && {_split(view, owner)}.size() <= {MOST}\n"
        f"? {_split(view, owner)} : []"
        for owner in LISTS
    }
    listeners = view.entries(PROTOCOL_PORT)
    found |= {
        "listeners": f"{listeners}.all(entry,\n  {LISTENER.format(entry='entry')})\n? {listeners} : []",
        "served": f"{view.ports}.map(port, port.protocol + ':' + string(port.port))",
        "named": f"{view.listeners}.map(entry, {_below(view, 'entry')})",
        "named_text": f"',' + {view.listeners}.map(entry, {pair('entry')}).join(',,') + ','",
        "numbers": f"{view.ports}.map(port, port.port)",
    }
    spec = {"ports": "ports", "external_ips": "externalIPs"}
    rows = {
        name: f"{known}{asked}has({object_}.spec.{field}) && {object_}.spec.{field}.size() <= {MOST}\n"
        f"? {object_}.spec.{field} : []"
        for name, field in spec.items()
    }
    return {f"{name}{view._suffix}": expression for name, expression in (rows | found).items()}


def _comparable() -> str:
    """What an update replaces has no list too long to go through: of another nobody could say what is new."""
    spec = [f"(!has(oldObject.spec.{f}) || oldObject.spec.{f}.size() <= {MOST})" for f in ("ports", "externalIPs")]
    lists = [f"(!({BEFORE.gives(owner)}) || {_split(BEFORE, owner)}.size() <= {MOST})" for owner in LISTS]
    return f"!{UPDATING}\n|| " + "\n  && ".join([*spec, *lists])


_DEFINED: Final = {
    # What an update replaces, when that was judged: a type just changed is a creation, and so is what became ours.
    "updating": "oldObject != null && oldObject.spec.type == 'LoadBalancer' && !has(oldObject.spec.loadBalancerClass)\n"
    f"&& {annotated('oldObject', _OF_OURS)}",
    **_of(BEFORE, "oldObject", f"{UPDATING} && "),
    "comparable": _comparable(),
    **_of(NOW, "object", ""),
    "ignored_unread": f"{text(KEY)} in variables.written && variables.written[{text(KEY)}].size() > {_MOST_IGNORED}",
    "ignored": f"{text(KEY)} in variables.written && !variables.ignored_unread ? variables.written[{text(KEY)}] : ''",
    # What was excused before an update, unless it was too long to be looked through.
    "excused": f"variables.updating && {text(KEY)} in variables.written_before\n"
    f"&& variables.written_before[{text(KEY)}].size() <= {_MOST_IGNORED} ? variables.written_before[{text(KEY)}] : ''",
    "changed": "variables.given.filter(key,\n"
    "  !(key in variables.annotations_before) || variables.annotations_before[key] != variables.annotations[key])",
}
