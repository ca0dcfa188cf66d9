"""A run's charts and kustomizations built and judged, and what was found put at its sources."""

import os
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Final

from elbguard.check.assigning import Assigning
from elbguard.check.files import File, Found
from elbguard.check.judge import Judge, Judged
from elbguard.check.kustomize import Overlays, Part
from elbguard.check.manner import Manner
from elbguard.check.walk import BARE
from elbguard.render.building import Built, built
from elbguard.render.charts import HelmChart
from elbguard.render.origins import Origin, origin
from elbguard.render.planning import BuildTarget, planned
from elbguard.render.programs import CannotBuild, NoProgram
from elbguard.render.relocating import Relocation
from elbguard.render.terms import Terms, kube_version
from elbguard.report.model import Entry, Note, Report, Resource, Trouble, Why
from elbguard.report.sentences import sentence

_MOST_NAMED: Final = 3  # builds that a finding is the same in
_LONE: Final = "a component of kustomize, which cannot be built alone: name a kustomization that takes it in"

Progress = Callable[[int, int], None]


@dataclass(slots=True)
class Rendering:
    """The builds of a run: what each was made to say, and the way back to its sources.

    `rest` are the files of the run that nothing was built from.
    """

    _assigning: Assigning
    rest: tuple[File, ...] = ()
    judged: list[tuple[File, Judged]] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    _ways: dict[str, Relocation] = field(default_factory=dict)
    _origins: dict[str, Origin] = field(default_factory=dict)

    def add(self, done: Built, part: Part, reading: Manner, names: dict[str, str]) -> None:
        """Judge what was built."""
        file = File(None, done.target.stream, under=self._under(done.target), built=True)
        settings = self._assigning.listed[file.under]
        for path in done.files:
            if path not in self._origins and (read := origin(path, names.get(path, ""))):
                self._origins[path] = read
        sources = [self._origins[path] for path in done.files if path in self._origins]
        way = Relocation(done.target, done.text, sources, reading)
        self._ways[file.name] = way
        judge = Judge(settings, reading.namespace, suppressions=reading.suppressions)
        judged = judge.judge(done.text, file.name, part, comments=False)
        if judged.claimants:
            judged = replace(judged, text=done.text, claimants=tuple(map(way.claimant, judged.claimants)))
        self.judged.append((file, judged))

    def terms(self, terms: Terms, target: BuildTarget) -> Terms:
        """What a build is given: charts are told of the cluster that they are for."""
        return replace(terms, kube_version=kube_version(self._assigning.listed[self._under(target)]))

    def _under(self, target: BuildTarget) -> int:
        return self._assigning.number(Path(target.file))

    def report(self, report: Report, reading: Manner) -> Report:
        """The report with everything that was built at its source, and with what is wrong with comments there."""
        entries = _merged(filter(None, map(self._entry, report.entries)))
        remarks = [(path, each, remark) for path, each in self._origins.items() for remark in each.remarks]
        disregarded = report.disregarded
        if reading.suppressions:
            entries += (
                Entry(problem, each.name, remark.span, Resource("", "", ""), remark.excerpt, cut=remark.cut)
                for path, each, remark in remarks
                for problem in remark.problems(self._assigning.listed[self._assigning.number(Path(path))].policy)
            )
        else:
            disregarded += len(remarks)
        return replace(
            report,
            entries=tuple(entries),
            unjudged=tuple(replace(each, file=self._file(each.file, each.resource)) for each in report.unjudged),
            checked=tuple(replace(each, file=self._file(each.file, each.resource)) for each in report.checked),
            troubles=(*map(self._trouble, report.troubles), *self.troubles),
            notes=(*map(self._note, report.notes), *self.notes),
            disregarded=disregarded,
        )

    def _entry(self, entry: Entry) -> Entry | None:
        way = self._ways.get(entry.stream or entry.file)
        return way.entry(entry) if way else entry

    def _trouble(self, trouble: Trouble) -> Trouble:
        if trouble.file not in self._ways:
            return trouble
        where = f" (line {trouble.line} of what is rendered)" if trouble.line else ""
        return replace(trouble, file=self._file(trouble.file), line=0, column=0, message=trouble.message + where)

    def _note(self, note: Note) -> Note:
        way = self._ways.get(note.stream or note.file)
        return way.note(note) if way else note

    def _file(self, file: str, resource: Resource | None = None) -> str:
        way = self._ways.get(file)
        return way.file(resource or Resource("", "", "")) if way else file


