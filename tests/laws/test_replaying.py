"""What is recorded is enough: judged again it gets the same answer, and nothing is in it that nobody needs."""

import copy
import io
import json
from collections.abc import Iterator
from functools import cache
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elbguard.replay.recordings import past
from elbguard.replay.replay_command import Replayed, replay
from elbguard.settings import Settings
from elbguard.webhook.admission import Admission, Answer
from elbguard.webhook.recording import Record, Recorder, settings_of
from elbguard_rules.core.facts import Cluster
from tests.contract.bodies import READABLE
from tests.support.cases import Case, cases
from tests.support.reviews import ELB, Json, encoded, review, service
from tests.support.trying import THOROUGH

NOBODYS: Final = "hunter2-of-nobody"
NODES: Final = frozenset(map(ip_address, (f"10.1.{n}.{m}" for n in range(20) for m in range(20))))


def with_secrets(manifest: Json) -> Json:
    """A manifest with much in it that is nobody's business."""
    whole = copy.deepcopy(manifest)
    metadata = whole.setdefault("metadata", {})
    if isinstance(metadata, dict):
        metadata["managedFields"] = [{"manager": NOBODYS}]
        metadata["ownerReferences"] = [{"name": NOBODYS}]
        metadata["labels"] = {**(metadata.get("labels") or {}), "team": NOBODYS}
        if isinstance(annotations := metadata.get("annotations", {}), dict):
            more = {"kubectl.kubernetes.io/last-applied-configuration": NOBODYS, "example.com/token": NOBODYS}
            metadata["annotations"] = {**annotations, **more}
    return whole


class Recording:
    """A recording that is made and replayed without a server."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._asked = 0
        self._begin()

    def _begin(self) -> None:
        self._recorder = Recorder(Record(self.path, 1 << 30))
        self._recorder.start()

    def ask(self, settings: Settings, body: bytes, cluster: Cluster | None = None) -> tuple[Answer, Answer]:
        """Ask both questions and record the answers."""
        self._asked += 1
        if self._asked % 200 == 0:  # so that the queue is never full
            self._recorder.stop()
            self._begin()
        facts = settings.cluster.above(cluster or Cluster())
        judge = decisions(json.dumps(settings_of(settings)))
        judge.cluster = facts
        answers = judge.admission.validate(body), judge.admission.mutate(body)
        for path, answer in zip(("/validate", "/mutate"), answers, strict=True):
            self._recorder.note(path, body, answer, facts, settings_of(settings))
        return answers

    def end(self) -> list[Json]:
        """Write all of it, and give its lines."""
        self._recorder.stop()
        return [json.loads(line) for line in self.path.read_text().splitlines()] if self.path.exists() else []

    def replayed(self) -> tuple[int, str, str]:
        """Replay it: the exit code and what is printed."""
        out, err = io.StringIO(), io.StringIO()
        code = replay(Replayed(self.path, "text", Settings(), {}, whole=False), out, err)
        return code, out.getvalue(), err.getvalue()


class Decisions:
    """The decisions by some settings, whatever the facts."""

    def __init__(self, settings: Settings) -> None:
        self.settings, self.cluster = settings, Cluster()
        self.admission = Admission(settings, lambda: self.cluster)


@cache
def decisions(settings: str) -> Decisions:
    """The decisions by settings as a recording has them."""
    return Decisions(Settings.model_validate_json(settings))


def again(line: Json) -> Json:
    """The answer to a recorded review."""
    recorded = past(line)
    judge = decisions(json.dumps(recorded.settings))
    judge.cluster = recorded.cluster
    ask = judge.admission.mutate if recorded.path == "/mutate" else judge.admission.validate
    answer: Json = json.loads(ask(encoded(line)).body)
    return answer


@pytest.fixture
def recording(tmp_path: Path) -> Iterator[Recording]:
    """An empty recording."""
    made = Recording(tmp_path / "asked.jsonl")
    yield made
    made.end()


def asked_of(case: Case, *, also_unchanged: bool) -> Iterator[Json]:
    """The reviews of a case: as it says, and as an update that changes nothing."""
    before = case.document.before
    old = case.document.service.old
    new = with_secrets(case.manifest)
    yield review(new, with_secrets(dict(old.raw)) if before and old else None, userInfo={"username": NOBODYS})
    if also_unchanged:
        yield review(new, with_secrets(case.manifest), userInfo={"username": NOBODYS})


def test_every_case_is_answered_in_the_same_words_from_its_recording(recording: Recording) -> None:
    answers: list[bytes] = []
    tried = cases()[:: 1 if THOROUGH else 4]
    for number, case in enumerate(tried):
        cluster = Cluster(node_ips=NODES) if number % 2 else None
        for asked in asked_of(case, also_unchanged=number % 8 == 0):
            answers += [each.body for each in recording.ask(Settings(**case.settings), encoded(asked), cluster)]
    lines = recording.end()

    assert len(lines) == len(answers) >= 2 * len(tried)
    for line, answer in zip(lines, answers, strict=True):
        if b"[ELB901]" not in answer:  # which repeats what is no text, and is not kept
            assert again(line) == json.loads(answer)
    code, out, err = recording.replayed()
    assert (code, err) == (0, "")
    assert out.startswith(f"{len(answers)} verdicts compared")
    assert out.endswith("none differs\n")
    assert NOBODYS not in recording.path.read_text()


@pytest.mark.parametrize("body", READABLE.values(), ids=READABLE)
def test_a_hostile_body_is_answered_the_same_again_or_not_recorded(recording: Recording, body: bytes) -> None:
    recording.ask(Settings(), body)
    lines = recording.end()
    code, out, _ = recording.replayed()

    assert code == (0 if lines else 2), out


TEXTS: Final = st.dictionaries(st.text(max_size=12), st.text(max_size=12) | st.integers() | st.none(), max_size=5)
ODD: Final = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5), lambda a: st.lists(a) | TEXTS
)


@given(ODD | TEXTS, ODD | TEXTS, st.booleans())
def test_odd_objects_are_answered_the_same_again(
    tmp_path_factory: pytest.TempPathFactory, annotations: Any, labels: Any, has_more: bool
) -> None:
    recording = Recording(tmp_path_factory.mktemp("odd") / "asked.jsonl")
    odd = service(annotations, {"labels": labels} if has_more else None)
    recording.ask(Settings(), encoded(review(odd)))
    recording.ask(Settings(), encoded(review(service({ELB + "id": "x"}), odd)))
    recording.ask(Settings(), encoded(review(odd, service({ELB + "class": "union"}))))

    assert recording.end()
    assert recording.replayed()[0] == 0


def test_annotations_at_their_limit_are_too_large_again(recording: Recording) -> None:
    for size in (262_000, 262_143, 262_144, 262_200, 262_300):
        filler = {ELB + "id": "5083f225-9bf8-48fa-9c8b-67bd9693c4c0", "example.com/text": "s" * (size - 80)}
        recording.ask(Settings(), encoded(review(service(filler))))
        recording.ask(Settings(), encoded(review(service(filler), service({}))))
    verdicts = {line["response"]["allowed"] for line in recording.end()}

    assert verdicts == {True, False}
    assert recording.replayed()[0] == 0
    assert "sss" not in recording.path.read_text()
