"""A PolicyReport: the findings of one namespace as wgpolicyk8s.io/v1alpha2 and openreports.io/v1alpha1 want them.

Sources: kubernetes-sigs/wg-policy-prototypes and openreports/reports-api, the CRDs; both name the fields alike.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from elbguard.report.model import Entry
from elbguard.report.plain import encodable
from elbguard.report.sentences import PRODUCT, sentence
from elbguard_rules.core.problem import Severity

NAME: Final = PRODUCT  # of the report in each namespace
LABELS: Final[Mapping[str, str]] = {"app.kubernetes.io/name": PRODUCT, "app.kubernetes.io/managed-by": PRODUCT}
DIGEST: Final = "elbguard.io/digest"
LEFT_OUT: Final = "elbguard.io/left-out"
MOST_RESULTS: Final = 500  # of one report: some 0.5 MB, of the 1.5 MB that etcd takes
_CATEGORY: Final = "Load balancers"
_LONGEST: Final = 240  # characters of a field


@dataclass(slots=True)
class NamespaceReport:
    """The results of a namespace, of which only so many are listed; all are counted."""

    namespace: str
    most: int = MOST_RESULTS
    results: list[dict[str, Any]] = field(default_factory=list)
    summary: dict[str, int] = field(default_factory=lambda: dict.fromkeys(("pass", "fail", "warn", "error", "skip"), 0))

    def add(self, raw: Mapping[str, Any], entries: Iterable[Entry], broken: int) -> None:
        """Take a Service as the API server gave it, its findings, and how many rules broke down over it."""
        found = False
        for entry in entries:
            found = True
            outcome = "fail" if entry.severity is Severity.ERROR else "warn"
            self.summary[outcome] += 1
            if len(self.results) < self.most:
                self.results.append(_result(raw, entry, outcome))
        self.summary["error"] += broken
        if not (found or broken):
            self.summary["pass"] += 1

    @property
    def left_out(self) -> int:
        """How many results are counted and not listed."""
        return self.summary["fail"] + self.summary["warn"] - len(self.results)

    def body(self, kind: str, version: str) -> dict[str, Any]:
        """The object to write."""
        results = list(self.results)
        if self.left_out:
            said = f"{self.left_out} more are not listed here: see elbguard audit --namespace {self.namespace}"
            results.append({"source": PRODUCT, "policy": PRODUCT, "result": "skip", "message": said})
        annotations = {LEFT_OUT: str(self.left_out)} if self.left_out else {}
        content = {"summary": {**self.summary, "skip": len(results) - len(self.results)}, "results": results}
        digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
        return {
            "apiVersion": version,
            "kind": kind,
            "metadata": {
                "name": NAME,
                "namespace": self.namespace,
                "labels": dict(LABELS),
                "annotations": {**annotations, DIGEST: digest},
            },
            "scope": {"apiVersion": "v1", "kind": "Namespace", "name": self.namespace},
            **content,
        }


def _result(raw: Mapping[str, Any], entry: Entry, outcome: str) -> dict[str, Any]:
    rule, resource = entry.rule, entry.resource
    metadata = raw.get("metadata")
    uid = metadata.get("uid") if isinstance(metadata, Mapping) else None
    subject = {"apiVersion": "v1", "kind": "Service", "namespace": resource.namespace, "name": resource.name}
    return {
        "source": PRODUCT,
        "policy": rule.name,
        "rule": rule.id,
        "category": _CATEGORY,
        "severity": "high" if outcome == "fail" else "medium",
        "result": outcome,
        "scored": outcome == "fail",
        "resources": [{**subject, **({"uid": uid} if isinstance(uid, str) else {})}],
        "message": encodable(sentence(entry)),
        "properties": {"field": encodable(entry.finding.field)[:_LONGEST], "fix": rule.fix},
    }
