"""Names that come with a request are in the log, bounded: one line of at most 2 KiB, which says the verdict."""

import json
from typing import Any

import pytest

from elbguard.webhook.logs import LONGEST
from tests.support.connection import Connection
from tests.support.reviews import WRONG, encoded, review, service
from tests.support.waiting import wait_until
from tests.support.webhook import Webhook

LARGE = 200_000  # characters
TEXTS = {
    "letters": "a" * LARGE,
    "line ends": "\r\n\u2028" * (LARGE // 3),
    "escapes": "\x1b[2K\x00" * (LARGE // 5),
    "beyond the BMP": "\U0001f600" * (LARGE // 4),
    "lone surrogates": "\ud800" * (LARGE // 8),
    "quotes": "\"'\\" * (LARGE // 3),
}


def requests(text: str) -> dict[str, Any]:
    """Reviews of a Service with a mistake, with this text wherever a request has one."""
    plain = service(WRONG)
    named, spaced = service(WRONG, {"name": text}), service(WRONG, {"namespace": text})
    generated = service(WRONG, {"name": None, "generateName": text})
    everywhere: dict[str, Any] = {
        "uid": text,
        "name": text,
        "namespace": text,
        "operation": "CREATE",
        "userInfo": {"username": text},
    }
    return {
        "name": review(named, name=text),
        "name of the request": review(service(WRONG, {"name": None}), name=text),
        "generated name": review(generated, name=""),
        "namespace": review(spaced, namespace=text),
        "user": review(plain, userInfo={"username": text, "groups": [text], "uid": text, "extra": {text: [text]}}),
        "uid": review(plain, uid=text),
        "manager": review(plain, options={"kind": "CreateOptions", "fieldManager": text}),
        "operation": review(plain, operation=text),
        "kind": review({**plain, "kind": text}, kind={"group": text, "version": text, "kind": text}),
        "port's name": review(service(WRONG, ports=[{"name": text, "port": 80}])),
        "key of an annotation": review(service({**WRONG, f"kubernetes.io/elb.{text}": "x"})),
        "value of an annotation": review(service({**WRONG, "kubernetes.io/elb.class": text})),
        "API version": review(plain, version=text),
        "everywhere": review(service(WRONG, {"name": text, "namespace": text}), **everywhere),
    }


@pytest.fixture(scope="module", params=["text", "json"])
def talkative(request: pytest.FixtureRequest) -> Any:
    """Run the server, telling all it can."""
    with Webhook(["--log-format", request.param, "--log-level", "debug"]) as running:
        yield running


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_no_name_of_a_request_makes_a_long_line(talkative: Webhook, text: str) -> None:
    before = len(talkative.log())
    with Connection(talkative.url, talkative.ca_pem.decode()) as connection:
        for body in requests(text).values():
            for path in ("/validate", "/mutate"):
                connection.ask(path, encoded(body))
        connection.ask("/validate", encoded(review(service(WRONG), uid="the-last")))
    wait_until(lambda: "the-last" in talkative.log()[before:])

    lines = talkative.log()[before:].splitlines()
    judged = [line for line in lines if "judged" in line]
    assert max(len(line.encode()) for line in lines) < LONGEST
    assert len(judged) >= 8  # some bodies are larger than what is read
    assert all("denied" in line and "ELB301" in line for line in judged)
    assert len(lines) <= 3 * len(requests(text))


def test_a_line_of_json_is_still_json(talkative: Webhook) -> None:
    for line in talkative.log().splitlines():
        if line.startswith("{"):
            assert json.loads(line)["message"]
