"""Reports to write down: real findings of the rules, and values that nobody sane would give."""

import math
from collections import Counter
from dataclasses import replace
from typing import Any, Final

import yaml

from elbguard.report.model import (
    NOWHERE,
    STDIN,
    Checked,
    Counts,
    Entry,
    Note,
    Report,
    Resource,
    Span,
    Totals,
    Trouble,
    Unjudged,
    Why,
)
from elbguard_rules.core.facts import Cluster
from elbguard_rules.core.finding import Finding
from elbguard_rules.core.problem import Problem, Severity, annotation, forbidden, invalid
from elbguard_rules.core.service import Service
from elbguard_rules.guard import RULES, Guard

WEB: Final = """\
apiVersion: v1
kind: Service
metadata:
  name: web
  namespace: shop
  annotations:
    kubernetes.io/elb.class: performance
    kubernetes.io/elb.autocreate: '{"type": "inner", "bandwidth_size": 5000}'
    kubernetes.io/elb.lb-algorithm: ROUND
    kubernetes.io/elb.clas: union
spec:
  type: LoadBalancer
  ports: [{port: 80}]
  selector: {app: web}
"""
WEB_RESOURCE: Final = Resource("Service", "shop", "web")
NEEDLES: Final = {"ELB206": "5000", "ELB301": "ROUND"}  # what is underlined; elsewhere the annotations' key


def span_of(text: str, needle: str, shift: int = 0) -> tuple[Span, str]:
    """Where the needle first stands in the text, `shift` lines further down, and that line."""
    for number, line in enumerate(text.splitlines(), start=1):
        if needle in line:
            column = line.index(needle) + 1
            return Span(number + shift, column, number + shift, column + len(needle)), line
    raise ValueError(needle)


def web_report(shift: int = 0, file: str = "deploy/web.yaml") -> Report:
    """What the rules say about WEB, whose text begins `shift` lines further down in its file."""
    review = Guard().review(Service(yaml.safe_load(WEB)), Cluster())
    entries = []
    for finding in review.findings:
        span, line = span_of(WEB, NEEDLES.get(finding.rule.id, "annotations"), shift)
        entries.append(Entry(finding, file, span, WEB_RESOURCE, line))
    unjudged = tuple(Unjudged(skip.rule, skip.missing, WEB_RESOURCE, file) for skip in review.skipped)
    quiet = Checked(Resource("Service", "shop", "quiet"), "deploy/quiet.yaml")
    return Report(tuple(entries), unjudged, (), 12, 2, (Checked(WEB_RESOURCE, file), quiet))


def live_report() -> Report:
    """What an audit says of WEB and of another Service in the cluster, with more than it lists."""
    found = web_report()
    entries = tuple(
        replace(entry, file="shop/web", span=NOWHERE, excerpt="", change="new in v1.30.4-r0" if number else "")
        for number, entry in enumerate(found.entries)
    )
    rules = Counter(entry.rule.id for entry in entries)
    rules["ELB301"] += 2
    shop = Counts(2, found.errors, found.warnings)
    tally = Totals(rules, {"shop": shop, "office": Counts(3, 2, 0), "idle": Counts(1, 0, 0)})
    notes = (
        Note(Why.INGRESS, "2 Ingresses carry them", "", 0, 0, Resource("", "", "")),
        Note(Why.GONE, "ELB322: no finding any more", "shop/web", 0, 0, WEB_RESOURCE),
    )
    checked = (Checked(WEB_RESOURCE, "shop/web"), Checked(Resource("Service", "idle", "quiet"), "idle/quiet"))
    trouble = Trouble("shop/odd", 0, 0, "a rule broke down", True)
    return Report(entries, found.unjudged, (trouble,), 0, 6, checked, notes=notes, ingresses=2, tally=tally)


def one(value: object, file: str = "a.yaml", name: str = "web", excerpt: str = "x", **span: int) -> Report:
    """A report with one error of ELB301 about a value."""
    problem = invalid(annotation("kubernetes.io/elb.lb-algorithm"), value, "must be one of three")
    return around(problem, file, name, excerpt, Span(**{**_PLACE, **span}))


_PLACE: Final = {"line": 1, "column": 1, "end_line": 1, "end_column": 2}


