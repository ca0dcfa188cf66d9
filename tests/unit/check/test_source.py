"""Manifests are read as kubectl reads them, and everything in them has its place."""

import math
from typing import Any

import pytest

from elbguard.check.manifests import Manifest, SourceError, TemplateError, documents
from elbguard.check.unquoted import resolve

SERVICE = """\
# Source: shop/templates/service.yaml
apiVersion: v1
kind: Service
metadata:
  name: nginx
  annotations:
    kubernetes.io/elb.autocreate: '{"type":"public","bandwidth_size":5}'
spec:
  ports:
  - port: 80
    protocol: TCP
"""


def test_a_manifest_becomes_data_with_places() -> None:
    (document,) = documents(SERVICE)

    assert document.value["spec"] == {"ports": [{"port": 80, "protocol": "TCP"}]}
    assert document.start_line == 2
    assert place(document, "metadata", "annotations", "kubernetes.io/elb.autocreate") == "7:5-7:33 7:35-7:73"
    assert place(document, "spec", "ports", 0, "port") == "10:5-10:9 10:11-10:13"
    assert place(document, "spec", "ports", 0) == "10:5-11:18"
    assert place(document) == "2:1-11:18"
    assert document.where(("spec", "ports", 1)) is None
    assert document.where(("spec", "ports", "port")) is None
    assert document.where(("kind", "x")) is None


def test_characters_of_an_annotation_have_places() -> None:
    (document,) = documents(SERVICE)
    path = ("metadata", "annotations", "kubernetes.io/elb.autocreate")

    found = document.characters(path)
    span = found and found.span(34, 35)

    assert span
    assert document.text[span.start : span.end] == "5"
    assert document.characters(("metadata",)) is None


@pytest.mark.parametrize("change", [lambda t: t.replace("\n", "\r\n"), lambda t: "\ufeff" + t, lambda t: t.rstrip()])
def test_places_do_not_depend_on_line_ends_and_byte_order_marks(change: Any) -> None:
    (document,) = documents(change(SERVICE))

    assert place(document, "spec", "ports", 0, "port") == "10:5-10:9 10:11-10:13"
    assert place(document, "spec") == "8:1-8:5 9:3-11:18"


def test_documents_know_their_start_and_their_template() -> None:
    text = (
        "# Source: a.yaml\n---\na: 1\n---\n# Source: gone.yaml\n---\n# x\n# Source: b.yaml\n"
        "b: 1\n# Source: gone\n---\nc: 1\n"
    )

    found = [(document.value, document.start_line, document.origin) for document in documents(text)]

    assert found == [({"a": 1}, 3, "a.yaml"), ({"b": 1}, 9, "b.yaml"), ({"c": 1}, 12, None)]


@pytest.mark.parametrize("text", ["", "\ufeff", "# nothing\n", "---\n---\n# nothing\n...\n", "\n\n"])
def test_empty_documents_are_passed_over(text: str) -> None:
    assert list(documents(text)) == []


def test_keys_given_twice_are_noted_and_the_last_counts() -> None:
    (document,) = documents("a: 1\nb:\n- {c: 1, 'c': 2}\n'80': x\na: 3\n80: z\n")

    assert document.value == {"a": 3, "b": [{"c": 2}], "80": "z"}
    assert [(d.path, d.first.start, d.again.start) for d in document.duplicates] == [
        (("b", 0, "c"), 11, 17),
        (("a",), 0, 33),
        (("80",), 25, 38),
    ]
    assert place(document, "a") == "5:1-5:2 5:4-5:5"


def test_aliases_stand_at_their_anchor() -> None:
    (document,) = documents("a: &x [1, 2]\nb: *x\nc: &x 3\nd: *x\n")

    assert document.value == {"a": [1, 2], "b": [1, 2], "c": 3, "d": 3}
    assert place(document, "b", 1) == "1:11-1:12"
    assert place(document, "d") == "4:1-4:2 3:7-3:8"


def test_merge_keys_bring_what_is_not_there() -> None:
    (document,) = documents(
        "x: &x {p: 1, q: 1}\nz: &z {q: 2, r: 2}\nm: {<<: [*x, *z], p: 0}\no: {<<: *x, <<: *z, '<<': 9}\n"
    )

    assert document.value["m"] == {"p": 0, "q": 1, "r": 2}
    assert document.value["o"] == {"p": 1, "q": 2, "r": 2, "<<": 9}
    assert not document.duplicates
    assert place(document, "m", "q") == "1:14-1:15 1:17-1:18"
    assert place(document, "o", "q") == "2:8-2:9 2:11-2:12"
    assert place(document, "o", "<<") == "4:21-4:25 4:27-4:28"


