"""Reports meet others who write: whoever was faster is read again, and what has gone is made anew."""

from collections.abc import Mapping
from typing import Any

import pytest
import yaml

from elbguard.audit.examining import Examiner
from elbguard.audit.publishing import KINDS, CannotPublish, Publisher
from elbguard.cluster.asking import ApiError, Conflict, NotFound
from elbguard.settings import Settings
from elbguard_rules.core.facts import Cluster
from tests.unit.report.reports import WEB

KIND = KINDS[0]
SERVICE = yaml.safe_load(WEB) | {"status": {"loadBalancer": {}}}
SERVICE["metadata"] |= {"resourceVersion": "7", "uid": "u"}
THERE = {"metadata": {"name": "elbguard", "namespace": "shop", "resourceVersion": "1", "annotations": {}}}


class Server:
    """An API server with reports that are listed; `refusals` are raised by method, one after another."""

    def __init__(self, *listed: Mapping[str, Any], **refusals: list[ApiError]) -> None:
        self.listed, self.refusals = listed, refusals
        self.sent: list[tuple[str, str, Any]] = []

    def get(self, path: str, query: Mapping[str, str], accept: str = "") -> Any:
        """Give the list, or the report as it is by now."""
        if path.endswith("/elbguard"):
            return {"metadata": {"resourceVersion": "2"}}
        return {"metadata": {"resourceVersion": "9"}, "items": list(self.listed)}

    def watch(self, path: str, query: Mapping[str, str]) -> Any:
        """Nobody watches."""
        raise NotImplementedError

    def close(self) -> None:
        """Nothing is open."""

    def send(self, method: str, path: str, body: Any, content_type: str = "") -> Any:
        """Note what is written, or refuse it."""
        if refusals := self.refusals.get(method):
            raise refusals.pop(0)
        version = body.get("metadata", {}).get("resourceVersion")
        self.sent.append((method, path.removeprefix("/apis/wgpolicyk8s.io/v1alpha2/namespaces/"), version))
        return body


def published(server: Server, *, services: bool = True) -> Publisher:
    """Publish the report of one Service, or of none."""
    publisher = Publisher(server, (KIND,))
    if services:
        publisher.heard(SERVICE, Examiner(Settings(), Cluster()).examine(SERVICE))
    publisher.ended()
    return publisher


REPORTS, REPORT = "shop/policyreports", "shop/policyreports/elbguard"


def test_the_first_is_created_and_the_next_replaced() -> None:
    first, next_ = Server(), Server(THERE)
    published(first)
    published(next_)

    assert first.sent == [("POST", REPORTS, None)]
    assert next_.sent == [("PUT", REPORT, "1")]


def test_whoever_was_faster_is_read_again() -> None:
    server = Server(THERE, PUT=[Conflict("changed")])
    published(server)

    assert server.sent == [("PUT", REPORT, "2")]


def test_what_has_gone_meanwhile_is_made_anew() -> None:
    server = Server(THERE, PUT=[NotFound("gone")])
    published(server)

    assert server.sent == [("POST", REPORTS, None)]


def test_a_namespace_that_has_gone_gets_none() -> None:
    server = Server(POST=[NotFound("no namespace")])

    assert (published(server).done.written, server.sent) == (0, [])


def test_what_is_out_of_date_is_removed_unless_somebody_was_faster() -> None:
    idle, faster = Server(THERE), Server(THERE, DELETE=[Conflict("changed")])

    assert published(idle, services=False).done.removed == 1
    assert idle.sent == [("DELETE", REPORT, None)]
    assert published(faster, services=False).done.removed == 0


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_a_right_that_is_missing_is_said(method: str) -> None:
    listed = [] if method == "POST" else [THERE]
    server = Server(*listed, **{method: [ApiError(403, "forbidden")]})
    with pytest.raises(CannotPublish) as refused:
        published(server, services=method != "DELETE")

    assert refused.value.error.forbidden
    assert refused.value.kind == KIND
