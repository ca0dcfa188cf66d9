"""One text of manifests asked about: what check, kubectl and fix say of it.

In and out go JSON, since this is called from JavaScript: `answer` for a text, `explained` for a rule or an annotation.
"""

import json
import tempfile
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from elbguard.check.checking import check, grouped, noted
from elbguard.check.defaulting import defaulted, is_live
from elbguard.check.kinds import resource_of, services_in
from elbguard.check.manifests import SourceError, documents
from elbguard.check.manner import Manner
from elbguard.demo.applying import applied
from elbguard.explain.explain_command import NotKnown, explain
from elbguard.fix.cures import FixResult
from elbguard.fix.diff import diff
from elbguard.fix.fixing import fixed
from elbguard.languages import language
from elbguard.report import formats
from elbguard.report.translating import in_language
from elbguard.settings import Settings, load, words
from elbguard.settings_mistakes import SettingsError
from elbguard.webhook.admission import Admission

FILE: Final = "manifest.yaml"  # what the text is called in what is said of it
NAMESPACE: Final = "default"  # where kubectl creates a Service that names none
NOT_ASKED: Final = (
    "The API server refuses this Service before it asks a webhook: what must be text in its metadata is none."
)


def answer(question: str) -> str:
    """All that is said of a text, as JSON.

    The question is {"text", "settings": as texts, as flags take them, "namespace": of Services that name none}; several
    elements of a list stand between commas. The answer is
    {"mistakes": [sentence about the settings]} or {"mistakes": [], "report": as check --format json has it,
    "said": [line that check says beside it], "services": [see _kubectl], "fix", "defaults": see _cured}.
    """
    asked = json.loads(question)
    text, namespace = asked["text"], asked.get("namespace", "")
    try:
        settings = load(_given(asked.get("settings", {})), None)
    except SettingsError as error:
        return json.dumps({"mistakes": error.mistakes})
    report, said = _checked(text, settings, namespace)
    readable = not any(trouble["fatal"] for trouble in report["troubles"])
    return json.dumps(
        {
            "mistakes": [],
            "report": report,
            "said": said,
            "services": _kubectl(text, settings, namespace) if readable else [],
            "fix": _cured(text, fixed(text, settings, file=FILE, namespace=namespace)),
            "defaults": _cured(text, fixed(text, settings, file=FILE, namespace=namespace, defaults=True)),
        }
    )


def explained(question: str) -> str:
    """What `elbguard explain --format json` says; {"mistakes": [sentence]} where there is nothing to explain.

    The question is {"subject", "lang"}.
    """
    asked = json.loads(question)
    try:
        return explain(asked["subject"], "json", language(asked.get("lang", "en")))
    except (NotKnown, ValueError) as error:
        return json.dumps({"mistakes": [str(error)]})


def _given(settings: Mapping[str, str]) -> dict[str, Any]:
    """The settings as fields. Raises SettingsError."""
    found: dict[str, Any] = {name.replace("-", "_"): value for name, value in settings.items()}
    if "severity" in found:
        pairs = [word.partition("=") for word in words(found["severity"])]
        wrong = ["".join(pair) for pair in pairs if not pair[2]]
        if wrong:
            raise SettingsError(f"severity: {wrong[0]!r} must be RULE=error, RULE=warning or RULE=off")
        found["severity"] = {rule: level for rule, _, level in pairs}
    return found


def _checked(text: str, settings: Settings, namespace: str) -> tuple[dict[str, Any], list[str]]:
    """The report of `elbguard check --format json` about a file with this text, and what it says on standard error."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / FILE
        file.write_bytes(text.encode("utf-8", "surrogatepass"))
        found = check([str(file)], settings, reading=Manner(namespace=namespace), jobs=1)
    prefix = f"{folder}/"
    found = in_language(found, settings.lang)
    said = [*grouped(found.troubles), *noted(found.notes)]
    report: dict[str, Any] = json.loads(formats.render("json", found).replace(prefix, ""))
    return report, [line.replace(prefix, "") for line in said]


def _kubectl(text: str, settings: Settings, namespace: str) -> list[dict[str, Any]]:
    """What `kubectl apply` prints of each Service: {"service", "allowed", "lines", "patch", "diff"}.

    One that was read from a cluster is passed over: to create that is refused by the API server itself.
    """
    admission = Admission(settings)

    def ask(path: str, body: bytes) -> dict[str, Any]:
        way = admission.mutate if path == "/mutate" else admission.validate
        response: dict[str, Any] = json.loads(way(body).body)["response"]
        return response

    found = []
    for raw in _services(text):
        if is_live(raw):
            continue
        says: dict[str, Any] = {"allowed": False, "lines": [NOT_ASKED], "patch": [], "diff": []}
        if _is_readable(service := defaulted(raw)):
            metadata = {"namespace": namespace or NAMESPACE, **service["metadata"]}
            says = asdict(applied({**service, "metadata": metadata}, ask))
        found.append({"service": str(resource_of(raw, namespace)), **says})
    return found


def _is_readable(service: Mapping[str, Any]) -> bool:
    """Whether the API server can read a Service's metadata, as far as that is looked at here."""
    metadata = service.get("metadata")
    if not isinstance(metadata, Mapping):
        return False
    annotations = metadata.get("annotations") or {}
    names = [metadata.get(name) or "" for name in ("name", "namespace")]
    texts = [*names, *annotations.values()] if isinstance(annotations, Mapping) else [None]
    return all(isinstance(text, str) for text in texts)


def _services(text: str) -> list[dict[str, Any]]:
    try:
        read = list(documents(text, passed=[]))
    except SourceError:
        return []
    return [raw for document in read for _, raw in services_in(document.value, ())]


def _cured(before: str, result: FixResult) -> dict[str, Any]:
    """What `elbguard fix` makes of a text: {"text", "diff", "changes": [{"line", "column", "rule", "said"}],
    "left_alone": [sentence], "left": number of errors that only its author can cure}.
    """  # noqa: D205 - one value
    return {
        "text": result.text,
        "diff": diff(before, result.text, FILE),
        "changes": [
            {"line": each.line, "column": each.column, "rule": each.rule, "said": each.message}
            for each in result.changes
        ],
        "left_alone": [trouble.message for trouble in result.troubles if not trouble.fatal],
        "left": result.left,
    }
