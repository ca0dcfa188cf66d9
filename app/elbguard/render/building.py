"""Targets built: the command for each, what it prints, and the files that it was made from."""

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from elbguard.check.walk import SUFFIXES
from elbguard.render.charts import HelmChart
from elbguard.render.kustomizations import Kustomization, closure
from elbguard.render.planning import BuildTarget
from elbguard.render.programs import CannotBuild, Runner, program
from elbguard.render.terms import Terms
from elbguard.render.vendoring import whole

_KUSTOMIZE: Final = "kustomize or kubectl 1.21 or later"
_FIRST_CURRENT: Final = 21
_MINOR: Final = re.compile(r'"minor": *"(\d{1,4})')
_RELEASE: Final = 53  # characters of a release's name at most
_UNFIT: Final = re.compile(r"[^a-z0-9-]+")


@dataclass(frozen=True, slots=True)
class Built:
    """What was built of a target: its text, and the real paths of the files that went into it."""

    target: BuildTarget
    text: str
    files: tuple[str, ...]


def built(target: BuildTarget, terms: Terms, namespace: str, waiting: Callable[[], None] = lambda: None) -> Built:
    """Build a target; `waiting` is told while that takes its time. Raises CannotBuild."""
    runner = Runner(terms.seconds, terms.allow_remote, waiting)
    if isinstance(target.what, HelmChart):
        return Built(target, _rendered(target.what, terms, namespace, runner), tuple(_of_chart(target.what, terms)))
    return _kustomized(target, target.what, terms, runner)


def _kustomized(target: BuildTarget, what: Kustomization, terms: Terms, runner: Runner) -> Built:
    parts = closure(what, allow_remote=terms.allow_remote)
    path = program("kustomize", "kubectl", install=_KUSTOMIZE)
    verb = "kustomize" if Path(path).stem == "kubectl" else "build"
    flags = [f"--load-restrictor={terms.load_restrictor}"] if terms.load_restrictor else []
    try:
        text = runner.output([path, verb, what.folder, *flags])
    except CannotBuild as error:
        raise CannotBuild(f"{error}{_age_of(path, runner) if verb == 'kustomize' else ''}") from None
    return Built(target, text, tuple(sorted(parts.files)))


def _age_of(kubectl: str, runner: Runner) -> str:
    """What to say of a kubectl that is too old for much of today's kustomize: up to v1.20 it holds kustomize 2.0.3."""
    try:
        told = _MINOR.search(runner.output([kubectl, "version", "--client", "--output=json"]))
    except CannotBuild:
        return ""
    old = told and int(told[1]) < _FIRST_CURRENT
    return f"; this kubectl is v1.{told[1]}, {_KUSTOMIZE} knows more" if told and old else ""


def _rendered(chart: HelmChart, terms: Terms, namespace: str, runner: Runner) -> str:
    helm = program("helm", install="Helm 3 or later")
    with whole(chart, helm, runner) as folder:
        words = _of_helm(chart, folder, terms, namespace)
        return runner.output([helm, *words])


def _of_helm(chart: HelmChart, folder: str, terms: Terms, namespace: str) -> Iterator[str]:
    """The words of the command that renders a chart."""
    release = terms.release or _UNFIT.sub("-", chart.name.lower())[:_RELEASE].strip("-") or "release-name"
    yield from ("template", release, folder, "--skip-tests")
    if namespace:
        yield f"--namespace={namespace}"
    if terms.kube_version:
        yield f"--kube-version={terms.kube_version}"
    for file in terms.values:
        yield f"--values={os.path.abspath(file)}"
    yield from (f"--set={value}" for value in terms.sets)


def _of_chart(chart: HelmChart, terms: Terms) -> Iterator[str]:
    """The files that a chart is made from; those whose values win come later."""
    for top in (chart.folder, *chart.lent()):
        for folder, folders, names in os.walk(top):
            folders.sort()
            for name in sorted(names):
                path = os.path.join(folder, name)
                if name.endswith((*SUFFIXES, ".tpl")) and (top != chart.folder or chart.owns(path)):
                    yield path
    yield from (os.path.realpath(file) for file in terms.values)
