"""What the webhook would fill in is written as the manifest is written."""

import pytest

from elbguard.check.kustomize import Part
from elbguard.fix.cures import FixResult
from elbguard.fix.defaults import PARTIAL, UNNAMED
from elbguard.fix.fixing import fixed
from elbguard.settings import Settings

PLACE = "metadata.annotations[kubernetes.io/elb.lb-algorithm]"
ID = "5083f225-9bf8-48fa-9c8b-67bd9693c4c0"
SPEC = "spec: {type: LoadBalancer, ports: [{port: 80}]}\n"


def fill(text: str, **settings: object) -> FixResult:
    return fixed(text, Settings.model_validate(settings), defaults=True, file="web.yaml")


def manifest(annotations: str, metadata: str = "  name: web\n  namespace: shop\n") -> str:
    return f"kind: Service\nmetadata:\n{metadata}  annotations:{annotations}{SPEC}"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (f"\n    kubernetes.io/elb.id: {ID}\n", "    kubernetes.io/elb.lb-algorithm: ROUND_ROBIN\n"),
        (f"\n        kubernetes.io/elb.id: {ID}\r\n", "        kubernetes.io/elb.lb-algorithm: ROUND_ROBIN\r\n"),
        (f"\n    kubernetes.io/elb.id: {ID}  # ours\n", "    kubernetes.io/elb.lb-algorithm: ROUND_ROBIN\n"),
        (f'\n    "kubernetes.io/elb.id": "{ID}"\n', '    "kubernetes.io/elb.lb-algorithm": "ROUND_ROBIN"\n'),
        (f"\n    'kubernetes.io/elb.id': '{ID}'\n", "    'kubernetes.io/elb.lb-algorithm': 'ROUND_ROBIN'\n"),
        (f"\n    kubernetes.io/elb.id: |-\n      {ID}\n", "    kubernetes.io/elb.lb-algorithm: ROUND_ROBIN\n"),
        (f"\n    kubernetes.io/elb.id:\n      {ID}\n", "    kubernetes.io/elb.lb-algorithm: ROUND_ROBIN\n"),
    ],
)
def test_a_new_annotation_stands_behind_the_last_one(before: str, after: str) -> None:
    result = fill(manifest(before))

    assert result.text == manifest(before + after)
    assert [change.message for change in result.changes] == [f"{PLACE}: added ROUND_ROBIN"]
    assert not result.troubles


def test_a_comment_below_stays_below_and_a_file_may_end_without_a_line_break() -> None:
    text = manifest(f"\n    kubernetes.io/elb.id: {ID}\n    # the end\n")
    last = f"{SPEC}kind: Service\nmetadata:\n  annotations:\n    kubernetes.io/elb.id: {ID} # ours"

    assert fill(text).text == text.replace(f"{ID}\n", f"{ID}\n    kubernetes.io/elb.lb-algorithm: ROUND_ROBIN\n")
    assert fill(last).text == f"{last}\n    kubernetes.io/elb.lb-algorithm: ROUND_ROBIN"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (" {kubernetes.io/elb.id: %s}\n", " {kubernetes.io/elb.id: %s, kubernetes.io/elb.lb-algorithm: ROUND_ROBIN}\n"),
        (
            ' {"kubernetes.io/elb.id":"%s"}\n',
            ' {"kubernetes.io/elb.id":"%s","kubernetes.io/elb.lb-algorithm":"ROUND_ROBIN"}\n',
        ),
        (
            "\n    {\n      a: b,\n      kubernetes.io/elb.id: %s, # ours\n    }\n",
            "\n    {\n      a: b,\n      kubernetes.io/elb.id: %s,\n      kubernetes.io/elb.lb-algorithm: ROUND_ROBIN,"
            " # ours\n    }\n",
        ),
        (
            "\n    {\n      kubernetes.io/elb.id: %s\n    }\n",
            "\n    {\n      kubernetes.io/elb.id: %s,\n      kubernetes.io/elb.lb-algorithm: ROUND_ROBIN\n    }\n",
        ),
    ],
)
def test_a_new_annotation_fits_into_braces(before: str, after: str) -> None:
    assert fill(manifest(before % ID)).text == manifest(after % ID)


