"""The Services of a plan, each as a document of its own whose parts stand where the plan has them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

import yaml

from elbguard.check.lines import skipped
from elbguard.check.manifests import Manifest, SourceError, documents
from elbguard.check.scalar import Positions, positions
from elbguard.terraform.blocks import Shaped, as_it_is, service
from elbguard.terraform.plans import Planned, is_plan, resources

_MARK: Final = "kubernetes.io/elb."
HELM: Final = "helm_release"
_NO_VERSION: Final = "terraform"  # stands for the resourceVersion of what is in a cluster


def expanded(document: Manifest) -> Iterator[Manifest]:
    """The documents to judge in the place of one: itself, and the objects of the plan that it is."""
    yield document
    if not is_plan(document.value):
        return
    for planned in resources(document.value):
        found = document.find(planned.path)
        if found:
            for made in _READERS.get(planned.type, _of_others)(document, planned, found[1]):
                yield replace(made, address=planned.address)


def _of_provider(document: Manifest, planned: Planned, node: yaml.Node) -> Iterator[Manifest]:
    """`kubernetes_service`: blocks in Terraform's words."""
    made = service(planned.values, node, planned.unknown, standing=planned.standing)
    old = service(planned.before, node, None, standing=True).data if planned.before else None
    yield _made(document, made, planned, old)


def _of_object(document: Manifest, planned: Planned, node: yaml.Node) -> Iterator[Manifest]:
    """`kubernetes_manifest`: an object of Kubernetes as it is."""
    value, before = planned.values.get("manifest"), (planned.before or {}).get("manifest")
    found = _member(node, "manifest")
    unknown = planned.unknown.get("manifest") if isinstance(planned.unknown, Mapping) else None
    if isinstance(value, Mapping) and found:
        yield _made(document, as_it_is(value, found, unknown), planned, before)


def _of_annotations(document: Manifest, planned: Planned, node: yaml.Node) -> Iterator[Manifest]:
    """`kubernetes_annotations`: some annotations of an object that is another's."""
    if planned.values.get("kind") == "Service" and planned.values.get("api_version") == "v1":
        metadata = planned.values.get("metadata")
        given = metadata[0] if isinstance(metadata, list) and metadata and isinstance(metadata[0], Mapping) else {}
        values = {"metadata": [{**given, "annotations": planned.values.get("annotations")}]}
        found = _member(node, "annotations")
        pairs = [(yaml.ScalarNode("", "annotations", node.start_mark, node.end_mark, style='"'), found or node)]
        inner = yaml.MappingNode("", pairs, node.start_mark, node.end_mark, flow_style=True)
        metadata_key = yaml.ScalarNode("", "metadata", node.start_mark, node.end_mark, style='"')
        whole = yaml.MappingNode("", [(metadata_key, inner)], node.start_mark, node.end_mark, flow_style=True)
        yield _made(document, service(values, whole, None, standing=False), planned, None)


def _of_text(name: str) -> "_Reader":
    """What has a manifest as a text: `yaml_body` of `kubectl_manifest`, `manifest` of `kustomization_resource`."""

    def reader(document: Manifest, planned: Planned, node: yaml.Node) -> Iterator[Manifest]:
        found, before = _member(node, name), (planned.before or {}).get(name)
        if not isinstance(found, yaml.ScalarNode) or not isinstance(planned.values.get(name), str):
            return
        where = positions(document.text, found)
        old = next(iter(_read(before)), None) if isinstance(before, str) else None
        for each in _read(found.value):
            node = _moved(each.node, where, skipped(document.text)) if where else found
            yield _made(document, Shaped(each.value, node), planned, old.value if old else None)

    return reader


def _of_chart(document: Manifest, planned: Planned, node: yaml.Node) -> Iterator[Manifest]:
    """`helm_release`: nobody knows what it renders; it is told of."""
    names = {name: planned.values.get(name) for name in ("name", "namespace")}
    value = {"kind": HELM, "metadata": names, "values": planned.values.get("values")}
    yield replace(document, value=value, node=node, duplicates=())


def _of_others(document: Manifest, planned: Planned, node: yaml.Node) -> Iterator[Manifest]:
    """A resource of another type, in which annotations may stand that are told of."""
    if _MARK in document.text:
        yield replace(document, value={**planned.values, "kind": planned.type}, node=node, duplicates=())


def _made(document: Manifest, made: Shaped, planned: Planned, old: Any) -> Manifest:
    value = made.data
    if planned.standing and isinstance(value, Mapping):
        metadata = value.get("metadata")
        version = {"resourceVersion": _NO_VERSION, **(metadata if isinstance(metadata, Mapping) else {})}
        value = {**value, "metadata": version}
    old = old if isinstance(old, Mapping) else None
    return replace(document, value=value, node=made.node, duplicates=(), old=old)


def _member(node: yaml.Node, name: str) -> yaml.Node | None:
    pairs = node.value if isinstance(node, yaml.MappingNode) else ()
    return next((value for key, value in pairs if key.value == name), None)


def _read(text: str) -> list[Manifest]:
    found: list[Manifest] = []
    try:
        found.extend(documents(text))
    except SourceError:
        return found
    return found


def _moved(node: yaml.Node, where: Positions, opening: int) -> yaml.Node:
    """A tree read from a text that stands in another one, with the places of that one; aliases are shared as before."""
    known: dict[int, yaml.Node] = {}

    def mark(at: int) -> yaml.Mark:
        return yaml.Mark("", at - opening, 0, 0, None, 0)

    def copied(node: yaml.Node) -> yaml.Node:
        if id(node) not in known:
            first, last = node.start_mark.index, min(node.end_mark.index, len(where.ends))
            start = where.starts[min(first, len(where.ends))]
            marks = mark(start), mark(where.ends[last - 1] if last > first else start)
            if isinstance(node, yaml.ScalarNode):
                known[id(node)] = yaml.ScalarNode(node.tag, node.value, *marks, style=node.style)
            elif isinstance(node, yaml.MappingNode):
                pairs = [(copied(key), copied(value)) for key, value in node.value]
                known[id(node)] = yaml.MappingNode(node.tag, pairs, *marks, flow_style=True)
            else:
                items = [copied(value) for value in node.value]
                known[id(node)] = yaml.SequenceNode(node.tag, items, *marks, flow_style=True)
        return known[id(node)]

    return copied(node)


_Reader = Callable[[Manifest, Planned, yaml.Node], Iterator[Manifest]]
_READERS: Final[Mapping[str, _Reader]] = {
    "kubernetes_service": _of_provider,
    "kubernetes_service_v1": _of_provider,
    "kubernetes_manifest": _of_object,
    "kubernetes_annotations": _of_annotations,
    "kubectl_manifest": _of_text("yaml_body"),
    "kustomization_resource": _of_text("manifest"),
    HELM: _of_chart,
}
