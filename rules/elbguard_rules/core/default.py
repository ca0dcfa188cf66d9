"""Default: what is written where the author wrote nothing."""

from collections.abc import Callable
from typing import Generic, ParamSpec, TypeVar

from elbguard_rules.core.policy import Policy
from elbguard_rules.core.record import record
from elbguard_rules.core.service import Service

P = ParamSpec("P")
R = TypeVar("R")


@record
class Told(Generic[P, R]):
    """A function, and `words` that tell in the reference what it gives.

    `made_up`: that is of our own making, such as a name, so that an update may keep another one that is there.
    """

    words: str
    function: Callable[P, R]
    made_up: bool = False

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """What the function gives."""
        return self.function(*args, **kwargs)


def told(words: str, *, made_up: bool = False) -> Callable[[Callable[P, R]], Told[P, R]]:
    """Make a function one that the reference tells in `words`."""
    return lambda function: Told(words, function, made_up)


@record
class Default:
    """What is written where the author wrote nothing.

    `value` is the text, or a function of the Service and the operator's policy (None: nothing can be written). `when`
    is a predicate over the Service.
    """

    value: str | Told[[Service, Policy], str | None]
    when: Told[[Service], bool] | None = None

    @property
    def made_up(self) -> bool:
        """Whether the value is of our own making, and not what CCE takes by itself."""
        return isinstance(self.value, Told) and self.value.made_up
