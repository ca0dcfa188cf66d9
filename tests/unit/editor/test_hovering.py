"""What is shown about what is under the cursor: what `elbguard explain` says of it."""

from typing import Final

import pytest
from lsprotocol.types import MarkupContent, MarkupKind

from elbguard.editor.hover import hover
from elbguard.editor.judging import verdict
from elbguard.editor.opened import Opened
from elbguard.explain.explain_command import explain
from elbguard.settings import Settings

HEAD: Final = "kind: Service\nmetadata:\n  annotations:\n"
TAIL: Final = "\nspec: {type: LoadBalancer, ports: [{port: 80}]}\n"


def shown(text: str, at: str, *, judged: bool = False) -> str:
    opened = Opened("untitled:x", 1, text)
    opinion = verdict(opened, Settings()) if judged else None
    found = hover(opened, text.index(at) + 1, opinion)
    if found is None:
        return ""
    assert isinstance(found.contents, MarkupContent)
    assert found.contents.kind == MarkupKind.Markdown
    return found.contents.value


def said(subject: str) -> str:
    return explain(subject, "markdown").replace("# ", "#### ", 1).rstrip()


@pytest.mark.parametrize("tail", [TAIL, "\n  broken: ["])
@pytest.mark.parametrize(
    "value", ['\'{"type": "public"}\'', '"{\\"type\\": \\"public\\"}"', '|\n      {"type":\n      "public"}']
)
def test_annotations_and_members_are_explained(tail: str, value: str) -> None:
    text = f"{HEAD}    kubernetes.io/elb.class: union\n    kubernetes.io/elb.autocreate: {value}{tail}"

    assert shown(text, "elb.class") == shown(text, "union") == said("elb.class")
    assert shown(text, "elb.autocreate") == said("elb.autocreate")
    assert shown(text, "type") == shown(text, "public") == said("elb.autocreate.type")


def test_a_rule_that_is_broken_is_explained_first() -> None:
    text = f"{HEAD}    kubernetes.io/elb.class: unoin{TAIL}"

    assert shown(text, "unoin", judged=True) == f"{said('ELB101')}\n\n---\n\n{said('elb.class')}"


def test_a_rule_that_is_named_in_a_comment_is_explained() -> None:
    text = f"{HEAD}    kubernetes.io/elb.class: union # elbguard: ignore[ELB206, ELB322] why{TAIL}"

    assert shown(text, "ELB206") == said("ELB206")
    assert shown(text, "322") == said("ELB322")


def test_elsewhere_there_is_nothing_to_show() -> None:
    text = f"{HEAD}    other.io/x: y\n    kubernetes.io/elb.nonsense: x{TAIL}"

    assert shown(text, "other.io") == shown(text, "LoadBalancer") == shown(text, "nonsense") == ""
    assert shown(text.replace("Service", "Deployment").replace("nonsense", "class"), "class") == ""