def test_a_json_file_stays_json() -> None:
    text = (
        '{\n\t"kind": "Service",\n\t"metadata": {\n\t\t"annotations": {\n\t\t\t"kubernetes.io/elb.id": "ID",\n'
        '\t\t\t"kubernetes.io/elb.session-affinity-mode": "SOURCE_IP"\n\t\t}\n\t},\n'
        '\t"spec": {"type": "LoadBalancer", "ports": [{"port": 80}]}\n}\n'
    ).replace("ID", ID)
    added = (
        '"SOURCE_IP",\n\t\t\t"kubernetes.io/elb.lb-algorithm": "ROUND_ROBIN",\n'
        '\t\t\t"kubernetes.io/elb.session-affinity-option": "{\\"persistence_timeout\\": \\"60\\"}"\n'
    )

    assert fill(text).text == text.replace('"SOURCE_IP"\n', added)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('\'{"delay":"5"}\'', '\'{"delay":"5","timeout":"10","max_retries":"3","protocol":"TCP"}\''),
        (
            '"{ \\"delay\\": \\"5\\" }"',
            '"{ \\"delay\\": \\"5\\", \\"timeout\\": \\"10\\", \\"max_retries\\": \\"3\\",'
            ' \\"protocol\\": \\"TCP\\" }"',
        ),
        (
            '|\n      {\n        "delay": "5"\n      }',
            '|\n      {\n        "delay": "5",\n        "timeout": "10",\n        "max_retries": "3",\n'
            '        "protocol": "TCP"\n      }',
        ),
        (
            '>\n      {\n      "delay": "5"\n      }',
            '>\n      {\n      "delay": "5", "timeout": "10", "max_retries": "3", "protocol": "TCP"\n      }',
        ),
        (
            '>-\n      {\n        "delay": "5"\n      }',
            '>-\n      {\n        "delay": "5", "timeout": "10", "max_retries": "3", "protocol": "TCP"\n      }',
        ),
    ],
)
def test_new_members_are_written_in_the_style_of_their_annotation(before: str, after: str) -> None:
    row = f"\n    kubernetes.io/elb.id: {ID}\n    kubernetes.io/elb.lb-algorithm: ROUND_ROBIN\n"
    text = f"{row}    kubernetes.io/elb.health-check-option: %s\n"
    result = fill(manifest(text % before))

    assert result.text == manifest(text % after)
    assert not fill(result.text).changes


def test_names_are_written_where_the_namespace_is_known() -> None:
    text = manifest('\n    kubernetes.io/elb.autocreate: \'{"type":"inner"}\'\n    kubernetes.io/elb.class: union\n')
    result = fill(text)

    assert '{"type":"inner","name":"cce-lb-' in result.text
    assert not result.troubles
    assert fill(text, cluster_id="other").text != result.text


def test_names_are_not_made_up_for_an_unknown_namespace() -> None:
    text = manifest("\n    kubernetes.io/elb.autocreate: '{}'\n", "  name: web\n")
    result = fill(text)
    (trouble,) = result.troubles

    assert '\'{"type": "inner"}\'' in result.text
    assert (trouble.line, trouble.message, trouble.fatal) == (2, UNNAMED, False)
    assert not fill(result.text).changes


def test_nothing_is_filled_in_beside_a_mistake_that_is_left() -> None:
    text = manifest(f"\n    kubernetes.io/elb.id: {ID}\n    kubernetes.io/elb.class: unoin\n")

    assert fill(text).text == text


def test_a_cured_manifest_is_filled_in_too() -> None:
    text = manifest(f"\n    kubernetes.io/elb.id: {ID}\n    kubernetes.io/elb.class: Union\n")
    after = manifest(
        f"\n    kubernetes.io/elb.id: {ID}\n    kubernetes.io/elb.class: union\n"
        "    kubernetes.io/elb.lb-algorithm: ROUND_ROBIN\n"
    )

    assert fill(text).text == after


def test_the_operator_says_what_is_not_filled_in() -> None:
    text = manifest(f"\n    kubernetes.io/elb.id: {ID}\n")

    assert fill(text, no_default=["elb.lb-algorithm"]).text == text
    assert "elb.class: performance" in fill(text, default_class="performance").text


@pytest.mark.parametrize(
    "annotations",
    [
        "\n    kubernetes.io/elb.ip: &a x\n    kubernetes.io/elb.id: *a\n",
        f"\n    kubernetes.io/elb.id: {ID}\n    note: |+\n      x\n\n",
    ],
)
def test_where_it_is_not_certain_how_to_write_it_nothing_is_written(annotations: str) -> None:
    result = fill(manifest(annotations))

    assert result.text == manifest(annotations)
    assert "it is not certain how to write it here" in result.troubles[0].message


CREATED = '\n    kubernetes.io/elb.autocreate: \'{"type": "inner"}\'\n'


@pytest.mark.parametrize("part", [Part.BASE, Part.PATCH])
def test_a_default_does_not_stand_above_what_the_rest_of_a_service_says(part: Part) -> None:
    text = manifest(CREATED)
    result = fixed(text, Settings(), defaults=True, file="web.yaml", part=part)

    assert (result.text, [trouble.message for trouble in result.troubles]) == (text, [PARTIAL])


def test_what_is_plainly_a_patch_or_has_annotations_that_nobody_knows_gets_no_defaults() -> None:
    patch = manifest(CREATED).replace("spec: {type: LoadBalancer, ports: [{port: 80}]}", "spec: {type: LoadBalancer}")
    for text in (patch, manifest(f"{CREATED}    ${{MORE}}: x\n")):
        assert (fill(text).text, [each.message for each in fill(text).troubles]) == (text, [PARTIAL])


@pytest.mark.parametrize("metadata", ["  name: ${NAME}\n  namespace: shop\n", "  name: web\n  namespace: <your_ns>\n"])
def test_no_name_is_made_of_a_variable(metadata: str) -> None:
    result = fill(manifest(CREATED, metadata))

    assert '\'{"type": "inner"}\'\n    kubernetes.io/elb.class: union\n' in result.text
    assert [trouble.message for trouble in result.troubles] == [UNNAMED]
