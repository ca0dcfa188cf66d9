"""Case files: manifests whose comments say what must happen to them. The format: tests/cases/README.md."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from itertools import takewhile
from pathlib import Path
from typing import Any, Final, NamedTuple

import yaml

from elbguard.check.given_twice import given_twice
from elbguard.check.manifests import documents
from elbguard.settings import Settings
from elbguard_rules.core.engine import Review
from elbguard_rules.core.facts import SHIPPED, Version
from elbguard_rules.core.finding import Finding
from elbguard_rules.core.service import Service
from tests.generators.beside import neighbours
from tests.generators.casecomments import MARK, SECOND, Comments, Gate, assert_complete, comments, ids_in
from tests.generators.changes import changed, line_of
from tests.generators.conditions import guard

_LAST: Final = 99  # the patch of a line's last release, whatever it is


@dataclass(frozen=True)
class Document:
    """One manifest of a case file in one cluster: what must happen to it, and the manifest without comments.

    `about` are the rules that it is a case of; `file` and `line` say where it begins; `marks` are the rules to blame by
    the lines of `manifest`, from 1. `before` is the old object of an update. `releases` are those of the gate that it
    was made from, as the file lists them. `beside` describes the objects beside the Service.
    """

    file: Path
    line: int
    verdict: str
    about: tuple[str, ...]
    title: str
    manifest: str
    marks: dict[int, tuple[str, ...]]
    facts: dict[str, dict[str, Any]] = field(default_factory=lambda: {"cluster": {}, "policy": {}})
    before: str = ""
    releases: tuple[str, ...] = ()
    beside: tuple[dict[str, Any], ...] = ()

    @property
    def settings(self) -> dict[str, Any]:
        """The facts as the fields of Settings."""
        cluster, policy = self.facts["cluster"], self.facts["policy"]
        named = {f"cluster_{key}" if key in ("version", "type") else key: value for key, value in cluster.items()}
        return {key.replace("-", "_"): value for key, value in (named | policy).items()}

    @cached_property
    def service(self) -> Service:
        """The Service to judge."""
        old = Service(loaded(self.before)) if self.before else None
        return Service(loaded(self.manifest), old)

    @cached_property
    def review(self) -> Review:
        """What elbguard says about it."""
        settings = Settings(**self.settings)
        beside = neighbours(self.beside)
        return guard(settings).review(self.service, settings.cluster, self._given_twice(settings), beside)

    def _given_twice(self, settings: Settings) -> list[Finding]:
        """What only a reader of the manifest's text sees."""
        [read] = documents(self.manifest)
        return [finding for finding, _ in given_twice(read, (), self.service, settings.policy)]


class _Written(NamedTuple):
    """A document as it stands in the file, with its whole manifest."""

    line: int
    said: Comments
    manifest: str
    marks: dict[int, tuple[str, ...]]

    @property
    def is_second(self) -> bool:
        """Whether it belongs to the document before it, which says in which cluster."""
        return self.said.verdict in SECOND


def loaded(manifest: str) -> dict[str, Any]:
    """The Service that a manifest declares."""
    found: dict[str, Any] = yaml.load(manifest, yaml.CSafeLoader)
    return found


@cache
def by_rule(root: Path) -> dict[str, list[Document]]:
    """All cases of each rule, by its id; `root` is the project's folder."""
    found: dict[str, list[Document]] = {}
    for document in all_documents(root / "tests/cases"):
        for id_ in document.about:
            found.setdefault(id_, []).append(document)
    return found


@cache
def all_documents(folder: Path) -> tuple[Document, ...]:
    """The documents of all case files below a folder."""
    return tuple(document for file in sorted(folder.rglob("*.yaml")) for document in read(file))


