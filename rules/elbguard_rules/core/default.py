"""Default: what is written where the author wrote nothing."""

from collections.abc import Callable
from dataclasses import dataclass

from elbguard_rules.core.policy import Policy
from elbguard_rules.core.service import Service


@dataclass(frozen=True, slots=True)
class Default:
    """What is written where the author wrote nothing.

    `value` is the text, or a function of the Service and the operator's policy (None: nothing can be written). `when`
    is a predicate over the Service; its docstring stands in the reference.
    """

    value: str | Callable[[Service, Policy], str | None]
    when: Callable[[Service], bool] | None = None