def around(
    problem: Problem, file: str = "a.yaml", name: str = "web", excerpt: str = "x", span: Span | None = None
) -> Report:
    """A report with one error of ELB301 that says the problem."""
    finding = Finding(RULES["ELB301"], problem, Severity.ERROR)
    entry = Entry(finding, file, span or Span(**_PLACE), Resource("Service", "", name), excerpt)
    return Report((entry,), (), (), 1, 1)


def nested(depth: int) -> Any:
    """A list in a list in a list."""
    value: Any = []
    for _ in range(depth):
        value = [value]
    return value


def bomb() -> Any:
    """A value of a few objects that has a million parts when it is written out."""
    value: Any = ["boom"] * 10
    for _ in range(5):
        value = [value] * 10
    return value


NASTY: Final = {
    "line breaks": "a\nb\r\nc\rd",
    "control characters": "\x00\x07\x1b[31mred\x7f\x85\u202e\ufffe\uffff",
    "lone surrogates": "\ud800 and \udcff",
    "quotes": "\"'`<&>",
    "the end of CDATA": "]]>",
    "a comment's end": "-->",
    "a workflow command": "::error::%0A,a:b%",
    "a link": "[here](https://example.com)",
    "placeholders": "{0} {x} %s",
    "very long": "long " * 20_000,
    "wide": "日本語 🎉 é e\u0301",
    "not a number": math.nan,
    "infinite": [math.inf, -math.inf],
    "an integer of thousands of digits": 10**9000,
    "deep": nested(5000),
    "an alias bomb": bomb(),
    "keys of all types": {1: "a", None: "b", 1.5: "c", False: "d", "\ud800": "e"},
    "not JSON": {"when": object, "bytes": b"\xff", "set": {1}},
}


def nasty_reports() -> dict[str, Report]:
    """Reports with hostile values, and with hostile files, names and texts."""
    reports = {f"value: {what}": one(value) for what, value in NASTY.items()}
    for what, text in NASTY.items():
        if isinstance(text, str):
            reports[f"file: {what}"] = one(1, file=text)
            reports[f"name: {what}"] = one(1, name=text)
            reports[f"excerpt: {what}"] = one(1, excerpt=text, column=3, end_column=9)
            reports[f"field: {what}"] = around(forbidden(annotation(text, text), text))
            reports[f"source: {what}"] = built_report(text, text)
            reports[f"trouble: {what}"] = Report(troubles=(Trouble(text, 1, 1, text, True),), files=1)
    return reports


def built_report(file: str = "base/web.yaml", name: str = "overlays/prod") -> Report:
    """What is said of something built, at its source and where only that is known, and of a resource of Terraform."""
    entry = one(1).entries[0]
    resource = Resource("Service", "shop", "web", f"module.web.{name}")
    entries = (
        replace(entry, file=file, rendered=name),
        replace(entry, file=file, rendered=name, stream=f"{name} (rendered)"),
        replace(entry, file=file, resource=resource),
    )
    notes = tuple(Note(why, name, file, 3, 1, resource) for why in (Why.RENDER, Why.SEEN, Why.PATCH))
    return Report(entries, (), (), 3, 3, (Checked(resource, file),), notes=notes, rendering=True)


def reports() -> dict[str, Report]:
    """A handful of reports that every format must be able to write."""
    helm = Trouble("chart/templates/service.yaml", 3, 1, "a Helm template: render it first", False)
    broken = Trouble("deploy/broken.yaml", 7, 2, "expected a key", True)
    missing = Trouble("gone.yaml", 0, 0, "no such file", True)
    return {
        "nothing at all": Report(),
        "all in order": Report(files=12, services=3, checked=(Checked(WEB_RESOURCE, "deploy/web.yaml"),)),
        "findings": web_report(),
        "standard input": web_report(file=STDIN),
        "an absolute path": web_report(file="/srv/git/my app/ümlaut#1.yaml"),
        "only troubles": Report(troubles=(helm, broken, missing), files=2),
        "a Helm template": Report(troubles=(helm,), files=1),
        "everything": Report(web_report().entries, web_report().unjudged, (helm, broken, missing), 12, 3),
        "a cluster": live_report(),
        "something built": built_report(),
        "no place": one("x", line=1, column=1, end_line=1, end_column=1, excerpt=""),
        **nasty_reports(),
    }


REPORTS: Final = reports()
