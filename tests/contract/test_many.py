"""No sentence names more of an author's entries than anybody reads, and no answer is long."""

import json
import re
from collections.abc import Iterator
from typing import Final

import pytest

from elbguard.settings import Settings
from elbguard.webhook import responses
from elbguard.webhook.admission import Admission
from elbguard_rules.core.facts import Cluster
from elbguard_rules.core.problem import MOST_ENTRIES, MOST_NAMED
from elbguard_rules.core.service import Service
from elbguard_rules.guard import RULES
from tests.generators.casefile import loaded
from tests.generators.conditions import guard
from tests.support.cases import Case, cases
from tests.support.reviews import ELB, Json, encoded, review, service, validate
from tests.support.trying import each_of

pytestmark = pytest.mark.thorough

FIRST: Final = 20_001
_ENTRY: Final = re.compile(r"2[01]\d{3}")  # every number and name below has one of its own
NUMBERS: Final = range(FIRST, FIRST + MOST_ENTRIES)
KINDS: Final = ("TCP", "")  # the last stands for a word of its own at each port


def ports(protocol: str) -> list[Json]:
    return [{"name": f"p{n}", "port": n, "targetPort": n, "protocol": protocol or f"X{n}"} for n in NUMBERS]


def crowded(made: Json) -> Iterator[Json]:
    """A Service with as many ports as are looked at, in several ways; what it had stands before them."""
    spec = made.get("spec") or {}
    own = [port for port in spec.get("ports") or [] if isinstance(port, dict)][:MOST_NAMED]
    for protocol in KINDS:
        yield {**made, "spec": {**spec, "ports": [*own, *ports(protocol)][:MOST_ENTRIES]}}
    texts = (made.get("metadata") or {}).get("annotations") or {}
    listed = {key: _longer(text) for key, text in texts.items()} | {
        ELB + "protocol-port": ",".join(f"{('http', 'tls', 'quic', 'ftp')[n % 4]}:{n}" for n in NUMBERS)
    }
    for given in (listed, texts | {key: [*map(str, NUMBERS)] for key in texts.keys() - {ELB + "id"}}):
        yield {"metadata": {**made["metadata"], "annotations": given}, "spec": {**spec, "ports": ports("TCP")}}


def _longer(text: object) -> object:
    """A list with a thousand more entries, an object with a thousand more members, a text with commas."""
    try:
        value = json.loads(str(text))
    except ValueError:
        value = None
    if isinstance(value, dict):
        members = {
            name: [*each, *map(str, NUMBERS)] if isinstance(each, list) else each for name, each in value.items()
        }
        return json.dumps(members | {f"p{n}": [f"{n},{n}"] for n in NUMBERS})
    if isinstance(value, list):
        return json.dumps([*value, *({"target_service_port": f"TCP:{n}", f"m{n}": "5"} for n in NUMBERS)])
    return f"{text},{','.join(f'e{n}' for n in NUMBERS)}"


def one_for_each_rule() -> dict[str, Case]:
    """The first document that breaks each rule."""
    found: dict[str, Case] = {}
    for case in cases("deny", "warn", "after deny", "after warn"):
        for rule in (each for each in case.about if each not in found):
            if isinstance((case.manifest.get("metadata") or {}).get("annotations"), dict):
                found[rule] = case
    assert len(found) > len(RULES) * 0.9
    return found


OF_RULES: Final = one_for_each_rule()


@each_of(sorted(OF_RULES), by=lambda rule: f"{rule[:4]}xx")
def test_a_sentence_names_ten_entries_at_most_and_an_answer_is_short(rule: str) -> None:
    case = OF_RULES[rule]
    settings = Settings(**case.settings)
    admission, old = Admission(settings), loaded(case.document.before) if case.document.before else None
    for made in crowded(case.manifest):
        found = guard(settings).review(Service(made, Service(old) if old else None), settings.cluster)
        assert not found.faults
        for finding in found.findings[:MOST_ENTRIES]:
            for said in (finding.message, finding.problem.detail, finding.problem.brief):
                assert len(set(_ENTRY.findall(said))) <= MOST_NAMED, said
    answer = admission.validate(encoded(review(made, old))).body  # about the last, of which all texts are lists
    assert len(answer) <= responses.LONGEST_ANSWER


@pytest.mark.parametrize("count", [10, 11, 1000])
def test_a_list_in_the_place_of_a_text_is_not_told_as_a_whole_where_it_is_long(count: int) -> None:
    texts = {ELB + "id": "e", ELB + "acl-id": [f"a{n}" for n in range(count)]}
    [finding] = guard(Settings()).review(Service(service(texts)), Cluster()).errors

    assert len(set(re.findall(r"a\d+", finding.message))) == MOST_NAMED
    assert ("a9" in finding.problem.detail) == (count <= MOST_NAMED)


ADMISSION: Final = Admission(Settings())


def test_the_last_cause_says_how_many_more_there_are() -> None:
    # Of a creation that is refused kubectl prints the causes and not the message.
    wrong = ",".join(f"ftp:{n}" for n in range(1, 501))
    causes = validate(ADMISSION, review(service({ELB + "id": "e", ELB + "protocol-port": wrong}))).causes

    assert len(causes) == responses.MOST_CAUSES
    assert causes[-1]["message"].endswith("; and 400 more problems [ELB501] (elbguard)")
    assert not any("more problems" in cause["message"] for cause in causes[:-1])


def test_causes_that_are_long_are_fewer_and_say_so_too() -> None:
    wide = "\U0001f600" * 300  # four bytes each
    wrong = ",".join(f"{wide}{n}" for n in range(1, 101))
    causes = validate(ADMISSION, review(service({ELB + "id": "e", ELB + "protocol-port": wrong}))).causes

    assert len(json.dumps(causes, ensure_ascii=False).encode()) <= responses.LONGEST_CAUSES + 1024
    assert f"; and {100 - len(causes)} more problem" in causes[-1]["message"]
