"""What is offered while somebody types, in texts that no parser reads, and what the text is once it is taken."""

import json
import re
from typing import Any, Final

import pytest
import yaml
from lsprotocol.types import CompletionItem, CompletionItemTag, MarkupContent, TextEdit

from elbguard.editor.completion import completions, explained
from elbguard.editor.opened import Opened
from elbguard.explain.explain_command import explain
from elbguard.settings import Settings
from elbguard_rules.core.facts import Version
from elbguard_rules.guard import ANNOTATIONS, OWNERS
from tests.generators.casefile import all_documents
from tests.support.cases import ROOT

HEAD: Final = "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\n  annotations:\n"
TAIL: Final = "\nspec:\n  type: LoadBalancer\n"
HERE: Final = "‸"  # where the cursor is
AUTOCREATE: Final = "kubernetes.io/elb.autocreate"
CLASS: Final = "kubernetes.io/elb.class"


def offered(text: str, uri: str = "untitled:x", *, snippets: bool = False, **settings: Any) -> list[CompletionItem]:
    at = text.index(HERE)
    opened = Opened(uri, 1, text.replace(HERE, ""))
    return completions(opened, at, Settings(**settings), snippets=snippets)


def labels(text: str, **how: Any) -> list[str]:
    return [item.label for item in offered(text, **how)]


def taken(text: str, label: str, uri: str = "untitled:x") -> str:
    """The text once an offer was taken, by an editor without snippets."""
    (item,) = [each for each in offered(text, uri) if each.label == label]
    opened = Opened(uri, 1, text.replace(HERE, ""))
    assert isinstance(item.text_edit, TextEdit)
    edit = item.text_edit
    assert edit.range.start.line == edit.range.end.line == opened.columns.position(text.index(HERE)).line
    start, end = opened.columns.offset(edit.range.start), opened.columns.offset(edit.range.end)
    typed = opened.text[start : text.index(HERE)]
    word = item.filter_text or item.label
    assert word.startswith(typed), "an editor would not show it"
    return opened.text[:start] + edit.new_text + opened.text[end:]


@pytest.mark.parametrize(
    "typed", ["", "k", "kubernetes.io", "kubernetes.io/", "kubernetes.io/elb.", "kubernetes.io/elb.cl", "elb.cl"]
)
@pytest.mark.parametrize("tail", [TAIL, "", "\n    kubernetes.io/elb.id: x\nspec: {", "\n  labels:\n    a: 'b"])
def test_a_key_takes_the_place_of_what_was_typed_of_it(typed: str, tail: str) -> None:
    assert taken(f"{HEAD}    {typed}{HERE}{tail}", CLASS) == f"{HEAD}    {CLASS}: {tail}"


def test_a_key_that_has_its_value_already_is_changed_alone() -> None:
    assert taken(f"{HEAD}    kubernetes.io/elb.cl{HERE}ess: union{TAIL}", CLASS) == f"{HEAD}    {CLASS}: union{TAIL}"


@pytest.mark.parametrize("quote", ["'", '"'])
@pytest.mark.parametrize("closed", [True, False])
def test_a_key_in_quotes_stays_in_them(quote: str, closed: bool) -> None:
    text = f"{HEAD}    {quote}kubernetes.io/elb.cl{HERE}{quote * closed}{TAIL}"

    assert taken(text, CLASS) == f"{HEAD}    {quote}{CLASS}{quote}: {TAIL}"


def test_keys_that_are_there_are_not_offered() -> None:
    text = f"{HEAD}    {CLASS}: union\n    {HERE}\n    kubernetes.io/elb.id: x{TAIL}"

    assert {CLASS, "kubernetes.io/elb.id"}.isdisjoint(labels(text))
    assert AUTOCREATE in labels(text)


