"""What `elbguard audit` does: find the cluster, learn its facts, examine its Services, report, and say how it ended."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from elbguard.audit.auditing import audit
from elbguard.audit.examining import Examiner
from elbguard.audit.ledger import Ledger
from elbguard.audit.policy_report import NAME
from elbguard.audit.publishing import KINDS, CannotPublish, Publisher, served
from elbguard.check.checking import bar, grouped
from elbguard.cluster.asking import ApiError, NotFound, at
from elbguard.cluster.client import KubernetesApi, Patience
from elbguard.cluster.connecting import NoApiServer, chosen
from elbguard.cluster.learning import learn
from elbguard.cluster.paging import pages, within
from elbguard.cluster.rights import Right, refused
from elbguard.report import formats
from elbguard.report.model import Note, Report, Why
from elbguard.report.sentences import count, noted, place_of_note
from elbguard.report.translating import in_language
from elbguard.settings import Settings
from elbguard_rules.core.facts import Version
from elbguard_rules.core.nearest import nearest
from elbguard_rules.core.problem import Severity

_MOST_GONE: Final = 50  # findings that an upgrade takes away, named one by one on standard error
_WRITES: Final = "list,get,create,update,delete"


class CannotAudit(Exception):
    """What was asked cannot be done; one sentence says why, and what to do."""


@dataclass(frozen=True)
class Inquiry:
    """What to audit and how to report. An empty namespace is all of them; `as_if` is the version after an upgrade."""

    formats: Sequence[str]
    fail_on: Severity
    namespace: str = ""
    context: str | None = None
    kubeconfig: Path | None = None
    as_if: Version | None = None
    strict: bool = False
    policy_report: bool = False


def run(inquiry: Inquiry, settings: Settings) -> int:
    """Audit and report; gives the exit code: 0 clean, 1 findings, 2 not everything could be judged.

    Raises CannotAudit.
    """
    try:
        outputs = formats.outputs(inquiry.formats)
        api = KubernetesApi(chosen(inquiry.kubeconfig, inquiry.context), Patience())
        report = replace(in_language(_report(inquiry, settings, api), settings.lang), strict=inquiry.strict)
        _say(grouped(report.troubles))
        _say(_told(report.notes))
        formats.write(report, outputs, sys.stdout)
    except (formats.FormatError, NoApiServer) as error:
        raise CannotAudit(str(error)) from None
    return report.exit_code(inquiry.fail_on)


def _report(inquiry: Inquiry, settings: Settings, api: KubernetesApi) -> Report:
    right = Right("list", "services", inquiry.namespace)
    try:
        learnt = learn(settings.cluster, api)
        _say(f"note: {sentence}" for sentence in (f"judged for {', '.join(learnt.told())}", *learnt.unread))
        publisher = _publisher(inquiry, api)
        examiner, ledger = Examiner(settings, learnt.cluster, inquiry.as_if), Ledger()
        hearers = [publisher] if publisher else []
        report = audit(api, examiner, inquiry.namespace, bar("Services"), hearers, ledger)
        if not report.services and inquiry.namespace:
            _require_namespace(inquiry.namespace, api)
    except CannotPublish as error:
        right = Right(_WRITES, error.kind.resource, inquiry.namespace)
        raise CannotAudit(refused(error.error, right, api.host)) from None
    except ApiError as error:
        raise CannotAudit(refused(error, right, api.host)) from None
    if publisher:
        _say(_published(publisher))
    return report


def _publisher(inquiry: Inquiry, api: KubernetesApi) -> Publisher | None:
    """Who keeps PolicyReports, where that is asked. Raises CannotAudit where the cluster knows no such kind."""
    if not inquiry.policy_report:
        return None
    kinds = served(api)
    if not kinds:
        wanted = " nor ".join(f"{kind.resource} ({kind.version})" for kind in KINDS)
        raise CannotAudit(
            f"--policy-report: the cluster knows neither {wanted}: install one of these CRDs, or audit without the flag"
        )
    return Publisher(api, kinds, inquiry.namespace)


def _published(publisher: Publisher) -> Iterator[str]:
    done, kinds = publisher.done, ", ".join(kind.resource for kind in publisher.kinds)
    yield f"note: {kinds}: {done.written} written, {done.unchanged} unchanged, {done.removed} removed"
    for namespace in done.foreign:
        yield f"{namespace}: note: a report called {NAME} is there that elbguard did not write: left as it is"


def _require_namespace(namespace: str, api: KubernetesApi) -> None:
    """Raise CannotAudit where there is no such namespace; who may not look is not told so."""
    try:
        api.get(f"/api/v1{within(namespace)}", {})
    except NotFound:
        close = nearest(namespace, _namespaces(api))
        hint = f": did you mean {close}?" if close else ""
        raise CannotAudit(f"There is no namespace {namespace!r} in this cluster{hint}") from None
    except ApiError:
        return


def _namespaces(api: KubernetesApi) -> list[str]:
    try:
        found = pages(api.get, "/api/v1/namespaces")
        return [str(at(item, "metadata", "name")) for page in found for item in page.items]
    except ApiError:
        return []


def _told(notes: Iterable[Note]) -> Iterator[str]:
    """Notes for people: those about the cluster, and what an upgrade takes away; the summary counts the others."""
    gone = 0
    for note in notes:
        if not note.file:
            yield f"note: {noted(note)}"
        elif note.why is Why.GONE:
            gone += 1
            if gone <= _MOST_GONE:
                yield f"{place_of_note(note)}: note: {note.message}"
    if gone > _MOST_GONE:
        yield f"note: and {count(gone - _MOST_GONE, 'other finding')} that the upgrade takes away"


def _say(lines: Iterable[str]) -> None:
    for line in lines:
        print(line.encode("utf-8", "backslashreplace").decode("utf-8"), file=sys.stderr)
