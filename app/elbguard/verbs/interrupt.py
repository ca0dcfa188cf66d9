"""Ctrl-C while a verb is at work."""

from types import FrameType
from typing import Final, NoReturn


class Interrupt:
    """Raises KeyboardInterrupt, and knows that it did: where nobody may raise, as in a finalizer, Python drops it."""

    def __init__(self) -> None:
        self.came = False

    def __call__(self, number: int, frame: FrameType | None) -> NoReturn:
        """Handle the signal."""
        self.came = True
        raise KeyboardInterrupt


INTERRUPT: Final = Interrupt()
