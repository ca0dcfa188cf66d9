"""A member in other capitals is the member itself, in all that is read, judged, filled in and cured."""

import copy
import json
from typing import Any

import pytest
import yaml
from hypothesis import assume, given
from hypothesis import strategies as st

from elbguard.check.judge import Judge
from elbguard.fix.fixing import fixed
from elbguard.settings import Settings
from elbguard_rules.core import jsontext
from elbguard_rules.core.facts import Cluster
from elbguard_rules.core.folding import folded
from elbguard_rules.core.policy import Policy
from elbguard_rules.core.problem import Kind
from elbguard_rules.core.service import Service
from elbguard_rules.guard import ANNOTATIONS, Guard
from elbguard_rules.relations.keys import OTHER_CAPITALS
from tests.laws.strategies import MEMBERS, UUID, Json, clusters, in_capitals, policies, ports, values_of
from tests.laws.test_places import STYLES, cut, manifest, style_of
from tests.laws.tries import shared_by

OWNERS = {owner.key: owner for owner in ANNOTATIONS if owner.members}
LISTS = [key for key, owner in OWNERS.items() if owner.reader.form == "array"]
JUDGE = Judge(Settings())
Pairs = list[tuple[str, Any]]


def _text(objects: list[Pairs], *, is_list: bool) -> str:
    texts = ["{" + ", ".join(f"{json.dumps(n)}: {json.dumps(v)}" for n, v in pairs) + "}" for pairs in objects]
    return f"[{', '.join(texts)}]" if is_list else texts[0]


def _readable(value: Any) -> bool:
    """Whether no number in it is too long to be read: such a text is the same only to the letter."""
    try:
        jsontext.load(json.dumps(value))
    except jsontext.JsonMistake:
        return False
    return True


@st.composite
def spellings(draw: st.DrawFn, key: str) -> tuple[str, str]:
    """One text of an annotation in the documented capitals, and in others."""
    right: list[Pairs] = []
    other: list[Pairs] = []
    for _ in range(draw(st.integers(1, 3)) if key in LISTS else 1):
        names = draw(st.lists(st.sampled_from(sorted(MEMBERS[key])), unique=True, max_size=6))
        pairs: Pairs = [(name, draw(values_of(key, name).filter(_readable))) for name in names]
        strange: Pairs = [("unheard-of", 1)] if draw(st.booleans()) else []
        right.append(pairs + strange)
        other.append([(draw(in_capitals(name)), value) for name, value in pairs] + strange)
    is_list = key in LISTS and (len(right) > 1 or draw(st.booleans()))
    return _text(right, is_list=is_list), _text(other, is_list=is_list)


@st.composite
def pairs_of_services(draw: st.DrawFn) -> tuple[Json, Json]:
    """A Service with JSON in the documented capitals, and the same in others."""
    keys = draw(st.lists(st.sampled_from(sorted(OWNERS)), unique=True, min_size=1, max_size=4))
    both = {key: draw(spellings(key)) for key in keys}
    base = draw(st.sampled_from(({}, {"kubernetes.io/elb.id": UUID}, {"kubernetes.io/elb.class": "performance"})))
    base = {**base, **draw(st.sampled_from(({}, {"kubernetes.io/elb.session-affinity-mode": "SOURCE_IP"})))}
    spec = {"type": "LoadBalancer", "selector": {"app": "web"}, "ports": draw(ports())}
    made: list[Json] = []
    for which in (0, 1):
        annotations = {**base, **{key: texts[which] for key, texts in both.items()}}
        metadata = {"name": "web", "namespace": "shop", "annotations": annotations}
        made.append({"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": copy.deepcopy(spec)})
    return made[0], made[1]


def _findings(new: Json, old: Json | None, cluster: Cluster) -> list[tuple[str, str, str, str]]:
    """What is found, without the capitals and what is said about them."""
    review = Guard().review(Service(new, None if old is None else Service(old)), cluster)
    found = [f for f in review.findings if f.rule is not OTHER_CAPITALS]
    return sorted((f.rule.id, f.severity, str(f.where.folded), f.sentence.lower()) for f in found)


def _added(new: Json, old: Json | None, policy: Policy) -> dict[str, Any]:
    """What is filled in: annotations that were not there, as they are read, and the new members of those that were."""
    found: dict[str, Any] = {}
    for fill in Guard(policy).fill(Service(new, None if old is None else Service(old))):
        if fill.before:
            found[fill.key] = list(json.loads(fill.after).items())[len(json.loads(fill.before)) :]
        else:
            found[fill.key] = OWNERS[fill.key].read(fill.after).raw if fill.key in OWNERS else fill.after
    return found


