"""`serve --record`: what is written, that nobody waits for it, and that a line is whole whoever else writes."""

import json
import logging
import os
import stat
import subprocess
import sys
import threading
from contextlib import closing
from multiprocessing import get_context
from pathlib import Path

import pytest

from elbguard.settings import Settings
from elbguard.webhook.admission import Admission, Answer
from elbguard.webhook.recordfile import RecordFile
from elbguard.webhook.recording import LONGEST, MOST_BYTES, MOST_WAITING, Reason, Record, Recorder
from elbguard_rules.core.facts import Cluster
from tests.contract.test_running import connected
from tests.support.command import elbguard
from tests.support.reviews import CONTROLLER, CREATED, ELB, EXISTING, WRONG, Json, encoded, review, service
from tests.support.waiting import wait_until
from tests.support.webhook import Webhook

BODY = encoded(review(service(WRONG), userInfo={"username": "alice"}))


def lines(path: Path) -> list[Json]:
    """The lines of a recording; each must be whole."""
    return [json.loads(line) for line in path.read_bytes().splitlines()] if path.exists() else []


def ask(webhook: Webhook, path: str, annotations: Json) -> Json:
    """The response to the review of a creation, on a connection of its own."""
    with closing(connected(webhook)) as connection:
        connection.request("POST", path, encoded(review(service(annotations))))
        answer: Json = json.loads(connection.getresponse().read())["response"]
    return answer


