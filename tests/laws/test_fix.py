"""What holds of a fixed manifest, whatever was wrong with it and however it is written."""

import json
import re
from functools import lru_cache
from typing import Final

import pytest
import yaml
from hypothesis import assume, given
from hypothesis import strategies as st

from elbguard.check.defaulting import defaulted
from elbguard.check.judge import Judge
from elbguard.check.manifests import documents
from elbguard.fix.cures import FixResult
from elbguard.fix.fixing import fixed
from elbguard.fix.prove import same
from elbguard.report.model import Entry
from elbguard.settings import Settings
from elbguard_rules.core.facts import Cluster
from elbguard_rules.core.fill import filled
from elbguard_rules.core.problem import Severity
from elbguard_rules.core.service import Service
from elbguard_rules.guard import Guard
from tests.generators.casefile import all_documents
from tests.laws.manifests import Manifest, planted
from tests.laws.strategies import Json, hostile_services, json_values, services
from tests.support.cases import ROOT
from tests.support.corpus import FOLDER, read_corpus
from tests.support.trying import THOROUGH, each_of

SETTINGS: Final = Settings()
JUDGE: Final = Judge(SETTINGS)
GUARD: Final = Guard(SETTINGS.policy)


def fix(text: str, *, defaults: bool = False) -> FixResult:
    return fixed(text, SETTINGS, defaults=defaults, file="a.yaml")


# ------------------------------------------------------------------------------------------------- planted mistakes


@given(planted())
def test_a_planted_mistake_is_cured_and_no_other_byte_changes(manifest: Manifest) -> None:
    result = fix(manifest.wrong)

    assert result.text == manifest.right
    assert bool(result.changes) == (manifest.wrong != manifest.right)
    assert not result.troubles


@given(planted())
def test_a_cured_manifest_passes_the_check(manifest: Manifest) -> None:
    assert not _entries(fix(manifest.wrong).text)


@given(planted(), st.booleans())
def test_a_second_run_changes_nothing(manifest: Manifest, defaults: bool) -> None:
    once = fix(manifest.wrong, defaults=defaults)
    twice = fix(once.text, defaults=defaults)

    assert (twice.text, twice.changes) == (once.text, ())


# -------------------------------------------------------------------------------------------------- any manifest


_UNREADABLE: Final = re.compile(r"\\u[dD][89a-fA-F]")  # half a character: PyYAML writes it, no YAML parser reads it


class _Block(str):
    """A text that is written as a literal block."""


class _Folded(str):
    """A text that is written as a folded block."""


class _Quoted(str):
    """A text between double quotes."""


class _Single(str):
    """A text between single quotes."""


class _Dumper(yaml.SafeDumper):
    """Writes each text in the style that its class says."""