@pytest.mark.parametrize("key", sorted(OWNERS))
@shared_by(2 * len(OWNERS))
@given(st.data())
def test_the_reading_is_the_same(key: str, data: st.DataObject) -> None:
    right, other = data.draw(spellings(key))
    expected, found = OWNERS[key].read(right), OWNERS[key].read(other)

    assert found.problems == expected.problems
    assert (found.raw, found.lone) == (expected.raw, expected.lone)
    if not found.problems:
        assert found.value == expected.value
    assert {name for _, name in found.written} == {
        name for name in _names(other) if name not in OWNERS[key].members and name != "unheard-of"
    }


def _names(text: str) -> set[str]:
    value = json.loads(text)
    return {name for each in (value if isinstance(value, list) else [value]) for name in each}


@given(pairs_of_services(), clusters)
def test_the_verdict_is_the_same(pair: tuple[Json, Json], cluster: Cluster) -> None:
    right, other = pair

    assert _findings(other, None, cluster) == _findings(right, None, cluster)


@given(pairs_of_services(), clusters)
def test_a_mistake_is_the_same_mistake_before_and_after_an_update(pair: tuple[Json, Json], cluster: Cluster) -> None:
    right, other = pair

    assert not Guard().review(Service(right, Service(other)), cluster).errors
    assert _findings(right, other, cluster) == _findings(right, right, cluster) == _findings(other, right, cluster)


@given(pairs_of_services(), st.none() | pairs_of_services(), policies())
def test_the_same_is_filled_in_and_nothing_beside_what_is_given(
    pair: tuple[Json, Json], before: tuple[Json, Json] | None, policy: Policy
) -> None:
    right, other = pair
    expected = _added(right, before and before[0], policy)

    assert _added(other, before and before[1], policy) == expected
    for fill in Guard(policy).fill(Service(other)):
        if fill.key in OWNERS:
            names = list(map(folded, json.loads(fill.after)))
            assert len(names) == len(set(names))


@given(pairs_of_services())
def test_a_service_filled_in_one_hand_lacks_nothing_in_another(pair: tuple[Json, Json]) -> None:
    right, other = pair

    assert _added(right, other, Policy()) == _added(right, right, Policy())


@pytest.mark.parametrize("key", sorted(OWNERS))
@shared_by(2 * len(OWNERS))
@given(st.data())
def test_twice_is_a_duplicate_at_the_later_place(key: str, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(MEMBERS[key])))
    spelled = data.draw(st.lists(st.just(name) | in_capitals(name), unique=True, min_size=2, max_size=2))
    pairs: Pairs = [(each, data.draw(values_of(key, name).filter(_readable))) for each in spelled]
    others = data.draw(
        st.lists(st.sampled_from(sorted(MEMBERS[key].keys() - {name}) or ["x"]), unique=True, max_size=3)
    )
    for other in others:
        pairs.insert(data.draw(st.integers(0, len(pairs))), (other, data.draw(st.integers(0, 9))))
    assume(all(len(repr(value)) < 60 for _, value in pairs))  # a number of more digits is no number to anybody
    reading = OWNERS[key].read(_text([pairs], is_list=key in LISTS))
    [(rule, problem)] = reading.problems

    assert (rule, problem.kind, problem.value) == (OWNERS[key].rule, Kind.DUPLICATE, spelled[1])
    assert problem.where.inner[-1] == spelled[1]
    assert (reading.value, reading.raw) == (None, None)


@given(pairs_of_services(), st.booleans())
def test_it_is_cured_to_what_the_right_names_are_cured_to(pair: tuple[Json, Json], defaults: bool) -> None:
    right, other = (
        fixed(json.dumps(each, indent=2, ensure_ascii=False), Settings(), defaults=defaults).text for each in pair
    )

    assert other == right
    assert not [e for e in JUDGE.judge(other, "a.json").entries if e.rule is OTHER_CAPITALS]


@pytest.mark.parametrize("style", STYLES)
@shared_by(2 * len(STYLES))
@given(st.data())
def test_the_place_is_the_name_as_it_is_written(style: str, data: st.DataObject) -> None:
    key = data.draw(st.sampled_from(sorted(OWNERS)))
    _, other = data.draw(spellings(key))
    text = manifest({key: other}, style)
    entries = [e for e in JUDGE.judge(text, "web.yaml").entries if e.rule is OTHER_CAPITALS]

    assert len(entries) == len(OWNERS[key].read(other).written)
    for entry in entries:
        selected = cut(text, entry.span)
        name = yaml.safe_load(f'"{selected}"') if style_of(text, key) == '"' else selected
        assert json.loads(name) == entry.finding.where.inner[-1]


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("names", [("type", "Type"), ("TYPE", "type"), ("TYPE", "Type")])
def test_a_member_given_twice_is_blamed_by_its_later_name(style: str, names: tuple[str, str]) -> None:
    key, quote = "kubernetes.io/elb.autocreate", '\\"'
    text = manifest({key: f'{{"{names[0]}": "public", "{names[1]}": "inner"}}'}, style)
    [entry] = [e for e in JUDGE.judge(text, "web.yaml").entries if e.rule.id == "ELB201"]

    assert cut(text, entry.span).replace(quote, '"') == f'"{names[1]}"'