@pytest.mark.parametrize(
    ("written", "value"),
    [
        *[(word, True) for word in ("yes", "On", "TRUE", "y")],
        *[(word, False) for word in ("no", "Off", "FALSE", "N")],
        *[(word, None) for word in ("", "~", "null", "Null")],
        *[("80", 80), ("-1", -1), ("017", 15), ("0o17", 15), ("0x1F", 31), ("0b11", 3), ("1_000", 1000), ("+5", 5)],
        *[("1.5", 1.5), (".5", 0.5), ("1e3", 1000), ("08", 8), ("1.0", 1), (".inf", math.inf), ("-.Inf", -math.inf)],
        *[(text, text) for text in ("2020-01-01", "22:22", "1.2.3", "0x", ".", "-", "nO", "1e999", "9" * 5000, "٣")],
    ],
)
def test_plain_scalars_mean_what_kubectl_reads(written: str, value: Any) -> None:
    found = resolve(written)

    assert (type(found), found) == (type(value), value)


def test_keys_are_text_and_tags_are_obeyed() -> None:
    (document,) = documents("on: !!str 1\n1.5: !!int '2'\n0x10: !!float 3\nn: !own yes\ny: ! x\n")

    assert document.value == {"true": "x", "1.5": 2, "16": 3, "false": "yes"}
    assert place(document, "true") == "5:1-5:2 5:6-5:7"


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ('{"a":\t"b",\n\t"c": 1}', [{"a": "b", "c": 1}]),
        (
            '\t{"a": {"b": "\\ud83d\\ude00\\/"}, "b": [true, null, -1.5e1, [], {}]}',
            [{"a": {"b": "😀/"}, "b": [True, None, -15, [], {}]}],
        ),
        ('\ufeff{"a": 1}\n\n{"b": "\\ud83d\\ude00"} [2]\n', [{"a": 1}, {"b": "😀"}, [2]]),
    ],
)
def test_json_is_read_also_where_it_is_not_yaml(text: str, values: list[Any]) -> None:
    assert [document.value for document in documents(text)] == values


def test_json_has_places_and_duplicates_too() -> None:
    (document,) = documents('\ufeff\t{"a": [1, {"b": "\\ud83d\\ude00\\tx", "c": 1, "c": 2}]}')
    found = document.characters(("a", 1, "b"))

    assert place(document, "a", 1, "c") == "1:45-1:48 1:50-1:51"
    assert [duplicate.path for duplicate in document.duplicates] == [("a", 1, "c")]
    assert found
    assert [document.text[start:end] for start, end in zip(found.starts, found.ends, strict=False)] == [
        "\\ud83d\\ude00",
        "\\t",
        "x",
    ]


