"""Where the command begins: from here on Ctrl-C ends it with 130 and a word, also while its libraries are loaded.

Nothing that takes time is imported before, `typing` included.
"""

from __future__ import annotations

import atexit
import gc
import os
import signal
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Final, NoReturn

INTERRUPTED: Final = 130  # as shells say it of a command ended by Ctrl-C


def main() -> None:
    """Run the command."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # a shell has its background jobs ignore it
        signal.signal(signal.SIGINT, end)
    if None in (sys.stdin, sys.stdout, sys.stderr):
        _occupy()
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # else all that is installed is asked for some
    gc.disable()  # what is loaded stays: to look through it for garbage would be a twelfth of a start
    from elbguard.cli import main as run  # noqa: PLC0415 - this is what takes time

    gc.freeze()
    gc.enable()
    atexit.register(gc.freeze)  # what is left at the end goes with the process, unlooked at
    run()


def _occupy() -> None:
    """Take the numbers of standard streams that are closed: else the next file opened, or written, would get one.

    What is written to standard output fails then as it does for other commands, what is said on standard error is
    lost, and `sys.stdin` stays None.
    """
    for number, stream in enumerate((sys.stdin, sys.stdout, sys.stderr)):
        if stream is None:
            os.open(os.devnull, os.O_WRONLY if number == 2 else os.O_RDONLY)  # the lowest number that is free
    sys.stdout = sys.stdout or open(1, "w", encoding="utf-8")  # noqa: SIM115 - it is open to the end
    sys.stderr = sys.stderr or open(2, "w", encoding="utf-8", errors="backslashreplace")  # noqa: SIM115


def end(_number: int, _frame: FrameType | None) -> NoReturn:
    """End at once, where there is nothing yet, or nothing more, to be left in order."""
    os.write(2, b"Interrupted.\n")
    os._exit(INTERRUPTED)