def render(found: Found, terms: Terms, assigning: Assigning, reading: Manner, progress: Progress) -> Rendering:
    """Build and judge the charts and kustomizations among the files of a run; what cannot be built is a Trouble.

    Files that went into nothing that was built are left to be judged as they are.
    """
    files = found.files
    bare = (File(Path(path), Path(path).as_posix(), sought=True) for path in found.noticed if Path(path).name == BARE)
    plans = planned((*files, *bare))
    names = {os.path.realpath(file.path): file.name for file in files if file.path}
    overlays = Overlays(names)
    used: set[str] = set()
    rendering = Rendering(assigning)
    toolless: dict[str, list[BuildTarget]] = defaultdict(list)
    for number, target in enumerate(plans.targets, start=1):
        try:
            waiting = partial(progress, number - 1, len(plans.targets))
            done = built(target, rendering.terms(terms, target), reading.namespace, waiting)
        except NoProgram as error:
            toolless[str(error)].append(target)
        except CannotBuild as error:
            rendering.troubles.append(Trouble(target.file, 0, 0, str(error), fatal=True))
        else:
            used |= set(done.files)
            rendering.add(done, _part(target, overlays), reading, names)
        progress(number, len(plans.targets))
    for message, (first, *others) in toolless.items():
        more = f" (and {len(others)} more like it)" if others else ""
        rendering.troubles.append(Trouble(first.file, 0, 0, message + more, fatal=True))
    rendering.notes += (Note(Why.PATCH, _LONE, each.file, 1, 1, Resource("Component", "", "")) for each in plans.lone)
    real = {file.name: os.path.realpath(file.path) for file in files if file.path}
    charts = [each.what for each in plans.targets if isinstance(each.what, HelmChart)]  # those that failed as well
    used |= {path for path in real.values() if any(each.owns(path) for each in (*charts, *plans.libraries))}
    used |= {chart.folder for chart in charts}  # a package, which nobody reads but helm
    rendering.rest = tuple(file for file in files if real.get(file.name) not in used)
    return rendering


def _part(target: BuildTarget, overlays: Overlays) -> Part:
    """How much of its Services comes out: an overlay outside of the run may add to them."""
    changed = not isinstance(target.what, HelmChart) and overlays.changes_folder(target.what.folder)
    return Part.BASE if changed else Part.WHOLE


def _merged(entries: Iterable[Entry]) -> list[Entry]:
    """The findings, those at the same place of a source that say the same in several builds as one.

    Of several Services of one build each keeps its own.
    """
    found: dict[object, list[Entry]] = {}
    times: Counter[object] = Counter()
    for entry in entries:
        if not entry.rendered or entry.stream:
            found[id(entry)] = [entry]
            continue
        same = (entry.rule.id, entry.file, entry.span, entry.resource.kind, sentence(replace(entry, rendered="")))
        times[same, entry.rendered] += 1
        found.setdefault((same, times[same, entry.rendered]), []).append(entry)
    return [replace(each[0], rendered=_listed(each)) for each in found.values()]


def _listed(entries: Sequence[Entry]) -> str:
    names: Iterator[str] = iter(dict.fromkeys(entry.rendered for entry in entries))
    listed = list(names)
    more = f" and {len(listed) - _MOST_NAMED} more" if len(listed) > _MOST_NAMED else ""
    return ", ".join(listed[:_MOST_NAMED]) + more
