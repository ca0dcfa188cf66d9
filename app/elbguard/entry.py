"""Where the command begins: from here on Ctrl-C ends it with 130 and a word, also while its libraries are loaded.

Nothing that takes time is imported before, `typing` included.
"""

from __future__ import annotations

import atexit
import gc
import os
import signal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Final, NoReturn

INTERRUPTED: Final = 130  # as shells say it of a command ended by Ctrl-C


def main() -> None:
    """Run the command."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # a shell has its background jobs ignore it
        signal.signal(signal.SIGINT, end)
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # else all that is installed is asked for some
    gc.disable()  # what is loaded stays: to look through it for garbage would be a twelfth of a start
    from elbguard.cli import main as run  # noqa: PLC0415 - this is what takes time

    gc.freeze()
    gc.enable()
    atexit.register(gc.freeze)  # what is left at the end goes with the process, unlooked at
    run()


def end(_number: int, _frame: FrameType | None) -> NoReturn:
    """End at once, where there is nothing yet, or nothing more, to be left in order."""
    os.write(2, b"Interrupted.\n")
    os._exit(INTERRUPTED)
