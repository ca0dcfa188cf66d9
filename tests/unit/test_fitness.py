"""A pair judged by a process that ends."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from elbguard import fitness, pairs
from elbguard.fitness import Pair, Unfit

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
GOOD = pairs.make(["localhost"], NOW)[1]
MATCHED = {
    "good": (GOOD, NOW),
    "expired": (GOOD, NOW + timedelta(days=400)),
    "not good yet": (GOOD, NOW - timedelta(days=1)),
    "another's key": (Pair(GOOD.certificate, pairs.make(["localhost"], NOW)[1].key), NOW),
    "no PEM": (Pair(b"\xff nothing", b"\x00"), NOW),
}


@pytest.mark.parametrize("name", MATCHED)
def test_another_process_says_of_a_pair_what_is_said_here(name: str) -> None:
    pair, now = MATCHED[name]
    here: tuple[str | None, str]
    try:
        here = (pairs.check(pair, now).not_valid_after_utc.isoformat(), "")
    except Unfit as unfit:
        here = (None, str(unfit))
    told = fitness.apart(pair, now)
    assert told is not None
    assert tuple(told) == here


def test_where_no_process_can_be_started_the_pair_is_judged_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    assert fitness.apart(GOOD, NOW) is None
    monkeypatch.delitem(sys.modules, "elbguard.pairs")
    assert fitness.end_of(GOOD, NOW) == pairs.check(GOOD, NOW).not_valid_after_utc


def test_a_server_of_files_keeps_nothing_of_what_judges_them(tmp_path: Path) -> None:
    program = f"""
import sys
from pathlib import Path
from elbguard.settings import Settings
from elbguard.webhook import run
from elbguard.webhook.pairfiles import PairFiles
tls = run.ServingContext()
PairFiles(Path({str(tmp_path)!r}, "tls.crt"), Path({str(tmp_path)!r}, "tls.key"), tls.swap).load()
assert tls.not_after
run.AdmissionServer(Settings())
print(*(name for name in ("cryptography", "kubernetes", "pydantic.v1", "elbguard.check") if name in sys.modules))
"""
    pairs.write(tmp_path, ["localhost"])
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "\n", done.stdout