class Recorded:
    """A recorder without a server, and what it counted."""

    def __init__(self, path: Path, most: int = 1 << 30) -> None:
        self.written = 0
        self.dropped: list[Reason] = []
        self.recorder = Recorder(Record(path, most), self._write, self.dropped.append)

    def _write(self) -> None:
        self.written += 1

    def note(self, body: bytes, answer: Answer | None = None) -> None:
        """Have a review recorded, answered by the defaults."""
        answered = answer or Admission(Settings()).validate(body)
        self.recorder.note("/validate", body, answered, Cluster(), {})

    def end(self) -> None:
        """Write what waits."""
        self.recorder.stop()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where to record."""
    return tmp_path / "asked.jsonl"


def test_a_line_is_the_review_with_its_response_and_by_what_it_was_judged(path: Path) -> None:
    with Webhook(["--record", str(path), "--cluster-version", "v1.28.15-r0", "--ignore", "ELB110"]) as webhook:
        answer = ask(webhook, "/validate", WRONG)
        wait_until(lambda: len(lines(path)) == 1)
        [line] = lines(path)

        assert line["kind"] == "AdmissionReview"
        assert line["request"]["object"]["metadata"]["annotations"] == WRONG
        assert line["response"] == answer
        assert line["elbguard"]["path"] == "/validate"
        assert line["elbguard"]["cluster"] == {"cluster-version": "v1.28.15-r0"}
        assert line["elbguard"]["settings"] == {"ignore": ["ELB110"]}
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert 'elbguard_records_total{result="written"} 1.0' in webhook.get("/metrics")[1]
    assert elbguard("replay", str(path)).returncode == 0


def test_who_asked_is_not_written_nor_what_is_nobodys_business(path: Path) -> None:
    recorded = Recorded(path)
    recorded.recorder.start()
    metadata = {"managedFields": [{"manager": "hidden"}], "labels": {"owner": "hidden"}}
    kept = {"kubectl.kubernetes.io/last-applied-configuration": "hidden", "example.com/DB_PASSWORD": "hidden", **WRONG}
    user = {"username": "hidden", "groups": ["hidden"], "extra": {"token": ["hidden"]}}
    old = service({**kept, "example.com/gone": "hidden"}, metadata)
    recorded.note(encoded(review(service(kept, metadata), old, userInfo=user, options={"fieldManager": "hidden"})))
    recorded.end()

    assert len(lines(path)) == 1
    assert "hidden" not in path.read_text()


def test_what_the_webhook_does_not_judge_is_not_written(path: Path) -> None:
    recorded = Recorded(path)
    recorded.recorder.start()
    for unjudged in ({"operation": "DELETE"}, {"userInfo": {"username": CONTROLLER}}, {"subResource": "status"}):
        recorded.note(encoded(review(service(WRONG), **unjudged)))
    recorded.note(b"no review")
    recorded.end()

    assert (recorded.written, recorded.dropped) == (0, [])


def test_more_than_can_wait_is_dropped_and_counted_and_nobody_waits(path: Path) -> None:
    recorded = Recorded(path)  # whose thread writes nothing yet
    answer = Admission(Settings()).validate(BODY)
    for _ in range(MOST_WAITING + 7):
        recorded.note(BODY, answer)
    assert recorded.dropped == ["queue"] * 7
    recorded.recorder.start()
    recorded.end()

    assert recorded.written == len(lines(path)) == MOST_WAITING


def test_what_waits_is_bounded_in_bytes_too(path: Path) -> None:
    recorded = Recorded(path)
    large = encoded(review(service({**EXISTING, "a": "x" * 200_000})))
    answer = Admission(Settings()).validate(large)
    for _ in range(200):
        recorded.note(large, answer)

    assert recorded.dropped == ["queue"] * (200 - MOST_BYTES // (len(large) + len(answer.body)))


def test_a_line_that_is_too_long_is_dropped_and_counted(path: Path) -> None:
    recorded = Recorded(path)
    recorded.recorder.start()
    recorded.note(encoded(review(service(WRONG, selector={"app": "x" * LONGEST}))))
    recorded.note(BODY)
    recorded.end()

    assert (recorded.written, recorded.dropped) == (1, ["size"])


def test_a_file_that_cannot_be_written_is_said_once_and_serving_goes_on(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "not there yet"
    recorded = Recorded(folder / "asked.jsonl")
    recorded.recorder.start()
    for _ in range(3):
        recorded.note(BODY)
    wait_until(lambda: len(recorded.dropped) == 3)
    folder.mkdir()
    recorded.note(BODY)
    recorded.end()

    assert recorded.dropped == ["file"] * 3
    loud = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert [record.name for record in loud] == ["elbguard.recording"]
    assert "no such file or directory" in caplog.text
    assert len(lines(folder / "asked.jsonl")) == 1


@pytest.mark.parametrize("target", ["/dev/full", "/dev/null", "pipe"])
def test_what_is_no_regular_file_is_not_written_to(tmp_path: Path, target: str) -> None:
    where = Path(target) if target.startswith("/") else tmp_path / target
    if target == "pipe":
        os.mkfifo(where)
    with Webhook(["--record", str(where)]) as webhook:
        for _ in range(3):
            assert not ask(webhook, "/validate", WRONG)["allowed"]
        wait_until(lambda: 'elbguard_records_total{result="file"} 3.0' in webhook.get("/metrics")[1])

        assert webhook.log().count("cannot be written") == 1


def test_a_full_disk_leaves_whole_lines(path: Path) -> None:
    """A limit on the size of files stands for the disk: the system writes a part of a line there too."""
    script = (
        "import resource, signal, sys; from pathlib import Path; from elbguard.webhook.recordfile import RecordFile\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN); resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "file = RecordFile(Path(sys.argv[1]), 1 << 30); failed = 0\n"
        "for _ in range(20):\n"
        "    try: file.append(b'x' * 299 + b'\\n')\n"
        "    except OSError: failed += 1\n"
        "print(failed)"
    )
    done = subprocess.run([sys.executable, "-c", script, str(path)], capture_output=True, text=True, check=True)

    assert done.stdout == "17\n"
    assert path.read_bytes() == (b"x" * 299 + b"\n") * 3


def test_a_recording_is_bounded_and_the_newest_stays(path: Path) -> None:
    recorded = Recorded(path, most=40_000)
    recorded.recorder.start()
    for number in range(200):
        recorded.note(encoded(review(service(WRONG), name=f"web-{number}")))
    recorded.end()
    older = path.with_name("asked.jsonl.1")
    names = [line["request"]["name"] for line in (*lines(older), *lines(path))]

    assert path.stat().st_size + older.stat().st_size <= 40_000
    assert names == [f"web-{number}" for number in range(200)][-len(names) :]
    assert {stat.S_IMODE(each.stat().st_mode) for each in (path, older)} == {0o600}


def _line(letter: str, number: int) -> str:
    return f"{letter * (number % 90)} {letter}{number}"


def _append(path: Path, letter: str) -> None:
    file = RecordFile(path, 60_000)
    for number in range(800):
        file.append(_line(letter, number).encode() + b"\n")


def test_several_processes_tear_no_line_and_lose_none_before_the_file_is_full(path: Path) -> None:
    processes = [get_context("spawn").Process(target=_append, args=(path, letter)) for letter in "ab"]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    written = [each.read_text().splitlines() for each in (path.with_name("asked.jsonl.1"), path) if each.exists()]

    assert sorted(line for each in written for line in each) == sorted(
        _line(letter, number) for letter in "ab" for number in range(800)
    )


def test_several_workers_record_into_one_file(path: Path) -> None:
    with Webhook(["--workers", "2", "--record", str(path), "--drain-seconds", "0"]) as webhook:
        threads = [threading.Thread(target=ask, args=(webhook, "/mutate", CREATED)) for _ in range(40)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        wait_until(lambda: len(lines(path)) == 40)
    done = elbguard("replay", str(path))

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "40 verdicts compared, of which 0 refused: none differs\n"


def test_what_waits_is_written_when_the_server_ends(path: Path) -> None:
    for flags in ([], ["--workers", "2"]):
        with Webhook(["--record", str(path), "--drain-seconds", "0", *flags]) as webhook:
            for _ in range(20):
                ask(webhook, "/validate", WRONG)
    assert len(lines(path)) == 40


def test_a_changed_configuration_is_in_the_lines_that_follow(path: Path, tmp_path: Path) -> None:
    config = tmp_path / "elbguard.yaml"
    config.write_text("ignore: [ELB301]\n")
    with Webhook(["--record", str(path), "--config", str(config)]) as webhook:
        assert ask(webhook, "/validate", WRONG)["allowed"]
        config.write_text("cluster-type: turbo\n")
        webhook.hang_up()
        wait_until(lambda: not ask(webhook, "/validate", WRONG)["allowed"])
        wait_until(lambda: not lines(path)[-1]["response"]["allowed"])
        first, *_, last = lines(path)

    assert (first["elbguard"]["settings"], first["elbguard"]["cluster"]) == ({"ignore": ["ELB301"]}, {})
    assert (last["elbguard"]["settings"], last["elbguard"]["cluster"]) == ({}, {"cluster-type": "turbo"})
    assert ELB + "id" in last["request"]["object"]["metadata"]["annotations"]
    assert elbguard("replay", str(path)).returncode == 0
