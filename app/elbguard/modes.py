"""Modes: how far a finding goes, by namespace and by rule, from shadow to enforcement."""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Final

from elbguard_rules.core.finding import Finding
from elbguard_rules.core.problem import Severity
from elbguard_rules.core.record import record

_LONGEST: Final = 63  # characters of a namespace


class Mode(StrEnum):
    """enforce: errors refuse. warn: they warn. audit: logged and counted only. off: not even that."""

    ENFORCE = "enforce"
    WARN = "warn"
    AUDIT = "audit"
    OFF = "off"


@record
class Exempt:
    """A mode for some namespaces (patterns with *; none: all) and some rules (ids; none: all)."""

    mode: Mode
    namespaces: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()

    def covers(self, namespace: str, rule: str) -> bool:
        """Whether it is about a rule in a namespace."""
        named = not self.namespaces or any(fnmatchcase(namespace, pattern) for pattern in self.namespaces)
        return named and (not self.rules or rule in self.rules)


@record
class Outcome:
    """Findings by how far they go. `would_deny` are those errors that do not refuse because of the mode."""

    errors: tuple[Finding, ...] = ()
    warnings: tuple[Finding, ...] = ()
    audited: tuple[Finding, ...] = ()

    @property
    def would_deny(self) -> tuple[Finding, ...]:
        """The errors that were let through."""
        return tuple(f for f in (*self.warnings, *self.audited) if f.severity is Severity.ERROR)


class Modes:
    """The operator's modes: one for all, and exceptions, of which the last that covers a finding counts."""

    def __init__(self, mode: Mode = Mode.ENFORCE, exceptions: Sequence[Exempt] = ()) -> None:
        self._mode: Final = mode
        self._exceptions: Final = tuple(reversed(exceptions))
        self._plain: Final = mode is Mode.ENFORCE and not exceptions
        self._of = lru_cache(maxsize=4096)(self._find)

    def _find(self, namespace: str, rule: str) -> Mode:
        return next((e.mode for e in self._exceptions if e.covers(namespace, rule)), self._mode)

    def sort(self, namespace: str, findings: Iterable[Finding]) -> Outcome:
        """Which findings of a Service in `namespace` refuse it, warn, or are only noted."""
        errors: list[Finding] = []
        warnings: list[Finding] = []
        audited: list[Finding] = []
        for finding in findings:
            mode = Mode.ENFORCE if self._plain else self._of(namespace[:_LONGEST], finding.rule.id)
            if mode is Mode.AUDIT:
                audited.append(finding)
            elif mode is Mode.WARN or (mode is Mode.ENFORCE and finding.severity is Severity.WARNING):
                warnings.append(finding)
            elif mode is Mode.ENFORCE:
                errors.append(finding)
        return Outcome(tuple(errors), tuple(warnings), tuple(audited))
