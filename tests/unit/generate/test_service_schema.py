"""The JSON Schema of a Service marks what is refused, where a schema can see it, and nothing that is admitted."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator
from jsonschema.exceptions import ValidationError
from kubernetes_validate.utils import all_versions, schema_contents  # type: ignore[import-untyped]
from referencing import Registry
from referencing.jsonschema import DRAFT7

from elbguard.schemas import SERVICE
from elbguard_rules.core.annotation import Annotation
from elbguard_rules.core.facts import Cluster
from elbguard_rules.core.problem import Severity
from elbguard_rules.core.service import Service
from elbguard_rules.core.unfilled import pattern, unfilled
from elbguard_rules.guard import ANNOTATIONS, Guard
from elbguard_rules.vocabulary.foreign import FOREIGN, INGRESS, PREFIX, TRANSLATIONS
from tests.generators.__main__ import ROOT
from tests.generators.casefile import all_documents, loaded
from tests.generators.jsonschemas import FOLDER
from tests.support.corpus import read_corpus
from tests.support.trying import try_all
from tests.unit.generate.test_schemas import BY_KEY, refused, tried

SCHEMA: Final[dict[str, Any]] = json.loads((ROOT / FOLDER / SERVICE).read_text(encoding="utf-8"))
VALIDATOR: Final = Draft7Validator(SCHEMA)
GUARD: Final = Guard()
UNKNOWN: Final = "ELB903"
UNKNOWN_MEMBER: Final = "ELB902"
CHOICES: Final = [owner for owner in ANNOTATIONS if owner.choices and owner.rule.severity is Severity.ERROR]


def service(key: str, value: Any) -> dict[str, Any]:
    """A good Service with one more annotation."""
    notes = {"kubernetes.io/elb.id": "5083f225-9bf8-48fa-9c8b-67bd9693c4c0", key: value}
    spec = {"type": "LoadBalancer", "selector": {"app": "web"}, "ports": [{"port": 80}]}
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web", "annotations": notes}, "spec": spec}


def marks(document: Any) -> list[str]:
    """What the schema says of a document."""
    return [_said(error) for error in VALIDATOR.iter_errors(document)]


def _said(error: ValidationError) -> str:
    """The message that the schema has for it: the last one on the way to what was broken."""
    schema: Any = SCHEMA
    said = ""
    for step in error.absolute_schema_path:
        schema = schema[step]
        if isinstance(schema, dict):
            said = schema.get("patternErrorMessage") or schema.get("errorMessage") or said
    return str(said)


def complaints(document: dict[str, Any]) -> set[str]:
    """The rules by which it is refused when it is created, and those about what CCE does not know, which warn."""
    found = GUARD.review_created(Service(document), Cluster()).findings
    return {f.rule.id for f in found if f.severity is Severity.ERROR or f.rule.id in (UNKNOWN, UNKNOWN_MEMBER)}


def test_is_a_schema_of_the_draft_that_language_servers_of_yaml_speak() -> None:
    Draft7Validator.check_schema(SCHEMA)

    assert SCHEMA["$schema"] == Draft7Validator.META_SCHEMA["$schema"]


def test_what_is_admitted_is_never_marked() -> None:
    def is_right(manifest: str) -> None:
        document = loaded(manifest)
        assert not marks(document) or complaints(document)

    try_all(sorted({document.manifest for document in all_documents(ROOT / "tests/cases")}), is_right)


@pytest.mark.skipif(not read_corpus(), reason="there is no corpus: set ELBGUARD_CORPUS to a folder with real manifests")
def test_of_real_manifests_that_are_admitted_only_unknown_keys_are_marked() -> None:
    def is_right(document: dict[str, Any]) -> None:
        assert all(f"[{UNKNOWN}]" in mark for mark in marks(document))

    try_all((entry.service() for entry in read_corpus() if entry.expected == "admit"), is_right)


@pytest.mark.parametrize("owner", CHOICES, ids=lambda owner: owner.key)
def test_marks_a_word_that_is_not_among_the_choices_and_proposes_those(owner: Annotation[Any]) -> None:
    known = SCHEMA["then"]["allOf"][0]["properties"]["metadata"]["properties"]["annotations"]["properties"][owner.key]

    assert [owner.rule.id in mark for mark in marks(service(owner.key, "nonsense"))] == [True]
    assert [each["body"] for each in known["defaultSnippets"]] == list(owner.choices)
    for choice in owner.choices:
        assert not marks(service(owner.key, choice))


@pytest.mark.parametrize(
    ("name", "value", "rule"),
    [
        ("keepalive_timeout", 5, "ELB901"),
        ("client_timeout", "301", "ELB806"),
        ("protocol-port", "https:443,tcp:80", "ELB501"),
        ("protocol-port", "https:70000", "ELB501"),
        ("tags", "team", "ELB116"),
        ("autocreate", "type: public", "ELB201"),
        ("autocreate", '{"type": "pubic"}', "ELB203"),
        ("autocreate", '{"bandwidth_size": 5000, "type": "public"}', "ELB206"),
        ("autocreate", '{"bandwidth_size": "5", "type": "public"}', "ELB206"),
        ("autocreate", '{"vip_address": "{a}", "tipe": "public"}', "ELB902"),
        ("health-check-option", '{"delay": 5}', "ELB411"),
        ("health-check-options", '[{"protocol": "TCP"}, {"protocol": "SMTP"}]', "ELB440"),
        ("port-ranges", '["30000,30010"]', "ELB580"),
    ],
)
def test_marks_it_with_the_sentence_of_its_rule(name: str, value: Any, rule: str) -> None:
    document = service(PREFIX + name, value)

    assert [f"[{rule}]" in mark for mark in marks(document)] == [True]
    assert rule in complaints(document)


def test_of_json_it_marks_what_is_refused_and_what_is_unknown_and_nothing_else() -> None:
    marked = 0

    def is_right(key_and_text: tuple[str, str]) -> None:
        nonlocal marked
        key, text = key_and_text
        said = marks(service(key, text))
        marked += bool(said)
        assert not said or refused(key, text) or (UNKNOWN_MEMBER in "".join(said) and BY_KEY[key].read(text).hints)

    found = sorted(set(tried()))
    try_all(found, is_right)
    assert marked > sum(refused(key, text) for key, text in found) * 0.9


@pytest.mark.parametrize(
    ("key", "says"),
    [
        ("kubernetes.io/elb.clas", "CCE ignores it"),
        *((key, f"did you mean {meant}?") for key, meant in TRANSLATIONS.items()),
        *((key, f"belongs to {whose}") for key, whose in FOREIGN.items()),
    ],
)
def test_marks_an_unknown_key_and_says_what_was_meant(key: str, says: str) -> None:
    [mark] = marks(service(key, "x"))

    assert says in mark
    assert mark.endswith(f"[{UNKNOWN}]")
    assert UNKNOWN in complaints(service(key, "x"))


@pytest.mark.parametrize("key", [*sorted(INGRESS), f"{PREFIX}headers.web", "example.com/elb.class", "team"])
def test_marks_no_key_of_others(key: str) -> None:
    assert not marks(service(key, "x"))


def others() -> Iterator[Any]:
    """Documents whose annotations CCE does not read, with a class that it does not know."""
    wrong = service("kubernetes.io/elb.class", "nonsense")
    spec = wrong["spec"]
    assert marks(wrong)
    yield from ({**wrong, "kind": kind} for kind in ("Deployment", "Kustomization", "Ingress"))
    yield {**wrong, "apiVersion": "serving.knative.dev/v1"}
    yield {"apiVersion": "v1", "kind": "List", "items": [wrong]}
    yield from ({**wrong, "spec": {**spec, "type": kind}} for kind in ("ClusterIP", "NodePort", ""))
    yield {**wrong, "spec": {**spec, "loadBalancerClass": "example.com/other"}}
    yield {**wrong, "spec": {name: value for name, value in spec.items() if name != "type"}}
    yield {"resources": ["web.yaml"], "commonAnnotations": wrong["metadata"]["annotations"]}
    yield from (None, [], [wrong], "", 1, {}, {"kind": "Service"}, {"kind": "Service", "metadata": None, "spec": None})
    odd: list[Any] = [[], {"annotations": None}, {"annotations": []}]
    yield from ({**wrong, "metadata": metadata} for metadata in odd)


def test_marks_nothing_in_other_documents() -> None:
    def is_right(document: Any) -> None:
        assert not marks(document)

    try_all(others(), is_right)


@pytest.mark.parametrize(
    "text", ["${CLASS}", "{{ .Values.class }}", "$(CLASS)", "<your class>", "CHANGEME", "__CLASS__", "your-elb-id"]
)
def test_what_is_yet_to_be_filled_in_is_not_marked(text: str) -> None:
    assert not marks(service("kubernetes.io/elb.class", text))
    assert not marks(service("kubernetes.io/elb.autocreate", f'{{"type": "{text}"}}'))


@given(st.text("${}<>()%@_# aAzZ-*").filter(unfilled))
def test_the_pattern_knows_all_that_is_unfilled(text: str) -> None:
    assert not Draft7Validator({"not": {"pattern": pattern()}}).is_valid(text)


def test_goes_together_with_the_schema_of_kubernetes() -> None:
    newest = all_versions()[-1]
    folder = f"kubernetes-json-schema/v{newest}-local"
    own, definitions = (schema_contents(f"{folder}/{name}.json", newest) for name in ("service-v1", "_definitions"))
    registry: Registry[Any] = Registry().with_resource("_definitions.json", DRAFT7.create_resource(definitions))
    both = Draft7Validator({"allOf": [SCHEMA, own]}, registry=registry)
    right, wrong = (service("kubernetes.io/elb.class", word) for word in ("union", "nonsense"))

    assert both.is_valid(right)
    assert not both.is_valid(wrong)
    assert not both.is_valid({**right, "spec": {**right["spec"], "ports": "80"}})


def patterns(schema: Any) -> Iterator[str]:
    """Every regular expression in a schema."""
    if isinstance(schema, dict):
        yield from (value for name, value in schema.items() if name == "pattern" and isinstance(value, str))
        yield from schema.get("patternProperties", {})
    for part in schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ():
        yield from patterns(part)


HOSTILE: Final = [
    *(
        opening + part * 20_000
        for opening in ("", "{", "[{")
        for part in ('"', '"a",', '{"a":1},', " ", "\\", "{", ",")
    ),
    *(part * 5_000 + "!" for part in ("put ", "your-", "change_", "x", "a=b,", '[{"delay":"5",')),
]


@pytest.mark.skipif(not shutil.which("node"), reason="there is no node, which editors compile patterns with")
def test_javascript_reads_every_pattern_and_comes_to_an_end_with_any_text() -> None:
    program = """
        const [patterns, texts] = JSON.parse(require('fs').readFileSync(0))
        for (const pattern of patterns) for (const text of texts) new RegExp(pattern, 'u').test(text)
    """
    asked = json.dumps([sorted(set(patterns(SCHEMA))), HOSTILE])
    done = subprocess.run(
        ["node", "-e", program], input=asked, capture_output=True, text=True, check=False, timeout=300
    )

    assert (done.returncode, done.stderr) == (0, "")