def read(file: Path) -> list[Document]:
    """The documents of a case file in their order, once for each cluster; an `after` carries its `before`.

    Raises ValueError, with the line, where a document is not written as the format wants it.
    """
    found: list[Document] = []
    written = list(_written(file))
    for position, first in enumerate(written):
        if first.is_second:
            continue
        group = (first, *takewhile(lambda each: each.is_second, written[position + 1 :]))
        for cluster in first.said.clusters or ({},):
            facts = {"cluster": cluster, "policy": first.said.policy}
            documents = [replace(_document(file, each), facts=facts, beside=first.said.beside) for each in group]
            if documents[0].verdict == "before":
                documents[1:] = [replace(each, before=documents[0].manifest) for each in documents[1:]]
            found += _at_releases(documents, first.said.gate) if first.said.gate else documents
    return found


def _written(file: Path) -> Iterator[_Written]:
    """The documents as they stand in the file, each with its whole manifest."""
    whole = above = ""
    for line, part in _parts(file.read_text(encoding="utf-8")):
        try:
            said = comments(part)
            assert_complete(said, above=above, whole=whole)
            body = "\n".join(each for each in part.splitlines() if not each.startswith("#")) + "\n"
            if said.is_change:
                base = above if said.verdict in SECOND else whole
                body = changed(base, body) if body.strip() else base
            written = _Written(line, said, *_unmarked(body, said.places))
        except (ValueError, yaml.YAMLError) as error:
            raise ValueError(f"{file}:{line}: {error}") from None
        if not said.is_change:
            whole = written.manifest
        if not written.is_second:
            above = written.manifest
        yield written


def _parts(text: str) -> Iterator[tuple[int, str]]:
    line = 1
    for part in re.split(r"(?m)^---\n", text):
        if part.strip():
            yield line, part
        line += part.count("\n") + 1


def _unmarked(body: str, places: Iterable[tuple[str, str]]) -> tuple[str, dict[int, tuple[str, ...]]]:
    """The manifest without marks, and the rules to blame by its lines, from 1."""
    lines = body.splitlines()
    marks = {n: ids_in(m[1]) for n, m in enumerate(map(MARK.search, lines), start=1) if m}
    manifest = "\n".join(MARK.sub("", line) for line in lines) + "\n"
    for ids, path in places:
        line = line_of(manifest, path) + 1
        marks[line] = marks.get(line, ()) + ids_in(ids)
    return manifest, marks


def _document(file: Path, written: _Written) -> Document:
    said = written.said
    about = said.about or tuple(dict.fromkeys(id_ for ids in written.marks.values() for id_ in ids))
    return Document(file, written.line, said.verdict, about, said.title, written.manifest, written.marks)


def _at_releases(group: list[Document], gate: Gate) -> Iterator[Document]:
    """The documents at the release before each that the gate lists, and the same in that one, where they are admitted.

    Where other rules go on to warn of what the gate is about, they are said to be the ones, and nothing else is.
    """
    releases = [Version.parse(text) for text in gate.releases]
    for release in releases:
        line = f"v{release.major}.{release.minor}"
        if early := _before(release, first=release is releases[0]):
            yield from (
                _in_release(each, gate, early, f" in v{early.major}.{early.minor}, one release too early")
                for each in group
            )
        there = Version(release.major, release.minor, release.patch or 0, release.revision or 0)
        for each in group:
            marks = {n: gate.then for n, ids in each.marks.items() if gate.then and gate.rule in ids}
            verdict = each.verdict.replace("deny", "warn").replace("warn", "warn" if marks else "admit")
            yield _in_release(
                replace(each, verdict=verdict, marks=marks), gate, there, f" in the first release of {line} that has it"
            )


def _before(release: Version, *, first: bool) -> Version | None:
    """What comes before a release: in its line, or the line below the first one that is listed."""
    if release.revision:
        return replace(release, patch=release.patch or 0, revision=release.revision - 1)
    if release.patch:
        return replace(release, patch=release.patch - 1, revision=None)
    older = [minor for minor in SHIPPED if minor < release.minor]
    return Version(release.major, older[-1], _LAST) if first and older else None


def _in_release(document: Document, gate: Gate, version: Version, title: str) -> Document:
    return replace(
        document,
        about=document.about if document.verdict == "before" else (gate.rule,),
        title=document.title + title,
        facts=document.facts | {"cluster": document.facts["cluster"] | {"version": str(version)}},
        releases=gate.releases,
    )
