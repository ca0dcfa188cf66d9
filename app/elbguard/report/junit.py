"""The report as JUnit XML, in the form of `junit-10.xsd` of Jenkins' xUnit plugin, which most CI systems read.

A suite for each file, or for each namespace of a cluster, and a test for each Service. A test has one failure at most,
since most readers (Jenkins, Ant, Surefire) take the first and drop the rest; its text lists all errors. Warnings do not
fail: they are system-out.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from elbguard.languages import Language, saying
from elbguard.report.model import Entry, Note, Report, Resource, Trouble, Unjudged
from elbguard.report.sentences import (
    LONGEST_SENTENCE,
    PRODUCT,
    place,
    place_of_note,
    place_of_trouble,
    said,
    sentence,
    shortened,
    summary,
)
from elbguard_rules.core.problem import Severity

_NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ESCAPES: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": "&#13;"})
_COMMAND: Final = re.compile(r"(?m)#(?=#[a-zA-Z]*+\[)|^([ \t]*+):(?=:)")
_UNSEEN: Final = re.compile("[^\t\n\r\x20-\x7e\xa1-\u167f]")  # those of which some are not printable
_IN_ATTRIBUTE: Final = str.maketrans({"\n": "&#10;", "\t": "&#9;"})


@dataclass(slots=True)
class Test:
    """What is known about one Service, or about a file as a whole."""

    name: str
    errors: list[Entry] = field(default_factory=list)
    warnings: list[Entry] = field(default_factory=list)
    unjudged: list[Unjudged] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    trouble: Trouble | None = None

    @property
    def outcome(self) -> str:
        """`passed`, `failed`, `broken` or `skipped`."""
        if self.trouble:
            return "broken" if self.trouble.fatal else "skipped"
        return "failed" if self.errors else "passed"


def render(report: Report) -> str:
    """The report as a `testsuites` document; never without a test, which some CI systems take for a mistake."""
    suites = _suites(report) or {PRODUCT: [Test(summary(report))]}
    every = [test for tests in suites.values() for test in tests]
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f'<testsuites name="{PRODUCT}"{_counts(every)}>']
    for file, tests in suites.items():
        skipped = sum(test.outcome == "skipped" for test in tests)
        lines.append(f'  <testsuite name={_attribute(file)}{_counts(tests)} skipped="{skipped}">')
        lines.extend(line for test in tests for line in _testcase(test, file, report.language))
        lines.append("  </testsuite>")
    return "\n".join([*lines, "</testsuites>", ""])


def _suites(report: Report) -> dict[str, list[Test]]:
    """The tests of each file, in the order in which a reader of the files meets them; of a cluster, by namespace."""
    tests: dict[str, dict[str, Test]] = {}

    def of(file: str, resource: Resource) -> Test:
        name = shortened(str(resource))
        file = (resource.namespace or PRODUCT) if report.tally else file
        return tests.setdefault(file, {}).setdefault(name, Test(name))

    for checked in report.checked:
        of(checked.file, checked.resource)
    for entry in report.entries:
        test = of(entry.file, entry.resource)
        (test.errors if entry.severity is Severity.ERROR else test.warnings).append(entry)
    for skipped in report.unjudged:
        of(skipped.file, skipped.resource).unjudged.append(skipped)
    for note in report.notes:
        of(note.file, note.resource).notes.append(note)
    for number, trouble in enumerate(report.troubles):
        tests.setdefault(trouble.file, {})[f"trouble {number}"] = Test(place_of_trouble(trouble), trouble=trouble)
    return {file: list(named.values()) for file, named in tests.items()}


def _counts(tests: list[Test]) -> str:
    outcomes = [test.outcome for test in tests]
    failed, broken = outcomes.count("failed"), outcomes.count("broken")
    return f' tests="{len(tests)}" failures="{failed}" errors="{broken}" time="0"'


def _testcase(test: Test, file: str, language: Language) -> Iterator[str]:
    head = f'    <testcase name={_attribute(test.name)} classname={_attribute(shortened(file))} time="0"'
    body = [*_failure(test, language), *_trouble(test), *_output(test, language)]
    if not body:
        yield f"{head}/>"
        return
    yield f"{head}>"
    yield from body
    yield "    </testcase>"


def _failure(test: Test, language: Language) -> Iterator[str]:
    if test.errors:
        say = saying(language)
        rules = " ".join(dict.fromkeys(entry.rule.id for entry in test.errors))
        more = f" ({say(f'and {len(test.errors) - 1} more')})" if len(test.errors) > 1 else ""
        text = "\n".join(f"{place(e)}: {_said(e, language)}\n  {say('help')}: {e.rule.fix}" for e in test.errors)
        message = _attribute(sentence(test.errors[0], language) + more)
        yield f"      <failure type={_attribute(rules)} message={message}>{_text(text)}</failure>"


def _trouble(test: Test) -> Iterator[str]:
    if test.trouble:
        message = _attribute(said(test.trouble))
        broken = f'<error type="cannot-be-checked" message={message}/>'
        yield f"      {broken if test.trouble.fatal else f'<skipped message={message}/>'}"


def _output(test: Test, language: Language) -> Iterator[str]:
    say = saying(language)
    lines = [f"{place(e)}: {e.severity}: {_said(e, language)}" for e in test.warnings]
    lines += [say(f"{one.rule.id} {one.rule.name} could not judge: {shortened(one.missing)}") for one in test.unjudged]
    lines += [f"{place_of_note(note)}: {shortened(note.message, LONGEST_SENTENCE)}" for note in test.notes]
    if lines:
        text = "\n".join(lines)
        yield f"      <system-out>{_text(text)}</system-out>"


def _said(entry: Entry, language: Language) -> str:
    return f"{sentence(entry, language)} [{entry.rule.id} {entry.rule.name}]"


def _text(text: str) -> str:
    """Text for an XML document; what XML 1.0 forbids stands as an escape.

    What a terminal or a CI system would act on stands as a reference to its character.
    """
    written = _NOT_XML.sub(lambda c: c[0].encode("unicode_escape").decode("ascii"), text).translate(_ESCAPES)
    written = _UNSEEN.sub(lambda c: c[0] if c[0].isprintable() else f"&#{ord(c[0])};", written)
    return _COMMAND.sub(lambda c: "&#35;" if c[1] is None else f"{c[1]}&#58;", written)


def _attribute(text: str) -> str:
    return f'"{_text(text).translate(_IN_ATTRIBUTE)}"'
