"""Alerts fire for the first event, whether Prometheus asked before it or only afterwards; Prometheus itself says so."""

import re
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from elbguard.webhook.metrics import Metrics
from tests.support.command import ran

FOLDER = Path(__file__).parent.parent.parent / "manifests/monitoring"
SPEC = yaml.safe_load((FOLDER / "alerts.yaml").read_text())["spec"]
PROMTOOL = shutil.which("promtool")
FIRST_EVENTS = {
    "ElbguardRuleBrokeDown": 'elbguard_internal_errors_total{rule="ELB101"}',
    "ElbguardTurnsRequestsAway": "elbguard_requests_turned_away_total",
    "ElbguardIsCrowded": 'elbguard_connections_cut_total{reason="crowd"}',
    "ElbguardConfigurationRefused": 'elbguard_config_reloads_total{result="refused"}',
    "ElbguardCertificateRefused": 'elbguard_certificate_swaps_total{result="refused"}',
}
LABELLESS = ("ElbguardIsAway", "ElbguardIsSlow")  # their expressions leave no label
STATES = {  # an alert, the series of a state that it is about, values for which it is silent and for which it fires
    "ElbguardCertificateEndsSoon": ("elbguard_certificate_expiry_timestamp_seconds", ["9000000x99"], ["600000x99"]),
    "ElbguardFactsAreOld": ('elbguard_cluster_fact_age_seconds{fact="version"}', ["3600x99"], ["3601x99"]),
    "ElbguardIsSlow": (
        'elbguard_admission_duration_seconds_bucket{path="/mutate", le=""}',
        ["0+100x99", "0+100x99", "0+100x99"],
        ["0+98x99", "0+98x99", "0+100x99"],
    ),
}
COUNTS = {"seen from the start": "0x5 1x20", "seen only afterwards": "_x5 1x20", "none": "0x25"}


def test_what_alerts_count_is_shown_as_0_from_the_start() -> None:
    shown = {
        f"{sample.name}{sample.labels}": sample.value
        for each in Metrics().registry.collect()
        for sample in each.samples
    }

    for series in FIRST_EVENTS.values():
        name, _, labels = series.partition("{")
        wanted = {labels.split("=")[0]: labels.split('"')[1]} if labels else {}
        assert shown[f"{name}{wanted}"] == 0


def test_every_alert_on_a_counter_is_tried_by_its_first_event() -> None:
    assert {rule["alert"] for rule in SPEC["groups"][0]["rules"] if "_total" in rule["expr"]} == set(FIRST_EVENTS)


@pytest.mark.skipif(PROMTOOL is None, reason="promtool (Debian's prometheus) is not installed: alerts are not tried")
@pytest.mark.parametrize("count", COUNTS)
@pytest.mark.parametrize("alert", FIRST_EVENTS)
def test_an_alert_fires_for_the_first_event_and_for_none_other(tmp_path: Path, alert: str, count: str) -> None:
    series = {"series": FIRST_EVENTS[alert], "values": COUNTS[count]}
    _try(tmp_path, [series], "8m", alert, fires=count != "none")


@pytest.mark.skipif(PROMTOOL is None, reason="promtool (Debian's prometheus) is not installed: alerts are not tried")
@pytest.mark.parametrize(("values", "fires"), [("1x20", False), ("1x2 stale", True)])
def test_that_no_replica_answers_is_an_alert(tmp_path: Path, values: str, fires: bool) -> None:
    series = {"series": 'elbguard_build_info{version="1", python="3"}', "values": values}
    _try(tmp_path, [series], "8m", "ElbguardIsAway", fires=fires)


@pytest.mark.skipif(PROMTOOL is None, reason="promtool (Debian's prometheus) is not installed: alerts are not tried")
@pytest.mark.parametrize("fires", [False, True])
@pytest.mark.parametrize("alert", STATES)
def test_an_alert_about_a_state_fires_in_that_state_only(tmp_path: Path, alert: str, fires: bool) -> None:
    name, *values = STATES[alert]
    buckets = ("0.1", "0.5", "+Inf")
    series = [
        {"series": name.replace('le=""', f'le="{bucket}"'), "values": each}
        for bucket, each in zip(buckets, values[fires], strict=False)
    ]
    _try(tmp_path, series, "90m", alert, fires=fires)


def test_every_alert_is_tried() -> None:
    assert {rule["alert"] for rule in SPEC["groups"][0]["rules"]} == {*FIRST_EVENTS, *STATES, "ElbguardIsAway"}


def _try(folder: Path, series: list[dict[str, str]], when: str, alert: str, *, fires: bool) -> None:
    (folder / "alerts.yaml").write_text(yaml.safe_dump(SPEC))
    rule = next(rule for rule in SPEC["groups"][0]["rules"] if rule["alert"] == alert)
    labels = dict(pair.split("=") for pair in series[0]["series"].partition("{")[2].rstrip("}").split(", ") if pair)
    labels = {name: text.strip('"') for name, text in labels.items()} if alert not in LABELLESS else {}
    expected: list[dict[str, Any]] = [
        {
            "exp_labels": rule["labels"] | labels,
            "exp_annotations": {
                name: re.sub(r"{{ \$labels\.(\w+) }}", lambda found: labels.get(found[1], ""), text)
                for name, text in rule["annotations"].items()
            },
        }
    ]
    trial = {
        "interval": "1m",
        "input_series": series,
        "alert_rule_test": [{"eval_time": when, "alertname": alert, "exp_alerts": expected if fires else []}],
    }
    (folder / "trial.yaml").write_text(yaml.safe_dump({"rule_files": ["alerts.yaml"], "tests": [trial]}))
    command = [str(PROMTOOL), "test", "rules", "trial.yaml"]
    told = ran(*command, cwd=folder)
    assert told.returncode == 0, told.stdout + told.stderr
