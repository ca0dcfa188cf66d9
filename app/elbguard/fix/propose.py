"""Which cures a Service may need: one for each finding whose cure is certain."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import islice
from typing import Any, Final

import yaml

from elbguard.check.judge import Judge
from elbguard.fix.certain import folded, surely
from elbguard.fix.cures import ANNOTATIONS, OURS, Cure, Patient, braced
from elbguard.fix.edits import Edit, Overlap, applied, composed
from elbguard.fix.values import choices, cured
from elbguard_rules.core.finding import Finding
from elbguard_rules.core.nottext import written
from elbguard_rules.core.problem import annotation, printable, shown
from elbguard_rules.relations.keys import KNOWN, NOT_TEXT, UNKNOWN_MEMBER, an_annotation_is_known
from elbguard_rules.vocabulary.foreign import INGRESS, TRANSLATIONS

_MOST: Final = 100  # cures of a Service at a time: each is judged by itself; a file is gone through more than once
_REVEALED: Final = 4  # cures in a row that one cure may make necessary
_MOST_RIGHTED: Final = 40  # of one text that is made

# Of the translations those that want the same value under the other key.
_RENAMED: Final = (
    "kubernetes.io/elb.idle-timeout",
    "kubernetes.io/elb.request-timeout",
    "kubernetes.io/elb.response-timeout",
    "kubernetes.io/elb.enable-transparent-client-ip",
    "kubernetes.io/elb.tls-certificate-id",
)


def cures(subject: Patient, judge: Judge) -> list[Cure]:
    """The cures of a Service, each for itself; whether they go together is for others to say."""
    names = Counter(map(_name_for, map(str, subject.annotations)))
    each = (_cure(subject, finding, offset, names) for finding, offset in subject.findings)
    found = list(islice(filter(None, each), _MOST))
    done = [_told(_complete(cure, subject, judge)) for cure in found]
    revealed = islice(_revealed(done, subject, judge, names), _MOST)
    return done + [_told(_complete(cure, subject, judge)) for cure in revealed]


def _revealed(done: Sequence[Cure], subject: Patient, judge: Judge, names: Mapping[str, int]) -> Iterator[Cure]:
    """The cures that others make necessary: once the first name is right, a Service is ours to judge."""
    if not any(cure.name for cure in done):
        return
    try:
        review = judge.review(subject.with_annotations(subject.cured(done)))
    except Overlap:
        return
    known = {place(finding) for finding in subject.review.findings}
    touched = {key for cure in done for key in (cure.key, cure.name)}
    for finding in review.findings:
        if place(finding) not in known and finding.where.steps[-1] not in touched:
            at = subject.document.where((*subject.root, *finding.where.steps))
            cure = _cure(subject, finding, at.value.start, names) if at else None
            if cure:
                yield cure


def _cure(subject: Patient, finding: Finding, offset: int, names: Mapping[str, int]) -> Cure | None:
    steps = finding.where.steps
    if len(steps) != 3 or steps[:2] != ANNOTATIONS or steps[2] not in subject.annotations:
        return None
    key = str(steps[2])
    value = subject.annotations[key]
    base = value if isinstance(value, str) else _written(subject, key)
    if base is None:
        return _as_text(key, value, finding, offset)
    cure = Cure(key, base, offset=offset, finding=finding)
    if finding.rule is NOT_TEXT:
        return replace(cure, edits=_quoted(key, value, base))
    if finding.rule is an_annotation_is_known.rule:
        name = _meant(key, subject.annotations, names)
        return replace(cure, name=name) if name else None
    edits = cured(finding, base) if isinstance(value, str) else ()
    return replace(cure, edits=edits) if edits else None


def _as_text(key: str, value: object, finding: Finding, offset: int) -> Cure | None:
    """The cure of an object or array written as YAML: the text that the finding tells."""
    meant = finding.problem.meant
    if finding.rule is not NOT_TEXT or not meant or not isinstance(value, Mapping | list):
        return None
    return Cure(key, "", (Edit(0, 0, meant),), offset=offset, finding=finding)


def _written(subject: Patient, key: str) -> str | None:
    """How a value that is no text is written, `on` for true; None where quotes around that would not be certain."""
    place = subject.document.where((*subject.root, *ANNOTATIONS, key))
    node = place.node if place else None
    if not isinstance(node, yaml.ScalarNode) or node.style or node.tag or not node.value.strip("~"):
        return None
    return None if node.value.lower() == "null" else node.value


def _quoted(key: str, value: object, written: str) -> tuple[Edit, ...]:
    """Where true and false are the values, `yes` means true as YAML says; otherwise the word itself is meant."""
    known = choices(key)
    if not isinstance(value, bool) or "true" not in known or folded(written) in map(folded, known):
        return ()
    return (Edit(0, len(written), "true" if value else "false"),)


def _meant(key: str, given: Mapping[str, Any], names: Mapping[str, int]) -> str:
    """The right name of an unknown annotation; nothing where it is not certain, or already there.

    `names` counts the keys for which each is the right name.
    """
    name = _name_for(key)
    return "" if name in given or names[name] > 1 else name


@lru_cache(maxsize=1024)
def _name_for(key: str) -> str:
    if key in TRANSLATIONS:
        return TRANSLATIONS[key] if key in _RENAMED else ""
    if not key.casefold().startswith(OURS) or key in KNOWN:
        return ""
    name = surely(key, KNOWN)
    return "" if name is None or name in INGRESS else name


def _complete(cure: Cure, subject: Patient, judge: Judge) -> Cure:
    """The cure with those that it makes necessary: a right name lets the value be judged, and that may need one too."""
    if cure.finding is None or cure.finding.rule not in (NOT_TEXT, UNKNOWN_MEMBER, an_annotation_is_known.rule):
        return cure
    if is_tree(cure):
        return _righted(cure, subject, judge)
    key = cure.name or cure.key
    known = {place(finding) for finding in subject.review.findings}
    try:
        for _ in range(_REVEALED):
            review = judge.review(subject.with_annotations(subject.cured([cure])))
            about = [f for f in review.findings if f.where.steps == (*ANNOTATIONS, key) and place(f) not in known]
            edits = next((edits for finding in about if (edits := cured(finding, cure.after))), ())
            if not edits:
                break
            cure = replace(cure, edits=composed(cure.edits, edits))
    except Overlap:
        pass
    return cure


def is_tree(cure: Cure) -> bool:
    """Whether it makes a text of an object or a list: what is wrong in that shows only then."""
    return cure.base == "" and cure.finding is not None and isinstance(cure.finding.problem.value, Mapping | list)


def _righted(cure: Cure, subject: Patient, judge: Judge) -> Cure:
    """The cure with all that is certain about its text cured too."""
    for _ in range(_MOST_RIGHTED):
        review = judge.review(subject.with_annotations(subject.cured([cure])))
        about = (finding for finding in review.findings if finding.where.steps == (*ANNOTATIONS, cure.key))
        edits = next((edits for finding in about if (edits := cured(finding, cure.after))), ())
        try:
            text = applied(cure.after, edits)
        except Overlap:
            break
        if text == cure.after:
            break
        cure = replace(cure, edits=(Edit(0, 0, text),))
    return cure


def place(finding: Finding) -> tuple[str, str]:
    """What makes two findings the same one before and after a cure; values may differ, and capitals of members."""
    return (finding.rule.id, str(finding.where.folded))


def _told(cure: Cure) -> Cure:
    """The cure with a sentence that says what it does."""
    before, after, where = cure.base or "", cure.after, annotation(cure.name or cure.key)
    parts = [f"{braced(cure.key)} {{becomes}} {cure.name}"] if cure.name else []
    if cure.finding and cure.finding.rule is NOT_TEXT:
        what = before or ("the list" if isinstance(cure.finding.problem.value, list) else "the object")
        parts.append(f"{braced(f'{where}: {what}')} {{becomes}} {braced(written(after))}")
    elif before != after:
        where = cure.finding.where if cure.finding and not cure.name else where
        parts.append(f"{braced(printable(str(where)))}: {_excerpt(cure)}")
    return replace(cure, deed=", ".join(parts))


def _excerpt(cure: Cure) -> str:
    """What is different in the text, before and after; of JSON as it stands there, quotes and all."""
    base, edits = cure.base or "", cure.edits
    first, last = min(e.start for e in edits), max(e.end for e in edits)
    say: Callable[[str], str] = shown
    if base.lstrip().startswith(("{", "[")):
        say = printable
        opens, closes = base[first - 1 : first] == '"', base[last : last + 1] == '"'
        if (opens and closes) or base.count('"', first, last) % 2:
            first, last = first - opens, last + closes
    after = cure.after
    found, right = base[first:last], after[first : len(after) - (len(base) - last)]
    if right == "" and found.strip() == "":
        return "a blank is removed" if len(found) == 1 else "blanks are removed"
    return f"{braced(say(found))} {{becomes}} {braced(say(right))}"
