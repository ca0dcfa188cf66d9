"""What elbguard asks of the machine around it: a command asks no network, a decision asks nothing at all.

Python itself tells what is asked (PEP 578), in a process of its own.
"""

import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from tests.support.places import ROOT, environment

SAMPLES: Final = "app/elbguard/demo/samples"
WATCHED: Final = """\
import sys
def hears(event, arguments):
    if hears.listening and event.startswith(hears.kinds):
        print("ASKED", event, arguments, file=sys.stderr, flush=True)
hears.listening = True
sys.addaudithook(hears)
"""
OUTSIDE: Final = ("socket.connect", "socket.getaddrinfo", "socket.sendto", "subprocess.", "os.system", "os.exec")
COMMAND: Final = f"""\
{WATCHED}
hears.kinds = {OUTSIDE}
import multiprocessing
multiprocessing.set_start_method("forkserver")  # as Python has it by itself, from 3.14 on
from elbguard.entry import main
main()
"""
DECISIONS: Final = f"""\
{WATCHED}
hears.listening = False
hears.kinds = ('open', 'os.', 'socket.', 'subprocess.', 'import', 'compile', 'exec')
from elbguard.settings import Settings
from elbguard.webhook.admission import Admission
from tests.contract.bodies import READABLE
from tests.support.reviews import CREATED, WRONG, encoded, review, service
admission = Admission(Settings())
bodies = [encoded(review(service(notes))) for notes in (CREATED, WRONG, {{}}, None)] + list(READABLE.values())
for listening in (False, True):
    hears.listening = listening
    for body in bodies:
        admission.validate(body)
        admission.mutate(body)
print("decided", len(bodies))
"""


def run(program: str, *words: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", program, *words]
    return subprocess.run(command, cwd=cwd, env=environment(), capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    "words",
    [
        ("check", SAMPLES, "--format", "html"),
        ("check", SAMPLES, "--format", "sarif", "--jobs", "2"),
        ("fix", SAMPLES, "--defaults"),
        ("explain", "ELB206"),
        ("generate", "policy"),
    ],
    ids=" ".join,
)
def test_a_command_about_manifests_asks_no_network_and_starts_no_program(words: tuple[str, ...]) -> None:
    done = run(COMMAND, *words)

    assert done.returncode in (0, 1)
    assert done.stdout
    assert "ASKED" not in done.stderr


def test_making_certificates_asks_no_network(tmp_path: Path) -> None:
    done = run(COMMAND, "certs", str(tmp_path / "certs"), "--host", "localhost")

    assert (done.returncode, "ASKED" in done.stderr) == (0, False)


def test_a_decision_asks_no_network_and_no_disk() -> None:
    done = run(DECISIONS)

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("decided ")


def test_what_is_asked_is_heard() -> None:
    done = run(f"{WATCHED}\nhears.kinds = {OUTSIDE}\nimport socket\nsocket.getaddrinfo('127.0.0.1', 1)")

    assert "ASKED socket.getaddrinfo" in done.stderr
