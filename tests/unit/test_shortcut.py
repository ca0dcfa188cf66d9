"""The shortcut of reviews stands on what uvicorn keeps for itself; where that is gone, the long way is taken."""

import asyncio
from typing import Any

import uvicorn
from uvicorn.server import ServerState

from elbguard.settings import Settings
from elbguard.webhook.connections import Crowd
from elbguard.webhook.server import AdmissionServer
from elbguard.webhook.shortcut import ShortConnection
from tests.support.reviews import CREATED, encoded, review, service

BODY = encoded(review(service(CREATED)))
REQUEST = b"POST /validate HTTP/1.1\r\nHost: elbguard\r\nContent-Length: %d\r\n\r\n%b" % (len(BODY), BODY)


class Changed(ShortConnection):
    """On a release of uvicorn that calls what the shortcut looks at by another name."""

    def _is_short(self) -> bool:
        raise AttributeError("flow")


async def answered(kind: type[ShortConnection]) -> tuple[bytes, bool]:
    """The answer to a review over a real connection, and whether it came by the shortcut."""
    config = uvicorn.Config(AdmissionServer(Settings()), lifespan="off", proxy_headers=False, access_log=False)
    config.load()
    short: list[bool] = []

    def connection() -> ShortConnection:
        class Watched(kind):  # type: ignore[valid-type,misc]
            def _asked(self) -> Any:
                judge = super()._asked()
                short.append(judge is not None)
                return judge

        return Watched(crowd=Crowd(), config=config, server_state=ServerState(), app_state={})

    server = await asyncio.get_running_loop().create_server(connection, "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    writer.write(REQUEST)
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
    body = await reader.readexactly(length)
    writer.close()
    server.close()
    return body, short == [True]


def test_a_review_is_answered_alike_where_the_shortcut_is_and_where_it_cannot_be() -> None:
    said, is_short = asyncio.run(answered(ShortConnection))
    said_so, is_still_short = asyncio.run(answered(Changed))

    assert (said, is_short) == (said_so, not is_still_short)
    assert b'"allowed":true' in said