OTHERS: Final = {
    "labels": HEAD.replace("annotations", "labels"),
    "a Deployment": HEAD.replace("Service", "Deployment"),
    "an Ingress": HEAD.replace("v1", "networking.k8s.io/v1").replace("Service", "Ingress"),
    "a Service of Knative": HEAD.replace("v1", "serving.knative.dev/v1"),
    "the Pods of a Deployment": "kind: Deployment\nspec:\n template:\n  metadata:\n   annotations:\n",
    "a document behind a Service": f"{HEAD}---\n{HEAD.replace('Service', 'Deployment')}",
    "a document before a Service": HEAD.replace("Service", "Deployment"),
    "an item beside a Service": "kind: List\nitems:\n- kind: Service\n- kind: Pod\n  metadata:\n   annotations:\n",
    "the metadata itself": "apiVersion: v1\nkind: Service\nmetadata:\n",
    "the spec": f"{HEAD}spec:\n",
    "the root": "",
    "the text of a ConfigMap": "kind: ConfigMap\ndata:\n x: |\n  kind: Service\n  metadata:\n   annotations:\n",
    "a comment": f"{HEAD}    #",
    "the value of another key": f"{HEAD}    note: ",
    "a line within a value": f"{HEAD}    note: |\n      ",
    "behind a whole value": f"{HEAD}    {CLASS}: union # ",
    "behind a value in quotes": f"{HEAD}    {CLASS}: 'union' ",
    "behind a member": f'{HEAD}    {AUTOCREATE}: \'{{"type": "public" ',
    "a member of a member": f'{HEAD}    {AUTOCREATE}: \'{{"x": {{',
}


@pytest.mark.parametrize("name", OTHERS)
@pytest.mark.parametrize("typed", ["", "k"])
def test_nothing_is_offered_in(name: str, typed: str) -> None:
    head = OTHERS[name]
    indent = (
        "" if not head.endswith("\n") else "    " if "annotations" in head or "labels" in head else "  " * bool(head)
    )
    tail = f"\n---\n{HEAD}" if name == "a document before a Service" else "\nx: y"

    assert labels(f"{head}{indent}{typed}{HERE}{tail}") == []


PLACES: Final = {
    "an item of List": "kind: List\nitems:\n  - kind: Pod\n  - kind: Service\n    metadata:\n     annotations:\n      ",
    "an item as deep as its List": "kind: List\nitems:\n- metadata:\n    annotations:\n      ",
    "a kind that comes last": "apiVersion: v1\nmetadata:\n  annotations:\n    ",
    "a template": "{{ if .x }}\nkind: Service\nmetadata:\n  annotations:\n{{- range .y }}\n    ",
    "lines of Windows": HEAD.replace("\n", "\r\n") + "    ",
    "a second document": f"kind: Deployment\n---\n{HEAD}    ",
    "a document that is broken before": f"a: [\n---\n{HEAD}    ",
    "JSON in lines": '{\n  "kind": "Service",\n  "metadata": {\n    "annotations": {\n      "',
    "JSON on one line": '{"apiVersion":"v1","kind":"Service","metadata":{"annotations":{"',
    "braces": "kind: Service\nmetadata: {name: x, annotations: {",
    "braces in lines": "kind: Service\nmetadata:\n  annotations: {\n    a: b,\n    ",
}


@pytest.mark.parametrize("name", PLACES)
def test_keys_are_offered_in(name: str) -> None:
    assert CLASS in labels(f"{PLACES[name]}kubernetes.io/elb.{HERE}\n")


STYLES: Final = {
    "bare": ("", ""),
    "in single quotes": ("'", "'"),
    "in double quotes": ('"', '"'),
}


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("closed", [True, False])
def test_a_word_takes_the_place_of_what_was_typed_of_it(style: str, closed: bool) -> None:
    before, after = STYLES[style]
    text = f"{HEAD}    {CLASS}: {before}un{HERE}{after * closed}{TAIL}"

    assert taken(text, "union") == f"{HEAD}    {CLASS}: {before}union{after}{TAIL}"


def test_a_word_that_yaml_would_read_as_something_else_gets_quotes() -> None:
    text = f"{HEAD}    kubernetes.io/elb.http2-enable: {HERE}{TAIL}"

    assert yaml.safe_load(taken(text, "true"))["metadata"]["annotations"] == {"kubernetes.io/elb.http2-enable": "true"}


INNER: Final = {
    "in single quotes": (": '", "'"),
    "bare": (": ", ""),
    "in a literal block": (": |\n      ", ""),
    "in a folded block": (": >-\n      ", ""),
    "in a block of several lines": (': |\n      {\n        "name": "x",\n        ', "\n      }"),
    "in quotes on the next line": (":\n      '", "'"),
}


