"""An object written as YAML becomes the text that the annotation wants."""

import pytest

from app.fix.fixing import fixed
from app.settings import Settings

MANIFEST = """apiVersion: v1
kind: Service
metadata:
  name: web
  annotations:
    kubernetes.io/elb.id: 5083f225-9bf8-48fa-9c8b-67bd9693c4c0
    kubernetes.io/elb.{value}
spec: {{type: LoadBalancer, ports: [{{port: 80}}]}}
"""
CURED = {
    'health-check-option: {"delay": 5}': """health-check-option: '{"delay": "5"}'""",
    "health-check-option: {delay: 5, protocol: TCP} # ours": (
        """health-check-option: '{"delay": "5", "protocol": "TCP"}' # ours"""
    ),
    "health-check-flag: on": 'health-check-flag: "on"',
}


@pytest.mark.parametrize(("before", "after"), CURED.items())
def test_what_is_no_text_is_written_as_the_text_that_check_tells(before: str, after: str) -> None:
    assert fixed(MANIFEST.format(value=before), Settings()).text == MANIFEST.format(value=after)


def test_an_object_on_several_lines_is_left_alone_and_said() -> None:
    text = MANIFEST.format(value="health-check-option:\n      delay: 5")
    result = fixed(text, Settings())

    assert result.text == text
    assert any("left alone" in trouble.message for trouble in result.troubles)
