"""Trying many things in one test: for what is alike thousands of times, and quicker than a test of its own for each."""

import inspect
import os
from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any, Concatenate, Final, Generic, ParamSpec, TypeVar

import pytest

THOROUGH: Final = os.environ.get("TESTS") == "thorough"  # as in CI
Thing = TypeVar("Thing")
Rest = ParamSpec("Rest")


def thorough(*values: Any) -> list[Any]:
    """These values of a parameter, for CI and where the file is named: their kind has another that is always tried."""
    return [pytest.param(value, marks=pytest.mark.thorough) for value in values]


def each_of(things: Iterable[Thing], by: Callable[[Thing], str] | None = None) -> "OneTest[Thing]":
    """Make one test, of all these things, of a test whose first argument is one; its other arguments stay.

    With `by` it is one for the things of each name that it gives, and has the name in brackets.
    """
    groups: dict[str, list[Thing]] = {}
    for thing in things:
        groups.setdefault(by(thing) if by else "", []).append(thing)
    return OneTest(groups)


class OneTest(Generic[Thing]):
    """A decorator, from the things to try by the name of their group, which is empty where there is only one."""

    def __init__(self, groups: dict[str, list[Thing]]) -> None:
        self._groups = groups

    def __call__(self, trial: Callable[Concatenate[Thing, Rest], None]) -> Callable[Rest, None]:
        """One test of all the things of a group."""

        @wraps(trial)
        def test(*args: Rest.args, **others: Rest.kwargs) -> None:
            try_all(self._groups[str(others.pop("of", ""))], lambda thing: trial(thing, *args, **others))

        signature = inspect.signature(trial)
        first, *rest = signature.parameters.values()
        named = self._groups.keys() != {""}
        parameters = [first.replace(name="of"), *rest] if named else rest
        vars(test)["__signature__"] = signature.replace(parameters=parameters)
        return pytest.mark.parametrize("of", self._groups)(test) if named else test


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
