"""What was found in a built text, put where it comes from: the line of the source that can be told, else the file."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from elbguard.check.claimants import Claimant
from elbguard.check.comments import Remark
from elbguard.check.drafts import is_about_a_value
from elbguard.check.kinds import origin_of, resource_of, services_in
from elbguard.check.lines import Offsets
from elbguard.check.locate import blamed, within
from elbguard.check.manifests import SourceError, documents
from elbguard.check.manner import Manner
from elbguard.check.nodes import Path
from elbguard.render.charts import HelmChart
from elbguard.render.homes import Home, Homes, Passages
from elbguard.render.origins import Origin, Passage
from elbguard.render.planning import BuildTarget
from elbguard.render.valued import Values
from elbguard.report.model import Entry, Note, Resource, Span
from elbguard_rules.core.problem import ABSENT

_ANNOTATIONS: Final = ("metadata", "annotations")
_NOTHING: Final = object()


class Relocation:
    """The way back from one built text to its sources."""

    def __init__(self, target: BuildTarget, text: str, origins: Sequence[Origin], reading: Manner) -> None:
        self._target, self._origins, self._heeds = target, origins, reading.suppressions
        built = list(_services(text, reading.namespace))
        self._services = {resource: raw for resource, raw, _ in built}
        self._sources = {resource: source for resource, _, source in built}
        self._by_name: dict[str, list[Resource]] = defaultdict(list)
        for resource in self._services:
            self._by_name[resource.name].append(resource)
        self._values = Values(origins, target.what) if isinstance(target.what, HelmChart) else None
        self._origin_at = {origin.path: origin for origin in origins}
        self._homes = Homes(origins)
        self._known_of: dict[Resource, list[Home]] = {}
        self._others = {source.path for resource in self._sources if (source := self._named(resource))}
        self._under: dict[str, Passages] = {}

    def entry(self, entry: Entry) -> Entry | None:
        """A finding at its source; None where a comment there suppresses it."""
        raw = self._services.get(entry.resource, {})
        value = _at(raw, entry.finding.where.steps)
        if value is _NOTHING:
            return self._missing(entry)
        spots = list(self._spots(entry, value))
        if len(spots) == 1:
            return self._at_spot(entry, spots[0], value)
        files = {spot.origin.name for spot in spots}
        return self._in_file(entry, files.pop() if len(files) == 1 else self.file(entry.resource))

    def note(self, note: Note) -> Note:
        """A note at its source."""
        home = self._home(note.resource)
        line = home.line if home else 0
        return replace(note, file=self.file(note.resource), line=line, column=1 if line else 0, stream="")

    def claimant(self, claimant: Claimant) -> Claimant:
        """One that may collide, with its place in the source, which is what others that collide with it are told."""
        who = claimant.claims.who
        same = [each for each in self._by_name.get(who.name, ()) if each.namespace in ("", who.namespace)]
        home = self._home(same[0]) if len(same) == 1 and who.kind == same[0].kind else None
        if home is None:
            return claimant
        place = f"{home.origin.name}:{home.line}" if home.line else home.origin.name
        return replace(claimant, claims=replace(claimant.claims, who=who._replace(place=place)))

    def file(self, resource: Resource) -> str:
        """The file that an object comes from, as far as that can be told; else that of the chart or kustomization."""
        home = self._home(resource)
        found = home.origin if home else self._named(resource)
        return found.name if found else self._target.file

    def _named(self, resource: Resource) -> Origin | None:
        """The file that Helm's comment names: the name of the chart, and the path in it."""
        source = self._sources.get(resource, "")
        what = self._target.what
        return self._origin_at.get(what.within(source)) if source and isinstance(what, HelmChart) else None

    def _home(self, resource: Resource) -> Home | None:
        """The Service in a source that became this one; None where that is not certain."""
        whole = [home for home in self._known(resource) if home.is_whole]
        return whole[0] if len(whole) == 1 else None

    def _known(self, resource: Resource) -> list[Home]:
        if resource not in self._known_of:
            self._known_of[resource] = self._homes.of(resource.name, self._named(resource))
        return self._known_of[resource]

    def _spots(self, entry: Entry, value: Any) -> Iterator[Passage]:
        """The places that a value may come from; one only where it is certain."""
        steps = entry.finding.where.steps
        known = self._known(entry.resource)
        tried: list[Callable[[Sequence[Home]], Sequence[Passage]]]
        if steps[:2] == _ANNOTATIONS and len(steps) == 3:
            under = self._passages(str(steps[2]))
            tried = [under.of, lambda _: under.shared]
        else:
            tried = [lambda homes: [spot for home in homes if (spot := home.passage(steps))]]
        for passages in tried:
            some = passages(known)
            exact = [spot for spot in some if spot.says(value)]
            if not exact and isinstance(value, dict | list):
                exact = list(some)
            if chosen := exact or list(self._filled_in(some, value, entry)):
                yield from chosen
                return

    def _passages(self, key: str) -> Passages:
        if key not in self._under:
            self._under[key] = Passages(self._origins, key, self._homes, self._others)
        return self._under[key]

    def _filled_in(self, found: Sequence[Passage], value: Any, entry: Entry) -> Iterator[Passage]:
        """Where a template has a directive: the value that it names, if it is one that says the same, else itself."""
        for spot in found:
            if spot.origin.is_template and "{{" in spot.written:
                if spot.key and not is_about_a_value(entry.rule.id) and entry.finding.problem.value is ABSENT:
                    yield spot  # which has the key that it is about, whoever says the value
                    continue
                inner, source = entry.finding.where.inner, self._sources.get(entry.resource, "")
                named = self._values.named(spot, value, inner, source) if self._values else None
                yield named or spot

    def _missing(self, entry: Entry) -> Entry | None:
        """What is missing, at the nearest parent of it in the source."""
        home = self._home(entry.resource)
        if home is None:
            return self._in_file(entry, self.file(entry.resource))
        span, inside = blamed(home.piece.manifest, home.root, entry.finding)
        placed = home.piece.span(span)
        return self._placed(entry, home.origin, placed, inside, 0) if placed else self._in_file(entry, home.origin.name)

    def _at_spot(self, entry: Entry, spot: Passage, value: Any) -> Entry | None:
        text = spot.text if spot.says(value) else None
        span, inside = within(entry.finding, spot.key, spot.value, text, lambda: spot.characters)
        key = spot.origin.lines.position(spot.key.start)[0] if spot.key else 0
        return self._placed(entry, spot.origin, span, inside, key)

    def _placed(self, entry: Entry, origin: Origin, span: Offsets, inside: str, key: int) -> Entry | None:
        """A finding at a span of a source, if no comment near it suppresses it; `key` is another line that is near."""
        line, column = origin.lines.position(span.start)
        end_line, end_column = origin.lines.position(span.end)
        near: list[Remark] = list(origin.remarks.on(line, end_line, key)) if self._heeds else []
        if sum(remark.covers(entry.finding) for remark in near):
            return None
        excerpt, cut = origin.lines.near(line, column)
        return replace(
            entry,
            file=origin.name,
            span=Span(line, column, end_line, end_column),
            excerpt=excerpt,
            cut=cut,
            inside=inside,
            source="",
            stream="",
            rendered=self._target.name,
        )

    def _in_file(self, entry: Entry, file: str) -> Entry:
        """A finding whose line in the source cannot be told: that of the built text stands for it."""
        return replace(entry, file=file, source="", stream=self._target.stream, rendered=self._target.name)


def _services(text: str, namespace: str) -> Iterator[tuple[Resource, Mapping[str, Any], str]]:
    """The Services of a text, each with the source that it says it was made from."""
    try:
        for document in documents(text):
            for _, raw in services_in(document.value, ()):
                yield resource_of(raw, namespace), raw, origin_of(document, raw)
    except SourceError:
        return


def _at(value: Any, path: Path) -> Any:
    for step in path:
        try:
            value = value[step]
        except (LookupError, TypeError):
            return _NOTHING
    return value
