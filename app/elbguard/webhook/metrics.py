"""Metrics for Prometheus: what was asked, what was answered, how long it took, and how the server is."""

import platform
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from importlib.metadata import version
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from elbguard.modes import Outcome
from elbguard_rules.guard import RULES

_BUCKETS: Final = (0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 1.0, 5.0)  # seconds


class Metrics:
    """All metrics of one process, in a registry of their own. Counting takes microseconds and waits for nothing.

    They `are_whole` unless other processes behind the same port count for themselves.
    """

    def __init__(self, *, are_whole: bool = True) -> None:
        self.are_whole: Final = are_whole
        self.registry: Final = CollectorRegistry()
        self._requests = Counter(
            "elbguard_admission_requests",
            "AdmissionReviews answered, by operation and verdict: allowed, denied, patched, ignored, failed or unread.",
            ["operation", "verdict", "dry_run"],
            registry=self.registry,
        )
        self._duration = Histogram(
            "elbguard_admission_duration_seconds",
            "Time from the last byte of a request to its answer, by path.",
            ["path"],
            buckets=_BUCKETS,
            registry=self.registry,
        )
        self._findings = Counter(
            "elbguard_findings", "What was found, by rule and severity.", ["rule", "severity"], registry=self.registry
        )
        self._would_deny = Counter(
            "elbguard_would_deny",
            "Errors that only the mode (warn or audit) let through, by rule.",
            ["rule"],
            registry=self.registry,
        )
        self._faults = Counter(
            "elbguard_internal_errors",
            "Rules that broke down, by rule id; `internal` is everything else.",
            ["rule"],
            registry=self.registry,
        )
        self._reloads = Counter(
            "elbguard_config_reloads",
            "Changes of the configuration file, by result.",
            ["result"],
            registry=self.registry,
        )
        self._swaps = Counter(
            "elbguard_certificate_swaps", "Changes of the certificate, by result.", ["result"], registry=self.registry
        )
        # Looking a child up by its labels costs more than counting.
        self._request = cache(self._requests.labels)
        self._time = cache(self._duration.labels)
        self.in_flight: Final = Gauge(
            "elbguard_requests_in_flight",
            "AdmissionReviews that have arrived and wait for their answer.",
            registry=self.registry,
        )
        self._turned_away = Counter(
            "elbguard_requests_turned_away",
            "Requests answered 503: too many in flight, or too large together.",
            registry=self.registry,
        )
        self.connections: Final = Gauge("elbguard_connections", "Connections that are open.", registry=self.registry)
        self._records = Counter(
            "elbguard_records",
            "Reviews for the recording: written, or dropped for want of room in the queue (queue), as too large (size),"
            " since the file cannot be written (file), or by an internal error (error).",
            ["result"],
            registry=self.registry,
        )
        self._record = cache(self._records.labels)
        self._cut = Counter(
            "elbguard_connections_cut",
            "Connections hung up on, by what took too long (handshake, silent, head, body, answer, idle), or was too"
            " much (size, crowd).",
            ["reason"],
            registry=self.registry,
        )

        build = Gauge(
            "elbguard_build_info", "1, with the versions that run.", ["version", "python"], registry=self.registry
        )
        build.labels(version("elbguard"), platform.python_version()).set(1)
        self._settings = Gauge(
            "elbguard_settings_info",
            "1, with a digest of the settings in use, which is one and the same where replicas agree.",
            ["digest"],
            registry=self.registry,
        )
        self._begin()

    def _begin(self) -> None:
        """Show from the start, as 0, what alerts and sums ask for: increase() sees no step from nothing to 1."""
        for rule in ("internal", *RULES):
            self._faults.labels(rule)
        for result in ("loaded", "refused"):
            self._reloads.labels(result)
        for result in ("swapped", "refused"):
            self._swaps.labels(result)
        for reason in ("handshake", "silent", "head", "body", "answer", "idle", "size", "crowd"):
            self._cut.labels(reason)
        for result in ("written", "queue", "size", "file", "error"):
            self._record(result)
        for path in ("/validate", "/mutate"):
            self._time(path)

    def answered(self, operation: str, verdict: str, *, dry_run: bool) -> None:
        """Count an answer. Operations that Kubernetes does not have are counted as `other`."""
        known = operation if operation in ("CREATE", "UPDATE", "DELETE", "CONNECT") else "other"
        self._request(known, verdict, "true" if dry_run else "false").inc()

    def took(self, path: str, seconds: float) -> None:
        """Note how long an answer took."""
        self._time(path).observe(seconds)

    def found(self, outcome: Outcome) -> None:
        """Count findings, and those that only the mode kept from refusing."""
        for finding in (*outcome.errors, *outcome.warnings, *outcome.audited):
            self._findings.labels(finding.rule.id, finding.severity.value).inc()
        for finding in outcome.would_deny:
            self._would_deny.labels(finding.rule.id).inc()

    def fault(self, rule: str) -> None:
        """Count a rule that broke down."""
        self._faults.labels(rule).inc()

    def uses(self, digest: str) -> None:
        """Show which settings are in use, by a digest of them."""
        self._settings.clear()
        self._settings.labels(digest).set(1)

    def reloaded(self, result: str) -> None:
        """Count a changed configuration: `loaded` or `refused`."""
        self._reloads.labels(result).inc()

    def swapped(self, result: str) -> None:
        """Count a changed certificate: `swapped` or `refused`."""
        self._swaps.labels(result).inc()

    def turned_away(self) -> None:
        """Count a request that was too much."""
        self._turned_away.inc()

    def cut(self, reason: str) -> None:
        """Count a connection that was hung up on."""
        self._cut.labels(reason).inc()

    def recorded(self, result: str = "written") -> None:
        """Count a review that was written into the recording, or why it was dropped."""
        self._record(result).inc()

    def watch(
        self,
        expiry: Callable[[], float | None],
        ages: Callable[[], Mapping[str, float]],
        facts: Sequence[str] = (),
    ) -> None:
        """Show, when asked, when the certificate ends (seconds of the epoch) and how old the facts are (seconds).

        `facts` are those that the cluster is asked for; of each it is shown whether it is known.
        """
        self.registry.register(_Gauges(expiry, ages, facts))


class _Gauges(Collector):
    """Values that are looked up when Prometheus asks."""

    def __init__(
        self, expiry: Callable[[], float | None], ages: Callable[[], Mapping[str, float]], facts: Sequence[str]
    ) -> None:
        self._expiry, self._ages, self._facts = expiry, ages, facts

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """The values of this moment."""
        end = self._expiry()
        certificate = GaugeMetricFamily(
            "elbguard_certificate_expiry_timestamp_seconds", "When the serving certificate ends, seconds of the epoch."
        )
        if end is not None:
            certificate.add_metric([], end)
        facts = GaugeMetricFamily(
            "elbguard_cluster_fact_age_seconds", "How long ago a fact about the cluster was seen.", labels=["fact"]
        )
        ages = self._ages()
        for fact, age in ages.items():
            facts.add_metric([fact], age)
        known = GaugeMetricFamily(
            "elbguard_cluster_fact_known", "Whether a fact that the cluster is asked for is known.", labels=["fact"]
        )
        for fact in self._facts:
            known.add_metric([fact], float(fact in ages))
        return [certificate, facts, known]