@pytest.mark.parametrize("style", INNER)
@pytest.mark.parametrize("typed", ["", '"', '"ban', '"bandwidth_s'])
def test_a_member_takes_the_place_of_what_was_typed_of_it(style: str, typed: str) -> None:
    before, after = INNER[style]
    open_, close = ("", "") if "\n      {" in before else ('{"type": "public", ', "}")
    text = f"{HEAD}    {AUTOCREATE}{before}{open_}{typed}{HERE}{close}{after}{TAIL}"

    found = taken(text, "bandwidth_size")

    assert found == f'{HEAD}    {AUTOCREATE}{before}{open_}"bandwidth_size": {close}{after}{TAIL}'


def test_a_member_between_double_quotes_is_written_with_backslashes() -> None:
    text = f'{HEAD}    {AUTOCREATE}: "{{\\"type\\": \\"public\\", \\"bandwidth_c{HERE}\\"}}"{TAIL}'

    found = taken(text, "bandwidth_chargemode").replace('\\"bandwidth_chargemode\\": ', '\\"bandwidth_chargemode\\": 1')

    given = yaml.safe_load(found)["metadata"]["annotations"][AUTOCREATE]
    assert json.loads(given) == {"type": "public", "bandwidth_chargemode": 1}


def test_members_that_are_there_are_not_offered() -> None:
    found = labels(f'{HEAD}    {AUTOCREATE}: \'{{"type": "public", {HERE}, "bandwidth_size": 5}}\'{TAIL}')

    assert {"type", "bandwidth_size"}.isdisjoint(found)
    assert "bandwidth_name" in found


def test_a_name_that_is_changed_keeps_its_value() -> None:
    text = f'{HEAD}    {AUTOCREATE}: \'{{"ty{HERE}po": "public"}}\'{TAIL}'

    assert taken(text, "type") == f'{HEAD}    {AUTOCREATE}: \'{{"type": "public"}}\'{TAIL}'


@pytest.mark.parametrize("typed", ["", '"', '"pu'])
@pytest.mark.parametrize("closed", [True, False])
def test_the_values_of_a_member_are_offered(typed: str, closed: bool) -> None:
    rest = '"' * (closed and bool(typed)) + "}'"
    text = f'{HEAD}    {AUTOCREATE}: \'{{"type": {typed}{HERE}{rest}{TAIL}'

    assert labels(text) == ["public", "inner"]
    assert taken(text, "public") == f'{HEAD}    {AUTOCREATE}: \'{{"type": "public"}}\'{TAIL}'


def test_members_are_offered_in_each_element_of_an_array() -> None:
    text = f'{HEAD}    kubernetes.io/elb.health-check-options: \'[{{"delay": "5"}}, {{"{HERE}'

    assert "delay" in labels(text)
    assert labels(text.replace(', {"', ", ")) == []


def test_what_the_release_lacks_is_not_offered() -> None:
    text = f"{HEAD}    {HERE}{TAIL}"
    for version in ("v1.15.11-r1", "v1.23.5-r0", "v1.28.2-r0", "v1.32.1-r0"):
        found = set(labels(text, cluster_version=version))
        for owner in ANNOTATIONS:
            plain = [g for g in owner.gates if g.of is None and g.when is None and g.entries is None]
            if any(gate.speaks(Version.parse(version)) for gate in plain):
                assert owner.key not in found, version
    assert "kubernetes.io/elb.gzip-enabled" not in labels(text, cluster_version="v1.23.5-r0")
    assert "kubernetes.io/elb.gzip-enabled" in labels(text, cluster_version="v1.32.1-r0")
    assert "kubernetes.io/elb.gzip-enabled" in labels(text, cluster_version="v1.23.5-r0", ignore=("ELB812", *GZIP))
    assert "kubernetes.io/elb.gzip-enabled" not in labels(text, profile="otc")


GZIP: Final = tuple(gate.rule.id for gate in OWNERS["kubernetes.io/elb.gzip-enabled"].gates)


def test_a_value_that_the_release_lacks_is_not_offered() -> None:
    text = f"{HEAD}    {CLASS}: {HERE}{TAIL}"

    assert labels(text, cluster_version="v1.15.11-r1") == ["union", "dnat"]
    assert labels(text, cluster_version="v1.28.2-r0") == ["union", "performance", "dnat"]


def test_each_annotation_of_a_person_is_offered_with_what_explain_says() -> None:
    found = {item.label: item for item in offered(f"{HEAD}    {HERE}{TAIL}")}

    for owner in ANNOTATIONS:
        assert (owner.key in found) == (owner.tier != "platform")
    for key, item in found.items():
        says = explained(item).documentation
        assert isinstance(says, MarkupContent)
        assert says.value == explain(key, "markdown")
    assert [item.label for item in found.values() if item.tags == [CompletionItemTag.Deprecated]]


