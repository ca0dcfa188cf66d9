"""Sentences that several formats share."""

from collections import Counter
from collections.abc import Iterator
from typing import Final

from elbguard.languages import CLAUSES, Language, said_in
from elbguard.report.model import Entry, Note, Report, Trouble, Why
from elbguard_rules.core.facts import AUTOPILOT
from elbguard_rules.core.problem import printable

PRODUCT: Final = "elbguard"
LONGEST: Final = 240  # characters of a path, a name or a field that are shown to a reader
LONGEST_SENTENCE: Final = 1000
_WITHHELD: Final = ("(known after apply)", "(sensitive value)")  # Terraform's words of what nothing here can fill in
_MOST_NAMED: Final = 10  # paths of many
_CURES: Final = {
    "exact cluster version": "; give --cluster-version in full, such as v1.28.15-r0",
    "cluster version": " unknown; give --cluster-version",
    AUTOPILOT: " is not documented",
    "cluster type": " unknown; give --cluster-type",
    "proxy mode": " unknown; give --proxy-mode",
    "node addresses": " unknown; give --node-ip",
    "profile": " unknown; give --profile",
}


def count(number: int, noun: str, nouns: str = "") -> str:
    """A number and its noun: `1 error`, `2 errors`."""
    return f"{number} {noun}" if number == 1 else f"{number} {nouns or f'{noun}s'}"


def shortened(text: str, longest: int = LONGEST) -> str:
    """A text of a manifest, printable and not longer than a reader bears."""
    return printable(text if len(text) <= longest else text[: longest - 3] + "...")


def sentence(entry: Entry, language: Language = "en") -> str:
    """Where in the Service, what was found and what is allowed, as a refusal says it.

    The key in the place can be copied. Of a rendered manifest it says too what that was made from.
    """
    text = f"{shortened(entry.finding.field)}: {shortened(entry.finding.sentence, LONGEST_SENTENCE)}"
    text += f" ({entry.change})" if entry.change else ""
    if entry.rendered:
        return f"{text} ({said_in(language, f'rendered from {shortened(entry.rendered)}')})"
    source = made_from(entry) or (entry.source if entry.stream else "")
    return f"{text} ({said_in(language, f'made from {shortened(source)}')})" if source else text


def made_from(entry: Entry) -> str:
    """The source of a rendered manifest, where it is not the file that is reported anyway; else nothing."""
    return entry.source if entry.source != entry.file else ""


def in_stream(entry: Entry, language: Language = "en") -> str:
    """Where the lines are counted, as words behind the source that is reported: ` (line 6 of the rendered text)`."""
    return f" ({said_in(language, f'line {entry.span.line} of the rendered text')})" if entry.stream else ""


def said(trouble: Trouble) -> str:
    """What is the matter with a file."""
    return shortened(trouble.message, LONGEST_SENTENCE)


def place(entry: Entry) -> str:
    """`file:line:column`; the lines of a rendered text are not those of its source, so it is called what it is.

    Of a Service in a cluster it is `namespace/name`, of a source in which the line cannot be told the file alone.
    """
    if entry.is_live or (entry.rendered and entry.stream):
        return shortened(entry.file)
    return f"{shortened(entry.stream or entry.file)}:{entry.span.line}:{entry.span.column}"


def place_of_trouble(trouble: Trouble) -> str:
    """`file:line:column`, or the file alone where there is no place in it."""
    return shortened(trouble.file) + (f":{trouble.line}:{trouble.column}" if trouble.line else "")


def unjudged(report: Report) -> Iterator[str]:
    """One sentence for each missing fact: how many rules could not judge, and how to give it."""
    rules: dict[str, set[str]] = {}
    for skipped in report.unjudged:
        rules.setdefault(skipped.missing, set()).add(skipped.rule.id)
    for missing, ids in rules.items():
        cure = next((cure for fact, cure in _CURES.items() if missing.startswith(fact)), "")
        yield said_in(report.language, f"{count(len(ids), 'rule')} could not judge: {shortened(missing)}{cure}")


def noted(note: Note) -> str:
    """What was not judged in an object, and why: `Service/web: a value is unrendered and not judged: ...`."""
    owner = shortened(str(note.resource))
    return (
        f"{owner}: {shortened(note.message, LONGEST_SENTENCE)}" if owner else shortened(note.message, LONGEST_SENTENCE)
    )


def place_of_note(note: Note) -> str:
    """`file:line:column`, of a rendered text the place in that; nothing where it is about a cluster as a whole."""
    return shortened(note.stream or note.file) + (f":{note.line}:{note.column}" if note.line else "")


def owner(entry: Entry) -> str:
    """The object that a finding is about; nothing where its place says that already."""
    return "" if entry.is_live else shortened(str(entry.resource))


