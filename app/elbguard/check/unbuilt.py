"""What somebody has yet to make Services of, releases and charts' values and texts, and how it can be judged."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any, Final

from elbguard.check.drafts import METADATA, is_json_patch
from elbguard.check.kustomize import is_kustomization
from elbguard.check.nodes import Path, listed
from elbguard.report.model import Why
from elbguard.report.sentences import shortened
from elbguard.terraform.plans import unknown_format
from elbguard_rules.core.record import record
from elbguard_rules.relations.keys import is_elb_key

_MOST: Final = 20_000  # values looked at
_MARK: Final = "kubernetes.io/elb."
_POINTED: Final = "kubernetes.io~1elb."  # in a JSON pointer
_LONGEST: Final = 80
_VALUES: Final = (
    "values of a Helm chart, as it seems, with elb annotations that are judged once they are rendered:"
    " elbguard check --render CHART --values {file}, or helm template CHART --values {file} | elbguard check -"
)
_FORMAT: Final = "a plan or a state of Terraform in format {version}, which is not known here: nothing in it is judged"
_STATE: Final = (
    "a state file of Terraform, whose format is its own; what can be judged is what Terraform prints of it:"
    " terraform show -json | elbguard check -"
)
_KINDLESS: Final = (
    "an object with elb annotations that does not say its kind, so that nothing is judged: write kind: Service"
)
_WITHIN: Final = (
    "elb annotations within {article} {kind}: not judged here; of the Service that is made of them the webhook judges,"
    " and elbguard audit"
)
_IN_A_LIST: Final = "elb annotations within a list that holds no manifests: not judged"
_ANNOTATED: Final = re.compile(  # not a sentence about annotations, but one in a text
    r"(?:^|[{,;])[ \t-]*+[\"']?kubernetes\.io/elb\.[\w.-]++[\"']?[ \t]*+[:=]", re.MULTILINE
)
_ABOUT: Final = ("admissionregistration.k8s.io", "apiextensions.k8s.io")  # groups whose objects speak of annotations
_KUSTOMIZATION: Final = (
    "a kustomization that says elb annotations itself: elbguard check --render judges what it builds"
)


@record
class Unbuilt:
    """A thing that is not judged: what it is, its name, where to point to, how to judge it.

    `why` is SEEN where no annotations of a load balancer stand in it.
    """

    kind: str
    name: str
    path: Path
    message: str
    why: Why = Why.RENDER


def unbuilt(value: Any, file: str, text: str) -> Iterator[Unbuilt]:
    """What is to be told of a document; `file` is its name in reports, and `text` what stands in that."""
    if isinstance(value, list) or isinstance(_at(value, "kind"), str):
        for path, item in listed(value) or ():
            if isinstance(_at(item, "kind"), str):
                yield from (replace(each, path=(*path, *each.path)) for each in unbuilt(item, "", text))
    if isinstance(value, Mapping):
        yield from _whole(value, file, text)
    elif isinstance(value, list) and not (is_json_patch(value) or listed(value)) and (held := _held(value, text)):
        yield Unbuilt("", "", held, _IN_A_LIST, Why.ELSEWHERE)


def _whole(value: Mapping[str, Any], file: str, text: str) -> Iterator[Unbuilt]:
    if version := unknown_format(value):
        yield Unbuilt("", "", (), _FORMAT.format(version=shortened(version, _LONGEST)))
        return
    kind, group = str(value.get("kind") or ""), str(value.get("apiVersion") or "").rpartition("/")[0]
    name = str(_at(value, "metadata", "name") or "")
    if is_kustomization(value, file):
        if held := _held(value, text):
            yield Unbuilt(kind or "Kustomization", "", held, _KUSTOMIZATION)
    elif (tell := _TOLD.get((group, kind))) is not None:
        held = _held(value, text)
        yield Unbuilt(kind, name, held or (), tell(value), Why.RENDER if held else Why.SEEN)
    elif kind and group not in _ABOUT and (held := _within(value, text)):
        article = "an" if kind[:1].lower() in "aeiou" else "a"
        yield Unbuilt(kind, name, held, _WITHIN.format(article=article, kind=shortened(kind, _LONGEST)), Why.ELSEWHERE)
    elif not kind and "format_version" not in value and (held := _held(value, text)):
        yield Unbuilt("", name, held, *_of_no_kind(value, file, held))


def _of_no_kind(value: Mapping[str, Any], file: str, held: Path) -> tuple[str, Why]:
    if held[:2] == ("metadata", "annotations") and "apiVersion" in value:
        return _KINDLESS, Why.ELSEWHERE
    if "terraform_version" in value and isinstance(value.get("resources"), list):
        return _STATE, Why.RENDER
    terraform = isinstance(value.get("resource"), Mapping) and file.endswith(".tf.json")
    return TERRAFORM if terraform else _VALUES.format(file=shortened(file)), Why.RENDER


def _within(value: Mapping[str, Any], text: str) -> Path:
    """The path of the first annotation deep in an object that is no Service and no list; empty if there is none."""
    kind = value.get("kind")
    if (
        not _mentions(text)
        or listed(value) is not None
        or (kind == "Service" and value.get("apiVersion", "v1") == "v1")
    ):
        return ()
    held = holding(value)
    told = any(held[: len(path) + 1] == (*path, "annotations") for path in METADATA)  # by `elsewhere`
    return () if told else held


def _held(value: Any, text: str) -> Path:
    return holding(value) if _mentions(text) else ()


@lru_cache(maxsize=2)  # asked for every document of a text
def _mentions(text: str) -> bool:
    return _MARK in text or _POINTED in text


def _has_one(text: str) -> bool:
    return _POINTED in text or _ANNOTATED.search(text) is not None


def holding(value: Any) -> Path:
    """The path of the first annotation of a load balancer in a value, or of the first text with one; empty if none."""
    waiting: list[tuple[Path, Any]] = [((), value)]
    seen: set[int] = set()
    for _ in range(_MOST):
        if not waiting:
            break
        path, part = waiting.pop()
        if path and is_elb_key(path[-1]):
            return path
        if isinstance(part, str):
            if _has_one(part):
                return path
        elif isinstance(part, Mapping | list) and id(part) not in seen:
            seen.add(id(part))
            pairs = list(part.items()) if isinstance(part, Mapping) else list(enumerate(part))
            waiting += [((*path, key), inner) for key, inner in reversed(pairs)]
    return ()


def _release(value: Any) -> str:
    chart, version = _at(value, "spec", "chart", "spec", "chart"), _at(value, "spec", "chart", "spec", "version")
    flags = f" --version {_word(version)}" if version else ""
    return _helm("a HelmRelease of Flux", _word(chart) or "CHART", flags, "its spec.values in values.yaml")


def _of_k3s(value: Any) -> str:
    return _helm("a HelmChart of k3s", _word(_at(value, "spec", "chart")) or "CHART", "", "its valuesContent")


def _of_terraform(value: Any) -> str:
    return _helm("a helm_release of Terraform", "CHART", "", "its values in values.yaml")


def _helm(what: str, chart: str, flags: str, values: str) -> str:
    how = f"helm template {chart}{flags} --values values.yaml | elbguard check -"
    return f"{what}, of which nobody sees here what it renders: {how}, with {values}"


def _application(value: Any) -> str:
    name = _word(_at(value, "metadata", "name")) or "NAME"
    path = _word(_at(value, "spec", "source", "path"))
    local = f", or elbguard check --render {path} where that folder is" if path else ""
    return (
        "an Application of Argo CD, of which nobody sees here what it renders:"
        f" argocd app manifests {name} | elbguard check -{local}"
    )


def _application_set(value: Any) -> str:
    return (
        "an ApplicationSet of Argo CD, of which nobody sees here what its applications render:"
        " argocd app manifests NAME | elbguard check - for each, or elbguard check --render on their folders"
    )


def _flux(value: Any) -> str:
    name, path = _word(_at(value, "metadata", "name")) or "NAME", _word(_at(value, "spec", "path")) or "PATH"
    how = f"flux build kustomization {name} --path {path} --dry-run | elbguard check -"
    what = "a Kustomization of Flux, of which nobody sees here what it builds"
    return f"{what}: {how}, or elbguard check --render {path}"


def _word(value: Any) -> str:
    """A name or path as part of a command that people copy: printable, short, and without what a shell acts on."""
    text = shortened(value, _LONGEST) if isinstance(value, str) else ""
    return text if all(char.isalnum() or char in "./_-:@+~^<>=*, " for char in text) else ""


def _at(value: Any, *path: str) -> Any:
    for step in path:
        value = value.get(step) if isinstance(value, Mapping) else None
    return value


TERRAFORM: Final = (
    "a configuration of Terraform; what is judged is its plan:"
    " terraform plan -out tf.plan, then terraform show -json tf.plan | elbguard check -"
)
_TOLD: Final[Mapping[tuple[str, str], Callable[[Any], str]]] = {
    ("helm.toolkit.fluxcd.io", "HelmRelease"): _release,
    ("helm.cattle.io", "HelmChart"): _of_k3s,
    ("helm.cattle.io", "HelmChartConfig"): _of_k3s,
    ("kustomize.toolkit.fluxcd.io", "Kustomization"): _flux,
    ("argoproj.io", "Application"): _application,
    ("argoproj.io", "ApplicationSet"): _application_set,
    ("", "helm_release"): _of_terraform,
}
