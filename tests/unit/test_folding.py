"""Names of JSON members are taken as Go's encoding/json takes them."""

import pytest

from elbguard_rules.annotations.port_ranges import PORT_RANGES
from elbguard_rules.core.facts import Cluster
from elbguard_rules.core.folding import Names, Twice, advice, folded
from elbguard_rules.core.problem import Kind
from elbguard_rules.core.service import Service
from elbguard_rules.guard import ANNOTATIONS, Guard

ELB = "kubernetes.io/elb."
NAMES = Names(["task", "maxSize"])


@pytest.mark.parametrize("written", ["task", "Task", "TASK", "ta\u017fk", "tas\u212a", "TA\u017f\u212a"])
def test_go_takes_it_for_the_member(written: str) -> None:
    assert NAMES.right(written) == "task"


@pytest.mark.parametrize("written", ["maxSize", "maxsize", "MAXSIZE"])
def test_a_member_with_a_capital_has_other_capitals_too(written: str) -> None:
    assert NAMES.right(written) == "maxSize"


@pytest.mark.parametrize(
    "written",
    ["", "tasks", "t\u00e4sk", "ta\u00dfk", "t\u0430sk", "\uff54ask", "ta_sk", "max-size", "tas\u0138", "ma\ufb00"],
)
def test_go_takes_it_for_another(written: str) -> None:
    """Neither full folding, which makes ss of ß, nor look-alikes, nor compatibility forms."""
    assert NAMES.right(written) is None


def test_of_unicode_just_two_letters_beyond_ascii_fold_to_one_of_ascii() -> None:
    """All that simple folding, as one character's upper and lower forms tell, could make a letter of ASCII."""
    every = [chr(code) for code in range(0x80, 0x110000)]
    found = {c for c in every if {c.lower(), c.upper().lower()} & set("abcdefghijklmnopqrstuvwxyz")}

    assert found - {"\u0131"} == {c for c in every if folded(c).isascii()} == {"\u017f", "\u212a"}


def test_members_come_under_their_right_names_in_their_order() -> None:
    found, written = NAMES.righted({"other": 1, "TASK": 2, "maxSize": 3})

    assert list(found.items()) == [("other", 1), ("task", 2), ("maxSize", 3)]
    assert written == {"task": "TASK"}


@pytest.mark.parametrize(("first", "then"), [("task", "Task"), ("Task", "task"), ("Task", "TASK")])
def test_a_member_given_twice_is_found_at_the_later_place(first: str, then: str) -> None:
    with pytest.raises(Twice, match=f"as '{first}' and as '{then}'") as caught:
        NAMES.righted({first: 1, "x": 2, then: 3}, (4,))

    assert caught.value.path == (4, then)


def test_a_letter_that_looks_like_another_is_named() -> None:
    assert "U+212A" in advice("tas\u212a", "task")
    assert "U+" not in advice("TASK", "task")


def test_no_annotation_has_members_that_differ_in_capitals_only() -> None:
    for owner in ANNOTATIONS:
        assert len({folded(name) for name in owner.members}) == len(owner.members)


def test_names_of_ports_are_told_apart_by_their_capitals() -> None:
    """They are keys of a map, which Go takes as they are."""
    reading = PORT_RANGES.read('{"web": ["1,2"], "WEB": ["3,4"]}')

    assert not reading.problems
    assert list(reading.value) == ["web", "WEB"]


@pytest.mark.parametrize("owner", [owner for owner in ANNOTATIONS if owner.members], ids=lambda owner: owner.key)
def test_twice_breaks_the_rule_about_the_whole_text(owner) -> None:  # type: ignore[no-untyped-def] # any annotation
    name = next(iter(owner.members))
    text = f'{{"{name}": null,\n "{name.upper()}": null}}'
    [(rule, problem)] = owner.read(text).problems

    assert (rule, problem.kind, problem.value) == (owner.rule, Kind.DUPLICATE, name.upper())
    assert problem.where.inner[-1] == name.upper()
    assert problem.detail.startswith("line 2, column 2: ")
    assert owner.read(text).value is None


def test_the_places_of_relations_have_the_name_that_is_written() -> None:
    annotations = {f"{ELB}class": "union", f"{ELB}autocreate": '{"TYPE": "inner", "EIP_Type": "5_bgp"}'}
    raw = {"metadata": {"name": "web", "annotations": annotations}, "spec": {"type": "LoadBalancer"}}
    found = {f.rule.id: f.where.inner for f in Guard().review(Service(raw), Cluster()).findings}

    assert found["ELB225"] == ("EIP_Type",)