def _unfinished(report: Report) -> Iterator[str]:
    """What the summary says of manifests that are not yet what will be applied."""
    found = Counter(note.why for note in report.notes)
    if number := found[Why.UNRENDERED]:
        yield f"{count(number, 'Service')} with unrendered values"
    if number := found[Why.PATCH]:
        yield f"{number} patch{'es' if number > 1 else ''}"
    if number := found[Why.BASE]:
        yield f"{count(number, 'base')}"
    if number := found[Why.RENDER]:
        yield f"{count(number, 'text')} with elb annotations to be rendered first"
    if number := found[Why.ELSEWHERE]:
        yield f"{count(number, 'object')} with elb annotations that are not judged there"


def _unbuilt(report: Report) -> Iterator[str]:
    """What the summary says of what has to be built before it can be judged."""
    seen = sum(note.why is Why.SEEN for note in report.notes)
    if seen:
        yield f"saw {count(seen, 'release or application', 'releases and applications')} that others render"
    notes = [note for note in report.notes if not any(words in note.message for words in _WITHHELD)]
    whys = {note.why for note in notes}
    templates = any(trouble.template for trouble in report.troubles)
    templates |= any(note.why is Why.UNRENDERED and "{{" in note.message for note in notes)
    if report.rendering:
        return
    if templates or whys & {Why.PATCH, Why.BASE, Why.RENDER}:
        yield "--render builds charts and kustomizations and judges what comes out"
    elif Why.UNRENDERED in whys:
        yield "fill the variables in first, or --render the chart or kustomization that does"


def ingresses(number: int) -> str:
    """What is said of Ingresses with annotations of ours: how many, and that nobody judges them."""
    carry = "1 Ingress carries" if number == 1 else f"{number} Ingresses carry"
    return f"{carry} kubernetes.io/elb.* annotations: not judged, elbguard judges Services"


def unlisted(number: int) -> str:
    """What is said of findings that are too many to be listed."""
    more = "1 more finding is" if number == 1 else f"{number} more findings are"
    return f"{more} counted, not listed: audit one namespace with --namespace to see them"


def curable(report: Report) -> str:
    """How many findings another verb cures; nothing where it cures none."""
    if not report.curable:
        return ""
    of = f"{report.curable} of these" if report.curable < len(report.entries) else "all of these"
    return said_in(report.language, f"`elbguard fix` can cure {of}")


def summary(report: Report) -> str:
    """The last line: `2 errors, 1 warning in 3 Services of 12 files`."""
    files = f"{count(len(report.tally.namespaces), 'namespace')}" if report.tally else count(report.files, "file")
    if not report.services and not report.entries:
        text = f"No Services in {files}"
    else:
        found = [count(report.errors, "error")] if report.errors else []
        found += [count(report.warnings, "warning")] if report.warnings else []
        text = f"{', '.join(found) or _nothing(report)} in {count(report.services, 'Service')} of {files}"
    broken = {trouble.file for trouble in report.troubles if trouble.fatal}
    passed = {trouble.file for trouble in report.troubles} - broken
    parts = [text]
    parts += [f"{count(report.hidden, 'finding')} hidden by the baseline"] if report.hidden else []
    parts += [f"not judged wholly: {', '.join(unfinished)}"] if (unfinished := list(_unfinished(report))) else []
    parts += _unbuilt(report)
    parts += [ingresses(report.ingresses)] if report.ingresses else []
    parts += [unlisted(report.unlisted)] if report.unlisted else []
    parts += [f"could not check {count(len(broken), 'file')}"] if broken else []
    parts += [f"skipped {count(len(passed), 'file')}"] if passed else []
    parts += (
        [f"passed over {count(report.foreign, 'file')} that cannot be read (no Service in sight)"]
        if report.foreign
        else []
    )
    parts += (
        [f"disregarded {count(report.disregarded, 'suppression')} (--no-suppressions)"] if report.disregarded else []
    )
    parts += [f"left out {count(report.left_out, 'path')} that Git ignores or you exclude"] if report.left_out else []
    return CLAUSES[report.language].join(said_in(report.language, part) for part in parts)


def failing(report: Report) -> Iterator[str]:
    """What --strict counts as a failure, one sentence a kind."""
    return (said_in(report.language, reason) for reason in _failing(report))


def _failing(report: Report) -> Iterator[str]:
    if report.unjudged:
        rules = len({skipped.rule.id for skipped in report.unjudged})
        yield f"{count(rules, 'rule')} could not judge for want of a fact"
    if any(note.why.is_partial for note in report.notes):
        yield "there are manifests that are not yet what will be applied"
    if number := sum(not trouble.fatal for trouble in report.troubles):
        yield f"{count(number, 'document or file', 'documents or files')} skipped"
    if report.unseen:
        named = ", ".join(map(shortened, report.unseen[:_MOST_NAMED]))
        more = f" and {len(report.unseen) - _MOST_NAMED} more" if len(report.unseen) > _MOST_NAMED else ""
        cure = "--exclude leaves them out on your word, --no-git-ignore reads what Git ignores"
        yield f"{count(len(report.unseen), 'path')} passed over: {named}{more}; {cure}"


def _nothing(report: Report) -> str:
    """What is said where there is no finding: only where all is well that there are no mistakes."""
    if report.hidden:
        return "Nothing new"
    if report.strict and report.is_partial:
        return "Nothing found, but not everything could be judged (--strict),"
    return "No mistakes"
