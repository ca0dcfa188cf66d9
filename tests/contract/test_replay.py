"""`elbguard replay`: what it reads, what it says, and how it ends."""

import base64
import gzip
import json
from pathlib import Path
from typing import Any, Final

import pytest

from elbguard.replay.lastseen import LastSeen
from elbguard.replay.replay_command import Replayed, replay
from elbguard.settings import Settings
from elbguard.webhook.admission import Admission
from tests.support.command import Done, elbguard
from tests.support.reviews import CONTROLLER, CREATED, ELB, EXISTING, WRONG, Json, encoded, review, service

DENIED: Final = 'admission webhook "validate.elbguard.io" denied the request: '
GOOD: Final = {**EXISTING, ELB + "lb-algorithm": "ROUND_ROBIN"}
WORSE: Final = {**WRONG, ELB + "class": "performant"}


def answered(asked: Json, settings: Settings | None = None, *, mutates: bool = False) -> Json:
    """A review with the response that it gets."""
    admission = Admission(settings or Settings())
    answer = (admission.mutate if mutates else admission.validate)(encoded(asked))
    return {**asked, "response": json.loads(answer.body)["response"]}


def written(path: Path, *documents: object) -> str:
    """A file with a line for each document; bytes are written as they are."""
    lines = (each if isinstance(each, bytes) else json.dumps(each).encode() + b"\n" for each in documents)
    path.write_bytes(b"".join(lines))
    return str(path)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file to replay."""
    return tmp_path / "asked.jsonl"


def replayed(file: Path, *documents: object, flags: tuple[str, ...] = ()) -> Done:
    """Replay documents by the real command."""
    return elbguard("replay", written(file, *documents), *flags)


def differences(done: Done) -> list[tuple[int, str]]:
    """The line and the change of each difference of a JSON report."""
    return [(each["line"], each["change"]) for each in json.loads(done.stdout)["differences"]]


def event(new: Any, verb: str = "create", code: int = 201, **more: Any) -> Json:
    """An event of an audit log, as the API server writes it."""
    place = {"resource": "services", "namespace": "shop", "name": "web", "apiVersion": "v1"}
    return {
        "kind": "Event",
        "apiVersion": "audit.k8s.io/v1",
        "level": "RequestResponse",
        "auditID": "1",
        "stage": "ResponseComplete",
        "requestURI": "/api/v1/namespaces/shop/services",
        "verb": verb,
        "user": {"username": "alice"},
        "objectRef": place | more.pop("place", {}),
        "responseStatus": {"metadata": {}, "code": code},
        "requestObject": new,
        "responseObject": new if code < 300 else None,
        **more,
    }


def refused(new: Any, message: str, verb: str = "create", code: int = 422, **more: Any) -> Json:
    """An event of a request that was refused."""
    status = {"kind": "Status", "message": message, "code": code}
    return event(new, verb, code, responseObject=status, **more)


def denial(annotations: Any, old: Any = None) -> str:
    """The message of a refusal as the API server repeats it."""
    response = answered(review(service(annotations), old and service(old)))["response"]
    return DENIED + str(response["status"]["message"])


def test_every_kind_of_difference_is_named_with_its_line_and_its_reason(file: Path) -> None:
    lax, strict = Settings(ignore=("ELB301",)), Settings()
    done = replayed(
        file,
        answered(review(service(WRONG)), lax),
        answered(review(service(GOOD))),
        {**answered(review(service(WRONG)), strict), "request": review(service(GOOD))["request"]},
        answered(review(service(WORSE)), lax),
        answered(review(service(CREATED)), Settings(no_default=("elb.class",)), mutates=True),
    )

    assert done.returncode == 1
    assert [line for line in done.stdout.splitlines() if not line.startswith(" ")] == [
        f"{file}:1: shop/web CREATE: newly refused: was allowed, is refused (ELB301)",
        f"{file}:3: shop/web CREATE: no longer refused: was refused (ELB301), is allowed",
        f"{file}:4: shop/web CREATE: refused for other rules: was refused (ELB101), is refused (ELB101, ELB301)",
        f"{file}:5: shop/web CREATE: filled in otherwise",
        "5 verdicts compared, of which 2 refused: 4 differ: 1 newly refused, 1 no longer refused,"
        " 1 refused for other rules, 1 filled in otherwise",
    ]
    assert '"ROUND_ROBBIN": supported values' in done.stdout
    assert '    kubernetes.io/elb.class: was nothing, is "union"' in done.stdout


def test_the_same_as_json(file: Path) -> None:
    done = replayed(file, answered(review(service(WRONG)), Settings(ignore=("ELB301",))), flags=("--format", "json"))
    report = json.loads(done.stdout)
    [found] = report["differences"]

    assert (found["line"], found["service"], found["operation"]) == (1, "shop/web", "CREATE")
    assert (found["change"], found["recorded"]["allowed"], found["now"]["rules"]) == ("newly-refused", True, ["ELB301"])
    assert report["summary"]["changes"]["newly-refused"] == 1
    assert report["summary"]["exit_code"] == done.returncode == 1


@pytest.mark.parametrize(
    ("documents", "why"),
    [
        ((), "0 lines"),
        ((b"\n\n",), "2 lines"),
        ((b"no json\n",), "is not JSON"),
        (({"kind": "Pod"},), "is a Pod, neither an AdmissionReview nor an Event"),
        (([1],), "neither an AdmissionReview nor an Event"),
        ((review(service(GOOD)),), "there is no response beside the request"),
        ((answered(review(service(GOOD), operation="DELETE")),), "1 that the webhook does not judge"),
        ((event(service(GOOD), place={"resource": "pods"}),), "1 about other things"),
        ((event(service(GOOD), level="Metadata"),), "have Services logged at level RequestResponse"),
    ],
)
def test_where_nothing_was_compared_it_does_not_look_as_if_all_were_well(file: Path, documents: Any, why: str) -> None:
    done = replayed(file, *documents)

    assert (done.returncode, done.stdout) == (2, "")
    assert why in done.stderr
    assert "no verdict was compared" in done.stderr


def test_a_file_that_is_not_there_is_said_in_one_sentence(tmp_path: Path) -> None:
    done = elbguard("replay", str(tmp_path / "none"))

    assert (done.returncode, done.stderr) == (
        2,
        f"Error: {tmp_path / 'none'}: cannot be read: no such file or directory\n",
    )


def test_broken_lines_are_named_up_to_a_number_and_the_others_are_compared(file: Path) -> None:
    good = json.dumps(answered(review(service(GOOD)))).encode()
    done = replayed(file, *[b"{broken\n"] * 25, good + b"\n", good[:100])

    assert done.returncode == 0
    assert done.stderr.splitlines()[0] == f"{file}:1: note: is not JSON"
    assert done.stderr.splitlines()[-1] == f"{file}: note: 6 more lines could not be read"
    assert len(done.stderr.splitlines()) == 21


def test_a_line_that_is_cut_off_is_said_to_be(file: Path) -> None:
    good = json.dumps(answered(review(service(GOOD)))).encode()
    done = replayed(file, good + b"\n", good[:100])

    assert (done.returncode, done.stderr) == (
        0,
        f"{file}:2: note: is not JSON: it is cut off, or still being written\n",
    )


def test_standard_input_and_gzip_are_read(file: Path, tmp_path: Path) -> None:
    text = json.dumps(answered(review(service(WRONG)))) + "\n"
    packed = tmp_path / "asked.jsonl.gz"
    packed.write_bytes(gzip.compress(text.encode() * 3))

    assert elbguard("replay", "-", stdin=text).returncode == 0
    assert elbguard("replay", str(packed)).stdout.startswith("3 verdicts compared, of which 3 refused: none differs")


def test_gzip_that_is_cut_off_ends_in_2_and_what_came_of_it_is_compared(tmp_path: Path) -> None:
    text = "".join(json.dumps(answered(review(service(GOOD), uid=str(number)))) + "\n" for number in range(2000))
    packed = tmp_path / "asked.jsonl.gz"
    packed.write_bytes(gzip.compress(text.encode())[:-2000])
    done = elbguard("replay", str(packed))

    assert done.returncode == 2
    assert "gzip's data end too early" in done.stderr
    assert "none differs" in done.stdout


def test_what_was_recorded_of_cluster_and_settings_counts_until_something_else_is_given(file: Path) -> None:
    quic = {**EXISTING, ELB + "class": "performance", ELB + "lb-algorithm": "ROUND_ROBIN", ELB + "cert-id": "a" * 32}
    ours: Json = {
        "path": "/validate",
        "cluster": {"cluster-version": "v1.28.15-r0", "proxy-mode": "ipvs", "node-ip": ["10.0.0.1"]},
        "settings": {"ignore": ["ELB301"]},
    }
    node = service({**quic, ELB + "lb-algorithm": "ROUND_ROBBIN"}, externalIPs=["10.0.0.1"])
    settings = Settings.model_validate({**ours["settings"], **ours["cluster"]})
    recorded = {**answered(review(node), settings), "elbguard": ours}
    config = file.with_name("elbguard.yaml")
    config.write_text("profile: huawei\n")

    assert not recorded["response"]["allowed"]
    assert replayed(file, recorded).returncode == 0
    assert "no longer refused" in replayed(file, recorded, flags=("--proxy-mode", "iptables")).stdout
    assert "ELB301, ELB640)" in replayed(file, recorded, flags=("--config", str(config))).stdout


def test_settings_that_this_version_does_not_have_are_named(file: Path) -> None:
    ours = {"path": "/validate", "cluster": {}, "settings": {"ignore": ["ELB999"]}}
    done = replayed(file, {**answered(review(service(GOOD))), "elbguard": ours})

    assert done.returncode == 2
    assert "the recorded settings are none of this version: ignore" in done.stderr


def test_a_record_of_somebody_elses_with_a_patch_is_one_of_mutate(file: Path) -> None:
    recorded = answered(review(service(CREATED)), mutates=True)
    other = [{"op": "add", "path": "/metadata/annotations/kubernetes.io~1elb.class", "value": "performance"}]
    recorded["response"]["patch"] = base64.b64encode(json.dumps(other).encode()).decode()
    done = replayed(file, recorded, flags=("--format", "json"))

    assert differences(done) == [(1, "filled-in-otherwise")]
    assert json.loads(done.stdout)["differences"][0]["filled"][ELB + "class"] == {
        "recorded": "performance",
        "now": "union",
    }


def test_an_audit_log_tells_refusals_of_ours_from_those_of_others(file: Path) -> None:
    done = replayed(
        file,
        refused(service(WRONG), denial(WRONG)),
        refused(service(GOOD), denial(WRONG)),
        refused(service(WRONG), 'admission webhook "other.io" denied the request: no', code=403),
        refused(service(WRONG), 'services "web" already exists', code=409),
        event(service(WRONG), code=422, level="Request"),
        event(service(WRONG)),
        event(service(WRONG), user={"username": CONTROLLER}),
        event(service(WRONG), stage="RequestReceived"),
        flags=("--format", "json"),
    )

    assert differences(done) == [(2, "no-longer-refused"), (6, "newly-refused")]
    assert "something else refused it" in done.stderr
    assert "(and 1 more)" in done.stderr
    assert "the event does not say why" in done.stderr
    assert json.loads(done.stdout)["summary"]["passed_over"] == 1


def test_an_update_is_judged_by_what_the_log_showed_before_and_else_not_at_all(file: Path) -> None:
    unknown = event(service(WRONG), "update", 200)
    seen = event(None, "get", 200, responseObject=service(WRONG))
    patch = {"metadata": {"annotations": {ELB + "lb-algorithm": "ROUND_ROBBING"}}}
    denied = refused(patch, denial({**WRONG, ELB + "lb-algorithm": "ROUND_ROBBING"}, WRONG), "patch", 403)
    done = replayed(
        file,
        unknown,
        event(service(WRONG), "delete", 200, responseObject={"kind": "Status"}),
        unknown | {"responseObject": {}},
        seen,
        unknown,  # an old mistake only warns
        denied,
        refused({"spec": {"ports": []}}, denial(WRONG), "patch", 403),
        flags=("--format", "json"),
    )
    numbers = json.loads(done.stdout)["summary"]

    assert (done.returncode, differences(done)) == (0, [])
    assert (numbers["compared"], numbers["refused"]) == (2, 1)
    assert [each["number"] for each in numbers["not_compared"]] == [2, 1]


def test_at_level_request_a_service_is_known_by_what_was_written(file: Path) -> None:
    asked: Json = {"level": "Request", "responseObject": None}
    done = replayed(
        file,
        event(service(WRONG), **asked, user={"username": CONTROLLER}),
        event(service(WRONG, {"resourceVersion": "5"}), "update", 200, **asked),
        event({"spec": {"ports": []}}, "patch", 200, **asked),  # of which nobody knows what it made
        event(service(WRONG), "update", 200, **asked),
        flags=("--format", "json"),
    )

    assert (done.returncode, differences(done)) == (0, [])
    assert [each["first_line"] for each in json.loads(done.stdout)["summary"]["not_compared"]] == [3, 4]


def test_an_update_after_a_write_that_is_not_in_the_log_is_not_judged(file: Path) -> None:
    by_cce = service({**GOOD, ELB + "lb-algorithm": "SOURCE_IP", "example.com/a": "1"})
    patch = {"metadata": {"annotations": {"example.com/a": "1"}}}
    done = replayed(file, event(service(GOOD)), event(patch, "patch", 200, responseObject=by_cce))
    newer = event(service(WRONG, {"resourceVersion": "7"}), "update", 200)
    put = replayed(file, event(service(GOOD, {"resourceVersion": "5"})), newer)

    assert "something has changed the Service before the update" in done.stderr
    assert "does not show what the Service was like" in put.stderr
    assert (done.returncode, put.returncode) == (0, 0)


def test_the_patch_of_an_event_is_compared_and_applied_before_the_verdict(file: Path) -> None:
    said = {"configuration": "elbguard", "webhook": "mutate.elbguard.io"}
    patch = [{"op": "add", "path": "/metadata/annotations/kubernetes.io~1elb.class", "value": "no-class"}]
    annotations = {
        "mutation.webhook.admission.k8s.io/round_0_index_0": json.dumps({**said, "mutated": True}),
        "patch.webhook.admission.k8s.io/round_0_index_0": json.dumps({**said, "patch": patch}),
    }
    done = replayed(file, event(service(EXISTING), annotations=annotations), flags=("--format", "json"))

    assert differences(done) == [(1, "filled-in-otherwise"), (1, "newly-refused")]
    only_said = {name: text for name, text in annotations.items() if name.startswith("mutation")}
    assert "does not say how" in replayed(file, event(service(EXISTING), annotations=only_said)).stderr


def test_a_status_update_is_judged_where_it_changes_annotations(file: Path) -> None:
    bad = {ELB + "lb-algorithm": "X"}
    status: Json = {"place": {"subresource": "status"}, "verb": "patch", "code": 200}
    done = replayed(
        file,
        event(service(GOOD)),
        event({"status": {}}, responseObject=service(GOOD), **status),
        event({"metadata": {"annotations": bad}}, responseObject=service({**GOOD, **bad}), **status),
        flags=("--format", "json"),
    )

    assert differences(done) == [(3, "newly-refused")]
    assert json.loads(done.stdout)["summary"]["passed_over"] == 1


def test_where_elbguard_was_not_reached_its_verdict_is_not_known(file: Path) -> None:
    opened = {"failed-open.validating.webhook.admission.k8s.io/round_0_index_0": "validate.elbguard.io"}

    assert "was not reached" in replayed(file, event(service(WRONG), annotations=opened)).stderr


def test_a_list_of_events_is_read(file: Path) -> None:
    events = {"kind": "EventList", "apiVersion": "audit.k8s.io/v1", "items": [event(service(GOOD))] * 2}

    assert replayed(file, events).stdout.startswith("2 verdicts compared")


def test_services_seen_least_lately_are_forgotten() -> None:
    seen = LastSeen(most=2000)
    for number in range(100):
        seen.see(service(GOOD, {"name": f"web-{number}", "resourceVersion": "5"}))

    assert seen.get("shop", "web-0") is None
    assert seen.get("shop", "web-99", "5") is not None
    assert seen.get("shop", "web-99", "7") is None


class Terminal:
    """Standard error of somebody who looks at it."""

    def __init__(self) -> None:
        self.text = ""

    def isatty(self) -> bool:
        """Say that it is one."""
        return True

    def write(self, text: str) -> int:
        """Take a text."""
        self.text += text
        return len(text)

    def flush(self) -> None:
        """Do nothing."""


def test_progress_is_shown_on_a_terminal_and_taken_away(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("elbguard.replay.replay_command._PATIENCE", 0.0)
    monkeypatch.setattr("elbguard.replay.replay_command._EVERY", 0.0)
    written(file, *[answered(review(service(GOOD)))] * 50)
    terminal, out = Terminal(), Terminal()
    code = replay(Replayed(file, "text", Settings(), {}, whole=False), out, terminal)  # type: ignore[arg-type]

    assert code == 0
    assert "100 %, 50 lines" in terminal.text
    assert terminal.text.endswith("\r\033[K")
