"""What bodies that arrive in parts hold together is bounded, and who has to give way."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import ExitStack

from elbguard.webhook.bodies import Bodies, Body, Crowded, Gone, Message, TooLarge

BOUND, SMALL = 1000, 100


def part(size: int, *, more: bool = True) -> Message:
    """A message with some of a body."""
    return {"type": "http.request", "body": b"x" * size, "more_body": more}


class Client:
    """Sends a body in parts, and stops in the middle until the rest is sent."""

    def __init__(self, first: int) -> None:
        self.first = part(first)
        self._messages: asyncio.Queue[Message] = asyncio.Queue()

    def send(self, message: Message) -> None:
        """Send one more part."""
        self._messages.put_nowait(message)

    async def read_by(self, bodies: Bodies) -> str | int:
        """How its reading ends: the size of the whole, or what went wrong."""
        with bodies.one() as body:
            try:
                return len(await body.read(self.first, self._messages.get))
            except (Crowded, Gone, TooLarge) as why:
                return type(why).__name__


async def settled() -> None:
    """Let everybody have some turns."""
    for _ in range(10):
        await asyncio.sleep(0)


def among(bodies: Bodies, play: Callable[[Callable[[Client], "asyncio.Task[str | int]"]], Awaitable[None]]) -> None:
    """Run a play, in which each client that is started is read in a task of its own."""

    async def run() -> None:
        tasks = []

        def start(client: Client) -> "asyncio.Task[str | int]":
            tasks.append(asyncio.create_task(client.read_by(bodies)))
            return tasks[-1]

        await play(start)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    asyncio.run(run())
    assert bodies.size == 0


def test_the_oldest_of_the_large_ones_gives_way_and_small_ones_stay() -> None:
    bodies = Bodies(BOUND, SMALL)

    async def play(start: Callable[[Client], "asyncio.Task[str | int]"]) -> None:
        small, old, young, new = Client(SMALL), Client(400), Client(400), Client(300)
        tasks = [start(client) for client in (small, old, young, new)]
        await settled()
        assert [task.done() for task in tasks] == [False, True, False, False]
        assert tasks[1].result() == "Crowded"
        for client in (small, young, new):
            client.send(part(1, more=False))
        assert await asyncio.gather(tasks[0], *tasks[2:]) == [SMALL + 1, 401, 301]

    among(bodies, play)


def test_they_never_hold_more_than_the_bound() -> None:
    bodies, most = Bodies(BOUND, SMALL), []

    async def play(start: Callable[[Client], "asyncio.Task[str | int]"]) -> None:
        clients = [Client(1 + number % 7 * 60) for number in range(100)]
        for client in clients:
            start(client)
        for client in clients:
            client.send(part(77))
            await settled()
            most.append(bodies.size)

    among(bodies, play)

    assert BOUND / 2 < max(most) <= BOUND


def test_one_that_alone_is_too_much_gives_way_itself() -> None:
    bodies = Bodies(BOUND, SMALL)

    async def play(start: Callable[[Client], "asyncio.Task[str | int]"]) -> None:
        small, large = Client(SMALL), Client(BOUND)
        tasks = [start(small), start(large)]
        await settled()
        assert (tasks[0].done(), await tasks[1]) == (False, "Crowded")

    among(bodies, play)


def test_where_all_are_small_the_oldest_gives_way() -> None:
    bodies = Bodies(BOUND, SMALL)

    async def play(start: Callable[[Client], "asyncio.Task[str | int]"]) -> None:
        tasks = [start(Client(SMALL)) for _ in range(11)]
        await settled()
        assert [task.done() for task in tasks] == [True, *[False] * 10]

    among(bodies, play)


def test_what_waits_for_its_decision_counts_and_does_not_give_way() -> None:
    bodies = Bodies(BOUND, SMALL)

    async def play(start: Callable[[Client], "asyncio.Task[str | int]"]) -> None:
        with ExitStack() as decisions:
            whole: Body = decisions.enter_context(bodies.one())
            assert len(await whole.read(part(900, more=False), Client(0).read_by)) == 900  # type: ignore[arg-type]
            late = start(Client(200))
            assert await late == "Crowded"
            assert bodies.size == 900

    among(bodies, play)


def test_a_body_in_parts_of_one_byte_is_read() -> None:
    bodies = Bodies()

    async def play(start: Callable[[Client], "asyncio.Task[str | int]"]) -> None:
        client = Client(1)
        task = start(client)
        for _ in range(100_000):
            client.send(part(1))
        client.send(part(1, more=False))
        assert await task == 100_002

    among(bodies, play)


def test_a_client_that_leaves_and_a_body_too_large_leave_nothing_behind() -> None:
    bodies = Bodies()

    async def play(start: Callable[[Client], "asyncio.Task[str | int]"]) -> None:
        leaves, large = Client(10), Client(4_000_000)
        leaves.send({"type": "http.disconnect"})
        large.send(part(4_000_000))
        assert await start(leaves) == "Gone"
        assert await start(large) == "TooLarge"

    among(bodies, play)
