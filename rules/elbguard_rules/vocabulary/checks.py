"""What health checks of all ports and those of single ones have in common: values, and what is odd about a path."""

from collections.abc import Iterator
from typing import Final, Literal

from pydantic import MISSING

from elbguard_rules.core.problem import Problem, Where, invalid
from elbguard_rules.core.shapes import Whole

CheckProtocol = Literal["TCP", "UDP_CONNECT", "HTTP", "UDP"]
SECONDS: Final = Whole(1, 50, "seconds")
TRIES: Final = Whole(1, 10)
HEALTH_PORT: Final = "cce-healthz"  # the name of a port for checks alone: CCE makes no listener for it
_NEWER_PATH: Final = 80  # characters, in newer documents
LONGEST_PATH: Final = 10_000  # in any


def transport(protocol: CheckProtocol) -> Literal["TCP", "UDP"]:
    """The protocol that a check speaks below its own."""
    return "UDP" if protocol.startswith("UDP") else "TCP"


def long_path(path: str | MISSING, where: Where) -> Iterator[Problem]:
    """A path longer than newer documents allow, and not longer than any does."""
    if path is not MISSING and _NEWER_PATH < len(path) <= LONGEST_PATH:
        yield invalid(where, f"{path[:20]}...", f"newer documents allow {_NEWER_PATH} characters")


def path_without_slash(path: str | MISSING, where: Where) -> Iterator[Problem]:
    """A path that begins with something else than a slash."""
    if path is not MISSING and path and not path.startswith("/"):
        yield invalid(where, path, "must start with a slash")
