"""What an audit writes down does not grow with the number of findings, and counts them all."""

from dataclasses import replace

from elbguard.audit.ledger import Ledger
from elbguard.report.model import Note, Resource, Trouble, Unjudged, Why
from tests.unit.report.reports import live_report

FOUND = live_report().entries
SERVICES = 50


def filled(most: int) -> Ledger:
    """A ledger that has room for so many, and was told of fifty Services with the findings of one."""
    ledger = Ledger(most)
    for number in range(SERVICES):
        resource = Resource("Service", f"space-{number % 2}", f"web-{number}")
        ledger.judged(resource, str(resource), FOUND)
        ledger.noted([Note(Why.ELSEWHERE, "there", "x", 0, 0, resource), Note(Why.GONE, "gone", "x", 0, 0, resource)])
        ledger.troubled([Trouble("x", 0, 0, "broken", True)])
        ledger.unjudged(Unjudged(entry.rule, "cluster type", resource, "x") for entry in FOUND)
    return ledger


def test_it_lists_as_many_as_it_has_room_for_and_counts_all() -> None:
    report = filled(10).report(3)
    errors = sum(entry.severity == "error" for entry in FOUND)

    assert (len(report.entries), len(report.troubles)) == (10, 10)
    assert (report.errors, report.warnings) == (SERVICES * errors, SERVICES * (len(FOUND) - errors))
    assert report.unlisted == SERVICES * len(FOUND) - 10
    assert report.tally is not None
    assert {name: each.services for name, each in report.tally.namespaces.items()} == {"space-0": 25, "space-1": 25}
    assert sum(report.tally.rules.values()) == SERVICES * len(FOUND)


def test_it_says_how_many_are_not_listed_and_how_many_ingresses_there_are() -> None:
    assert [note.why for note in filled(2).report(3).notes] == [Why.INGRESS, Why.UNLISTED, Why.ELSEWHERE, Why.GONE]
    assert not {Why.INGRESS, Why.UNLISTED} & {note.why for note in filled(10_000).report(0).notes}


def test_every_rule_that_could_not_judge_is_kept_once_at_least() -> None:
    assert {each.rule for each in filled(1).report(0).unjudged} == {entry.rule for entry in FOUND}


def test_it_counts_what_an_upgrade_changes() -> None:
    ledger = Ledger(1)
    changed = [replace(entry, change="new in v1.30.4-r0") for entry in FOUND]
    ledger.judged(Resource("Service", "shop", "web"), "shop/web", changed)

    assert ledger.changes == (len(FOUND), 0)
    assert filled(1).changes[1] == SERVICES
