"""Trying many things in one test: for what is alike thousands of times, and quicker than a test of its own for each."""

from collections.abc import Callable, Iterable
from typing import TypeVar

Thing = TypeVar("Thing")


def try_all(things: Iterable[Thing], trial: Callable[[Thing], object]) -> None:
    """Try each thing, and fail with every failure and what it is about; fails too where there is nothing to try."""
    failures: list[Exception] = []
    count = 0
    for thing in things:
        count += 1
        try:
            trial(thing)
        except Exception as failure:
            failure.add_note(f"about {thing}")
            failures.append(failure)
    assert count, "nothing was tried"
    if failures:
        raise ExceptionGroup(f"{len(failures)} of {count} failed", failures)
