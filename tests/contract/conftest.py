"""One server for all tests that ask over HTTPS: the real command, in a process of its own."""

from collections.abc import Iterator

import pytest

from tests.support.connection import Connection
from tests.support.webhook import Webhook


@pytest.fixture(scope="session")
def server() -> Iterator[Webhook]:
    """Run `elbguard serve`; at the end it must still run, and must never have shown a traceback."""
    with Webhook() as running:
        yield running
        running.require_running()
        assert "Traceback" not in running.log()


@pytest.fixture
def connection(server: Webhook) -> Iterator[Connection]:
    """Open a connection to the server, as the API server does."""
    with Connection(server.url, server.ca_pem.decode()) as open_:
        yield open_