def _represented(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", str(text), style=_STYLES[type(text)])


_STYLES: Final[dict[type, str]] = {_Block: "|", _Folded: ">", _Quoted: '"', _Single: "'"}
for kind in _STYLES:
    _Dumper.add_representer(kind, _represented)


@st.composite
def written(draw: st.DrawFn, some: st.SearchStrategy[Json] = services()) -> str:  # noqa: B008 - a strategy is a value
    """A Service in one way of writing it."""
    service = draw(some)
    if draw(st.integers(0, 3)) == 0:
        return json.dumps(service, indent=draw(st.sampled_from((None, 2, "\t"))), ensure_ascii=draw(st.booleans()))
    styles = st.sampled_from((str, _Block, _Folded, _Quoted, _Single))
    metadata = service.get("metadata")
    if isinstance(metadata, dict) and isinstance(metadata.get("annotations"), dict):
        notes = {key: draw(styles)(v) if isinstance(v, str) else v for key, v in metadata["annotations"].items()}
        service = {**service, "metadata": {**metadata, "annotations": notes}}
    flow = draw(st.sampled_from((False, False, None, True)))
    text = yaml.dump(
        service,
        Dumper=_Dumper,
        default_flow_style=flow,
        width=draw(st.sampled_from((20, 80, 1000))),
        allow_unicode=draw(st.booleans()),
        sort_keys=False,
        indent=draw(st.sampled_from((2, 4))),
    )
    text = text.replace("\n", draw(st.sampled_from(("\n", "\r\n"))))
    assume(not _UNREADABLE.search(text))
    return text


@lru_cache(2)
def _entries(text: str) -> tuple[Entry, ...]:
    return JUDGE.judge(text, "a.yaml").entries


def _errors(text: str) -> set[tuple[str, str]]:
    return {(e.rule.id, e.finding.field.lower()) for e in _entries(text) if e.severity is Severity.ERROR}


def _service(text: str) -> Json:
    (document,) = documents(text)
    service: Json = document.value
    return service


def _without_annotations(service: Json) -> Json:
    metadata = service["metadata"]
    return {**service, "metadata": {**metadata, "annotations": None}} if isinstance(metadata, dict) else service


@given(written(), st.booleans())
def test_only_annotations_change_and_no_error_comes(text: str, defaults: bool) -> None:
    result = fix(text, defaults=defaults)

    assert bool(result.changes) == (result.text != text)
    assert same(_without_annotations(_service(text)), _without_annotations(_service(result.text)))
    assert _errors(result.text) <= _errors(text)
    assert fix(result.text, defaults=defaults).changes == ()


@given(written())
def test_what_is_cured_is_found_no_more(text: str) -> None:
    result = fix(text)
    left = {(e.rule.id, e.finding.field) for e in _entries(result.text)}
    before = {(e.rule.id, e.span.line, e.span.column): e.finding.field for e in _entries(text)}
    cured = {(c.rule, before[c.rule, c.line, c.column]) for c in result.changes}

    assert not cured & left


@given(written())
def test_with_defaults_nothing_is_left_to_fill_in(text: str) -> None:
    result = fix(text, defaults=True)
    left = [trouble for trouble in result.troubles if "left alone" in trouble.message]

    assert left or not GUARD.fill(Service(defaulted(_service(result.text))))


@given(written(hostile_services(json_values())), st.booleans())
def test_whatever_the_manifest_holds_nothing_is_raised(text: str, defaults: bool) -> None:
    result = fix(text, defaults=defaults)

    assert result.text == text or list(documents(result.text))


# ------------------------------------------------------------------------------------------------- live Services


def _refused(new: Json, live: Json | None = None) -> set[str]:
    """The rules that refuse an update of a live Service, or a creation, with what the webhook fills in."""
    service = Service(new, None if live is None else Service(live))
    review = GUARD.review(filled(service, GUARD.fill(service, Cluster())), Cluster())
    assert not review.faults
    return {finding.rule.id for finding in review.errors}


def _can_live(service: Json) -> bool:
    """Whether the API server takes it: not where an annotation is no text, which hides what else is wrong with it."""
    annotations = service["metadata"].get("annotations") or {}
    return all(isinstance(text, str) for text in annotations.values())


def _goes_both_ways(wrong: str, right: str) -> None:
    """A live Service is mended by what was fixed; put back, only the mistake itself is refused, not the change."""
    for was, becomes in zip(documents(wrong), documents(right), strict=True):
        if isinstance(was.value, dict) and was.value.get("kind") == "Service" and _can_live(was.value):
            assert _refused(becomes.value, was.value) == set()
            assert _refused(was.value, becomes.value) <= _refused(was.value)


@given(planted())
def test_what_was_fixed_mends_a_live_service(manifest: Manifest) -> None:
    _goes_both_ways(manifest.wrong, fix(manifest.wrong).text)


@given(written())
def test_whatever_was_fixed_mends_a_live_service(text: str) -> None:
    _goes_both_ways(text, fix(text).text)


@each_of(list(dict.fromkeys(each.manifest for each in all_documents(ROOT)))[:: 1 if THOROUGH else 4])
def test_what_was_fixed_in_case_documents_mends_live_services(manifest: str) -> None:
    _goes_both_ways(manifest, fix(manifest).text)


MENDED: Final = ("CHANGE_ME", "elb-306e", "${ELB_ID}", "<your_elb_id>", "192.168.0.15", "5083f225", "my elb")
ID: Final = "5083f225-9bf8-48fa-9c8b-67bd9693c4c0"
OTHER: Final = "3c7caa5a-a641-4bff-801a-feace27424b6"


def _named(id_: str, class_: str = "union") -> Json:
    notes = {"kubernetes.io/elb.id": id_, "kubernetes.io/elb.class": class_}
    ports = [{"name": "http", "port": 80}]
    spec = {"type": "LoadBalancer", "selector": {"app": "web"}, "ports": ports}
    return {"metadata": {"name": "web", "namespace": "shop", "annotations": notes}, "spec": spec}


def _said(new: Json, old: Json) -> set[tuple[str, str]]:
    found = GUARD.review(Service(new, Service(old)), Cluster()).findings
    return {(finding.rule.id, str(finding.severity)) for finding in found}


@pytest.mark.parametrize("old", MENDED)
def test_what_never_was_an_id_becomes_one_with_a_word(old: str) -> None:
    assert _said(_named(ID), _named(old)) == {("ELB714", "warning")}


@pytest.mark.parametrize("old", [ID.upper(), f" {ID}", f"{ID}\n", ID.replace("-", " -", 1)])
def test_an_id_with_blanks_or_in_capitals_becomes_the_same_one_and_no_other(old: str) -> None:
    assert _said(_named(ID), _named(old)) == {("ELB714", "warning")}
    assert ("ELB702", "error") in _said(_named(OTHER), _named(old))


@pytest.mark.parametrize("old", ["shared", "UNION", "performance ", "elb"])
@pytest.mark.parametrize("new", ["union", "performance"])
def test_what_never_was_a_class_becomes_one_with_a_word(old: str, new: str) -> None:
    assert _said(_named(ID, new), _named(ID, old)) == {("ELB713", "warning")}


@pytest.mark.parametrize(("key", "value"), [("id", "CHANGE_ME"), ("class", "shared")])
def test_what_never_was_a_value_is_not_put_back(key: str, value: str) -> None:
    live = _named(ID)
    live["metadata"]["annotations"][f"kubernetes.io/elb.{key}"] = value
    update = _named(ID)
    del update["metadata"]["annotations"][f"kubernetes.io/elb.{key}"]

    assert value not in {fill.after for fill in GUARD.fill(Service(update, Service(live)))}


# ------------------------------------------------------------------------------------------------- the corpus

CORPUS: Final = [entry.file for entry in read_corpus()]
MISTAKES: Final = (
    ("elb.class: union", "elb.class: shared"),
    ("elb.class: union", "elb.class: UNION"),
    ("elb.class:", "elb.clas:"),
    ("elb.lb-algorithm: ROUND_ROBIN", "elb.lb_algorithm: round_robin"),
    ('"public"', '"Public"'),
    ('\\"public\\"', '\\"Public\\"'),
    ('"bandwidth_size', '"bandwith_size'),
    ('\\"bandwidth_size', '\\"bandwidth-size'),
    ('"bandwidth_size":5', '"bandwidth_size":"5"'),
    ('"bandwidth_size": 5', '"bandwidth_size": "5"'),
    ('\\"bandwidth_size\\":5', '\\"bandwidthSize\\":\\" 5\\"'),
    ('"persistence_timeout": "', '"persistence-timeout": "'),
    ('"protocol":"TCP"', '"protocol":"tcp"'),
    ("https:443,http:80", "https:443; HTTP:80"),
    ("elb.cert-id:", "elb.certid:"),
    ("elb.id:", "elb.ID:"),
)
in_the_corpus = pytest.mark.skipif(
    not CORPUS, reason="the corpus of real manifests is absent: set ELBGUARD_CORPUS to its folder"
)


def _real(file: str) -> str:
    return (FOLDER / file).read_bytes().decode()


@in_the_corpus
@pytest.mark.parametrize("defaults", [False, True])
@pytest.mark.parametrize("file", CORPUS)
def test_real_manifests_keep_what_is_not_cured(file: str, defaults: bool) -> None:
    text = _real(file)
    result = fix(text, defaults=defaults)

    assert not [change for change in result.changes if change.rule not in ("", "ELB903")]
    assert same(_without_annotations(_service(text)), _without_annotations(_service(result.text)))
    assert len(_entries(result.text)) <= len(_entries(text))
    assert _errors(result.text) <= _errors(text)
    _goes_both_ways(text, result.text)
    assert fix(result.text, defaults=defaults).changes == ()


@in_the_corpus
def test_mistakes_planted_into_real_manifests_are_cured() -> None:
    tried: dict[str, int] = {}
    for file in CORPUS:
        text = _real(file)
        if "type: LoadBalancer" not in text or "health-check-options" in text or _errors(text):
            continue
        fixed_text = fix(text).text
        for right, wrong in MISTAKES:
            if right in text:
                tried[wrong] = tried.get(wrong, 0) + 1
                assert fix(text.replace(right, wrong, 1)).text == fixed_text, (file, wrong)
                _goes_both_ways(text.replace(right, wrong, 1), fixed_text)

    assert tried.keys() == {wrong for _, wrong in MISTAKES}