def test_every_member_and_every_word_is_offered_somewhere() -> None:
    for owner in ANNOTATIONS:
        if owner.reader.form in ("object", "array"):
            opens = "[{" if owner.reader.form == "array" else "{"
            assert labels(f"{HEAD}    {owner.key}: '{opens}{HERE}") == list(owner.members)
            for member in owner.members.values():
                assert labels(f'{HEAD}    {owner.key}: \'{opens}"{member.name}": {HERE}') == list(member.choices)
        else:
            assert labels(f"{HEAD}    {owner.key}: {HERE}") == list(owner.choices)


@pytest.mark.parametrize("typed", ["", "ELB", "unknown-cl"])
@pytest.mark.parametrize(
    "before",
    ["# elbguard: ignore[", "# elbguard: ignore[ELB206, ", "elbguard.io/ignore: '", "elbguard.io/ignore: ELB206,"],
)
def test_rules_are_offered_where_they_are_to_be_ignored(before: str, typed: str) -> None:
    line = f"    {before}" if before.startswith("elbguard.io") else f"    {CLASS}: unoin {before}"

    assert taken(f"{HEAD}{line}{typed}{HERE}{TAIL}", "ELB101") == f"{HEAD}{line}ELB101{TAIL}"
    assert labels(f"{HEAD}{line}ELB101 why{HERE}{TAIL}") == []


def test_snippets_are_for_editors_that_know_them() -> None:
    text = f"{HEAD}    {HERE}{TAIL}"
    plain = {item.label: item.text_edit for item in offered(text)}
    snippets = {item.label: item.text_edit for item in offered(text, snippets=True)}

    def new(edit: object) -> str:
        assert isinstance(edit, TextEdit)
        return edit.new_text

    assert not [edit for edit in plain.values() if "$" in new(edit)]
    assert new(snippets[CLASS]) == f"{CLASS}: ${{1|union,performance,dnat|}}"
    assert new(snippets[AUTOCREATE]) == f"{AUTOCREATE}: '{{$1\\}}'"
    assert new(snippets["kubernetes.io/elb.http2-enable"]) == 'kubernetes.io/elb.http2-enable: "${1|true,false|}"'


ODD: Final = (
    f"{HEAD}    {CLASS}{' ' * 200_000}",
    "{" * 100_000,
    "- " * 50_000,
    '"' * 99_999,
    f"{HEAD}    {AUTOCREATE}: '" + '{"a":' * 50_000,
    f"{' ' * 5000}x\n" * 200,
    "\x00\ud800",
)


@pytest.mark.parametrize("text", ODD, ids=range(len(ODD)))
def test_odd_texts_offer_nothing(text: str) -> None:
    assert labels(text + HERE) == []


def _manifests() -> list[str]:
    """Some of the manifests of the cases: those of Services that are as they must be."""
    return [each.manifest for each in all_documents(ROOT) if each.verdict == "admit"][::15]


def test_a_key_that_is_half_typed_anywhere_in_a_case_is_offered() -> None:
    tried = 0
    for manifest in _manifests():
        for found in re.finditer(r"^    (kubernetes\.io/elb\.[\w.-]+):(?: .*)?$", manifest, re.MULTILINE):
            if OWNERS[found[1]].tier == "platform":
                continue
            typed = manifest[: found.start(1) + len("kubernetes.io/elb.") + 1]
            assert found[1] in labels(f"{typed}{HERE}{manifest[found.end() :]}")
            assert found[1] in labels(f"{typed}{HERE}")
            tried += 1
    assert tried > 20


def test_a_member_that_is_half_typed_anywhere_in_a_case_is_offered() -> None:
    tried = 0
    for manifest in _manifests():
        for found in re.finditer(r"^    (kubernetes\.io/elb\.[\w.-]+): *'(.*)'$", manifest, re.MULTILINE):
            if OWNERS[found[1]].reader.form not in ("object", "array"):
                continue
            for member in re.finditer(r'"(\w+)": ?', found[2]):
                typed = manifest[: found.start(2) + member.start(1) + 1]
                assert member[1] in labels(f"{typed}{HERE}{manifest[found.end() :]}")
                tried += 1
    assert tried > 20
