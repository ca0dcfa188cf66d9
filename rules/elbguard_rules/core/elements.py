"""Elements: rules about each element of a JSON array by itself."""

from collections.abc import Callable
from contextlib import suppress
from functools import partial, wraps
from typing import TypeVar

from elbguard_rules.core.annotation import Annotation
from elbguard_rules.core.check import CheckFunction, Problems
from elbguard_rules.core.facts import Cluster
from elbguard_rules.core.problem import Where
from elbguard_rules.core.reading import Malformed
from elbguard_rules.core.service import Service

T = TypeVar("T")
At = Callable[..., Where]  # makes the place of a member of the element


def each(owner: Annotation[tuple[T, ...]]) -> Callable[[Callable[[T, At], Problems]], CheckFunction]:
    """Make of a function about one element one about the Service, for @rule.

    It stands down for an element whose own shape is wrong, and goes on with the next one.
    """

    def make(judge: Callable[[T, At], Problems]) -> CheckFunction:
        @wraps(judge)
        def check(service: Service, cluster: Cluster) -> Problems:
            elements = service[owner]
            for index, element in enumerate(elements or ()):
                with suppress(Malformed):
                    yield from judge(element, partial(owner.at, index))

        return check

    return make