@pytest.mark.parametrize(
    ("text", "place", "sentence"),
    [
        ("a: b: c\n", "1:5", "not valid YAML: "),
        ("\ufeffa: b: c\n", "1:5", "not valid YAML: "),
        ("é:\r\n\r\n\tb: c\n", "3:1", "a tab cannot indent"),
        ("a: @b\n", "1:4", "@ cannot start a value"),
        ("a: `b`\n", "1:4", "` cannot start a value"),
        ("a: [x\nb: c\n", "2:2", " that begins on line 1"),
        ("a: 'x\n", "2:1", "not valid YAML: "),
        ("a: é\x07\n", "1:5", "the character U+0007 is not allowed"),
        ("a: \ud800\n", "1:4", "the character U+D800 is not allowed"),
        ("a: *x\n", "1:4", "the alias *x has no anchor before it"),
        ("a: &x [*x]\n", "1:8", "inside its own anchor"),
        ("? [a]\n: b\n", "1:3", "a list cannot be a key"),
        ("~: b\n", "1:1", "a key must be text"),
        ("a: !!int x\n", "1:4", "'x' is not what its tag !!int says"),
        ("a: {<<: b}\n", "1:9", "a merge key (<<) takes a mapping"),
        ('{"a": "\\ud83d\\ude00",}', "1:21", "not valid JSON: no comma may stand before }"),
        ('{"a": "\\ud83d\\ude00" 1}', "1:22", "not valid JSON: a comma or } is expected"),
        ('{"\\ud83d\\ude00" 1}', "1:17", "not valid JSON: a colon is expected"),
        ('{"a": "\\ud83d\\ude00", "b": "\\q"}', "1:29", "not valid JSON: \\q is no JSON escape"),
        ('{"a": "\\ud83d\\ude00", "b": x}', "1:28", "not valid JSON: 'x' is no JSON value"),
        ('{"a": 1} x', "1:10", "not valid YAML"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_said_with_its_place(text: str, place: str, sentence: str) -> None:
    with pytest.raises(SourceError) as caught:
        list(documents(text))

    assert sentence in caught.value.message
    assert place == f"{caught.value.line}:{caught.value.column}"
    assert "\n" not in str(caught.value)
    assert not isinstance(caught.value, TemplateError)


@pytest.mark.parametrize("broken", ["a: b: c", "a: \x07", "a: \ud800", "a: *x", "{{ x }}: 1", "{"])
def test_documents_before_an_error_are_given(broken: str) -> None:
    read: list[Any] = []

    with pytest.raises(SourceError) as caught:
        read.extend(document.value for document in documents(f"a: 1\n---\nb: 1\n---\n{broken}\n---\nc: 1\n"))

    assert read == [{"a": 1}, {"b": 1}]
    assert caught.value.line in {5, 6}


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("kind: Service\nmetadata:\n  name: {{ .Values.name }}\n", "3:9"),
        ('a: 1\n---\nkind: Service\nmetadata:\n  {{- include "x" . | nindent 2 }}\n', "5:3"),
        ("{{- if .Values.on }}\nkind: Service\n{{- end }}\n", "1:1"),
        ("kind: Service\nmetadata: # {{ no }}\n  name: shop-{{ .Values.name }}\n", "3:14"),
        ("kind: {{ .Values.kind }}x\n", "1:7"),
        ('kind: Service\na: "{{ .no }}"\nmetadata:\n  name: {{ include "x" . }}\n', "4:9"),
    ],
)
def test_templates_are_told_from_manifests(text: str, place: str) -> None:
    with pytest.raises(TemplateError) as caught:
        list(documents(text))

    assert place == f"{caught.value.line}:{caught.value.column}"


@pytest.mark.parametrize(
    "text",
    [
        "kind: PrometheusRule\nsummary: down {{ .Labels.instance }}\n",
        "kind: Service\na: '{{ .x }}'\nb: |\n  {{- if x }}\n# {{ .y }}\n",
    ],
)
def test_braces_meant_for_others_are_no_template(text: str) -> None:
    assert len(list(documents(text))) == 1


FLOWS = {
    "lists",
    "mappings",
    "JSON",
}  # libyaml reads these far ahead, and may have a limit of its own, in its own words
BOMBS = {
    "lists": "[" * 100_000,
    "mappings": "{a: " * 100_000,
    "JSON": '{"a":' * 100_000,
    "dashes": "- " * 100_000,
    "laughs": "a0: &a0 [x]\n" + "".join(f"a{i + 1}: &a{i + 1} [{f'*a{i}, ' * 9}]\n" for i in range(9)),
    "chain": "a0: &a0 [x]\n" + "".join(f"a{i + 1}: &a{i + 1} [*a{i}]\n" for i in range(300)),
    "merges": "a0: &a0 {x: 1}\n" + "".join(f"a{i + 1}: &a{i + 1} {{<<: [*a{i}, *a{i}]}}\n" for i in range(60)),
}


@pytest.mark.parametrize("name", BOMBS)
def test_bombs_do_not_go_off(name: str) -> None:
    said = "more than 200 levels deep|longer than 200000 values" + "|not valid YAML: " * (name in FLOWS)

    with pytest.raises(SourceError, match=said):
        list(documents(BOMBS[name]))  # what goes off fills the memory, or does not end


@pytest.mark.parametrize("opening", ["[", "{a: ", '{"a":', "- "])
def test_what_is_nested_too_deep_is_said_in_our_words(opening: str) -> None:
    closing = {"[": "]", "{": "}"}.get(opening[0], "")

    with pytest.raises(SourceError, match="more than 200 levels deep"):
        list(documents(opening * 250 + "x" + closing * 250))


def place(document: Manifest, *path: str | int) -> str:
    """Give the places of key and value at `path`, as line:column-line:column."""
    found = document.where(path)
    assert found
    ends = [(span.start, span.end) for span in (found.key, found.value) if span]
    return " ".join("{}:{}-{}:{}".format(*(n for at in pair for n in document.lines.position(at))) for pair in ends)
