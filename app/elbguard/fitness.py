"""A pair, and until when it can be served, judged without keeping in memory what judges it.

cryptography takes 11 MiB, a sixth of a server at rest, which needs it once for each new certificate.
"""

import json
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

_JUDGE: Final = "from elbguard.pairs import judge; judge()"
_PATIENCE: Final = 30.0  # seconds


@dataclass(frozen=True)
class Pair:
    """A certificate, which others may follow that vouch for it, and its private key; both PEM."""

    certificate: bytes
    key: bytes = field(repr=False)


class Unfit(Exception):
    """A pair cannot be served; one sentence says why, and nothing in it is secret."""


def end_of(pair: Pair, now: datetime) -> datetime:
    """When the certificate of a pair ends, UTC, which is fit to serve at `now`, as `pairs.check` says. Raises Unfit.

    It is judged by a process that ends; here where cryptography is loaded anyway, or there can be no such process.
    """
    told = None if "elbguard.pairs" in sys.modules else apart(pair, now)
    if told is None:
        from elbguard import pairs  # noqa: PLC0415 - to do without is what this module is for

        return pairs.check(pair, now).not_valid_after_utc
    end, why = told
    if end is None:
        raise Unfit(why)
    return datetime.fromisoformat(end)


def apart(pair: Pair, now: datetime) -> tuple[str | None, str] | None:
    """What another process says of a pair: when it ends, or else why it is not fit; None where it says nothing."""
    asked = {"certificate": pair.certificate.hex(), "key": pair.key.hex(), "now": now.isoformat()}
    try:
        judged = subprocess.run(  # noqa: S603 - nothing of the pair is in the command
            # Without -P it would import what lies in the folder it is started from.
            [sys.executable, "-P", "-c", _JUDGE],
            input=json.dumps(asked).encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=_PATIENCE,
            check=True,
        )
        end, why = json.loads(judged.stdout)
    except (OSError, ValueError, TypeError, subprocess.SubprocessError):
        return None
    return end, why
