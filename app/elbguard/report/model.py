"""Report: what a check of manifests found, ready to be written down."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from elbguard.languages import Language
from elbguard_rules.core.finding import Finding
from elbguard_rules.core.problem import ABSENT, Severity
from elbguard_rules.core.record import record
from elbguard_rules.core.rule import Rule

CLEAN, FOUND, BROKEN = 0, 1, 2  # exit codes: nothing to report, findings, the work could not be done
STDIN: Final = "<stdin>"


@record
class Span:
    """A place in a file: lines and columns from 1, columns in characters; the end is behind the last character."""

    line: int
    column: int
    end_line: int
    end_column: int


NOWHERE: Final = Span(0, 0, 0, 0)  # of what was read from a cluster, which has no lines


@record
class Resource:
    """The object a finding is about; the namespace is empty where the manifest does not say it.

    `address` is what Terraform calls it.
    """

    kind: str
    namespace: str
    name: str
    address: str = ""

    def __str__(self) -> str:
        named = "/".join(part for part in (self.kind, self.namespace, self.name) if part)
        return f"{self.address} ({named})" if self.address else named


@record
class Entry:
    """A finding with its place.

    `file` is the path as the user gave it, with forward slashes; of standard input it is the source file that Helm or
    kustomize names, if they do. `source` is that source file, wherever the manifest came from. `excerpt` is the text of
    the span's first line, of a very long one what is around the span, with `cut` characters before it.
    `inside` names the JSON path (`$.bandwidth_size`) where the place could not be mapped more
    closely than to the annotation. `stream` is where the lines are counted, if that is not `file`: standard input.
    `curable` is what `elbguard fix` can cure. Of a Service in a cluster `file` is NAMESPACE/NAME, and `span` NOWHERE.
    `change` says where a finding is new: after the upgrade that was asked about. `rendered` names what was built and
    is judged, such as `overlays/prod`; `file` is then the source, and `stream` the built text where only it has lines.
    """

    finding: Finding
    file: str
    span: Span
    resource: Resource
    excerpt: str
    inside: str = ""
    source: str = ""
    stream: str = ""
    curable: bool = False
    cut: int = 0
    change: str = ""
    rendered: str = ""

    @property
    def is_live(self) -> bool:
        """Whether it is about a Service in a cluster, not in a file."""
        return self.span == NOWHERE

    @property
    def rule(self) -> Rule:
        """The rule that is broken."""
        return self.finding.rule

    @property
    def severity(self) -> Severity:
        """How serious the operator takes it."""
        return self.finding.severity

    @property
    def value(self) -> Any:
        """The value found; None where the finding is about something missing or forbidden."""
        value = self.finding.problem.value
        return None if value is ABSENT else value


@record
class Unjudged:
    """A rule that could not judge a resource, and the fact that is missing."""

    rule: Rule
    missing: str
    resource: Resource
    file: str


@record
class Checked:
    """A resource that was judged, for the formats that name also what is in order."""

    resource: Resource
    file: str


@record
class Trouble:
    """A file or document that could not be checked. `fatal`: the work could not be done (exit code 2).

    Not fatal are Helm templates, which are skipped with a hint, as `template` says. Line and column are 0 where there
    is no place.
    """

    file: str
    line: int
    column: int
    message: str
    fatal: bool
    template: bool = False


class Why(StrEnum):
    """Why something was not judged, or not wholly."""

    UNRENDERED = "unrendered"  # a value that a tool or a person has yet to fill in
    PATCH = "patch"
    BASE = "base"
    ELSEWHERE = "elsewhere"  # annotations where CCE does not read them, or elbguard does not judge
    INGRESS = "ingress"  # annotations of an Ingress, which elbguard does not judge
    RENDER = "render"  # annotations in what a tool has yet to make manifests of
    SEEN = "seen"  # what a tool has yet to make manifests of, with no annotation of ours in it
    GONE = "gone"  # a finding that is none any more after the upgrade that was asked about
    UNLISTED = "unlisted"  # findings that were counted, and are too many to be listed

    @property
    def is_partial(self) -> bool:
        """Whether rules stood down that should have judged."""
        return self in (Why.UNRENDERED, Why.PATCH, Why.BASE, Why.RENDER)


@record
class Note:
    """What was not judged in a manifest, and why. `file` and `stream` are as in an Entry.

    Line and column are 0 where there is no place, and `file` is empty where it is about a cluster as a whole.
    """

    why: Why
    message: str
    file: str
    line: int
    column: int
    resource: Resource
    stream: str = ""


@dataclass(slots=True)
class Counts:
    """How many Services there are in a namespace, and how many findings about them."""

    services: int = 0
    errors: int = 0
    warnings: int = 0


@record
class Totals:
    """What an audit of a cluster counted: findings by rule, and all by namespace, those that are not listed too."""

    rules: Mapping[str, int]
    namespaces: Mapping[str, Counts]


@record
class Report:
    """Everything a check found, in the order of the files and of the places in them.

    `foreign` counts files of folders that cannot be read and plainly are no manifests, `left_out` paths that Git
    ignores or the operator excludes, `hidden` the findings that a baseline knows, `notes` what was not judged and is no
    failing of the cluster's facts, `unseen` the paths that were passed over because of what stands in a file and not on
    the operator's word, `disregarded` the suppressions that are not allowed. With `strict` what could not be judged, or
    was not looked at, is a failure. `ingresses` counts those with our annotations. `settings` are the files
    that settings were taken from. An audit of a cluster, which has no files, has a `tally`, and may list only some of
    its findings. `rendering` says that charts and kustomizations were built. `language` is what it is written in.
    """

    entries: tuple[Entry, ...] = ()
    unjudged: tuple[Unjudged, ...] = ()
    troubles: tuple[Trouble, ...] = ()
    files: int = 0
    services: int = 0
    checked: tuple[Checked, ...] = ()
    foreign: int = 0
    left_out: int = 0
    hidden: int = 0
    strict: bool = False
    notes: tuple[Note, ...] = ()
    unseen: tuple[str, ...] = ()
    disregarded: int = 0
    ingresses: int = 0
    tally: Totals | None = None
    settings: tuple[str, ...] = ()
    rendering: bool = False
    language: Language = "en"

    @property
    def errors(self) -> int:
        """How many findings are errors."""
        if self.tally:
            return sum(counts.errors for counts in self.tally.namespaces.values())
        return _count(self.entries, Severity.ERROR)

    @property
    def warnings(self) -> int:
        """How many findings are warnings."""
        if self.tally:
            return sum(counts.warnings for counts in self.tally.namespaces.values())
        return _count(self.entries, Severity.WARNING)

    @property
    def unlisted(self) -> int:
        """How many findings were counted only."""
        return self.errors + self.warnings - len(self.entries) if self.tally else 0

    @property
    def curable(self) -> int:
        """How many findings `elbguard fix` can cure."""
        return sum(entry.curable for entry in self.entries)

    @property
    def is_partial(self) -> bool:
        """Whether rules stood down: for want of a fact, or because a manifest is not yet what will be applied.

        Or whether something was passed over that may hold a Service.
        """
        passed = self.unjudged or self.unseen or any(not trouble.fatal for trouble in self.troubles)
        return bool(passed) or any(note.why.is_partial for note in self.notes)

    def exit_code(self, fail_on: Severity) -> int:
        """0 nothing at or above `fail_on`, 1 findings, 2 the work could not be done. OFF: findings are none."""
        if any(trouble.fatal for trouble in self.troubles):
            return BROKEN
        if fail_on is Severity.OFF:
            return CLEAN
        found = self.errors or (fail_on is Severity.WARNING and self.warnings) or (self.strict and self.is_partial)
        return FOUND if found else CLEAN


def _count(entries: Iterable[Entry], severity: Severity) -> int:
    return sum(entry.severity is severity for entry in entries)
