"""A rule of ours that breaks down in a check is said, and the other rules judge all the same."""

from collections.abc import Iterator

import pytest

from elbguard.check.judge import Judge
from elbguard.settings import Settings
from elbguard_rules.core.check import Check
from elbguard_rules.core.facts import Cluster
from elbguard_rules.core.problem import Problem
from elbguard_rules.core.rule import Document, Rule, Source
from elbguard_rules.core.service import Service
from elbguard_rules.guard import CHECKS

TEXT = """\
apiVersion: v1
kind: Service
metadata:
  name: web
  annotations:
    kubernetes.io/elb.class: dedicated
spec:
  type: LoadBalancer
"""


def _breaks_down(service: Service, cluster: Cluster) -> Iterator[Problem]:
    raise ZeroDivisionError("this rule is broken")
    yield


def test_a_rule_that_breaks_down_is_trouble_and_hides_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    rule = Rule("ELB999", "broken-rule", "This rule breaks down.", Source(Document("none"), "none"), "Mend it.")
    monkeypatch.setattr("elbguard_rules.guard.CHECKS", (Check(rule, _breaks_down, always=True), *CHECKS))
    judged = Judge(Settings()).judge(TEXT, "web.yaml")
    [trouble] = judged.troubles

    assert (trouble.fatal, "ELB999" in trouble.message) == (True, True)
    assert "ELB101" in {entry.rule.id for entry in judged.entries}
