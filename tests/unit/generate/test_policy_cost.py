"""The policy costs the API server next to nothing, whatever an author sends: what is evaluated is counted, not timed.

An API server evaluates every match condition, whatever the first says, and where all hold every validation, every
message, broken or not, and the audit annotations; each of the three kinds looks its variables up anew.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, Final

import pytest

from elbguard.policy.view import MOST, MOST_ANNOTATIONS, MOST_CHARACTERS
from elbguard.settings import Settings
from elbguard_rules.guard import ANNOTATIONS
from tests.support.apiserver import Evaluation, Policy, policies, request
from tests.unit.generate.celtree import Bounds, counted
from tests.unit.generate.test_policy import DEFAULT, GIVEN, WRONG, ids

pytestmark = pytest.mark.thorough

HEEDING: Final = Settings(**{**GIVEN.model_dump(), "heed_ignore": True})
ANNOTATED: Final = ("object.metadata.annotations", "oldObject.metadata.annotations")


class Counting(Evaluation):
    """An evaluation that counts: in `steps` what macros evaluate, in `read` tens of characters and entries of lists."""

    def __init__(self, spec: Mapping[str, Any], given: Mapping[str, Any]) -> None:
        self.steps = self.read = 0
        super().__init__(spec, given)

    def written(self, expression: str) -> str:
        """The expression with calls that count."""
        return counted(expression)

    def functions(self) -> dict[str, Callable[..., Any]]:
        """Those of an API server, and those that count."""
        return {**super().functions(), "step": self._step, "read": self._count_read, "measure": self._measure}

    def _step(self, value: Any) -> Any:
        self.steps += 1
        return value

    def _measure(self, value: Any) -> Any:
        return self._count_read(value) if isinstance(value, str) else value  # a list knows its size

    def _count_read(self, value: Any) -> Any:
        self.read += 1 + (len(value) // 10 if isinstance(value, str) else len(value))
        return value


def count(policy: Policy, new: Any, old: Any) -> Counting:
    """Everything that an API server evaluates for one request."""
    counting, plain = Counting(policy.spec, request(new, old)), Evaluation(policy.spec, request(new, old))
    if counting.matches:
        asked = [each["expression"] for each in policy.spec["validations"]]
        asked += [each["valueExpression"] for each in policy.spec["auditAnnotations"]]
        for each in policy.spec["validations"]:
            with suppress(RuntimeError, ValueError, KeyError, IndexError):  # where nothing is broken, none is named
                if "messageExpression" in each:
                    plain.value(each["messageExpression"])
                    asked.append(each["messageExpression"])
        counting.values(asked)
    return counting


def annotated(annotations: Mapping[str, str], **spec: Any) -> Any:
    """A Service with mistakes, with further annotations and another spec."""
    metadata = {**WRONG["metadata"], "annotations": {**WRONG["metadata"]["annotations"], **annotations}}
    return {"metadata": metadata, "spec": {**WRONG["spec"], **spec}}


def everywhere(text: str) -> dict[str, str]:
    """One text in every annotation that we know."""
    return {owner.key: text for owner in ANNOTATIONS}


def listeners(count: int) -> str:
    return ",".join(f"{('https', 'quic')[i % 2]}:{1 + i % 65535}" for i in range(count))


def ports(count: int) -> list[dict[str, Any]]:
    return [{"port": 1 + i % 65535, "protocol": ("TCP", "UDP", "SCTP")[i % 3]} for i in range(count)]


GROWING: Final[dict[str, Callable[[int], Any]]] = {
    "annotations of ours": lambda n: annotated({f"kubernetes.io/elb.x{i}": "y" for i in range(n)}),
    "annotations of Kubernetes": lambda n: annotated({f"kubernetes.io/x{i}": "y" for i in range(n)}),
    "annotations of others": lambda n: annotated({f"example.com/x{i}": "y" for i in range(n)}),
    "a long text of others": lambda n: annotated({"kubectl.kubernetes.io/last-applied-configuration": "x" * n}),
    "a long suppression": lambda n: annotated({"elbguard.io/ignore": "ELB999," * n}),
    "letters": lambda n: annotated(everywhere("x" * n)),
    "blanks": lambda n: annotated(everywhere(" " * n)),
    "braces": lambda n: annotated(everywhere("{" + " " * n + "}")),
    "empty entries": lambda n: annotated(everywhere("," * n)),
    "entries": lambda n: annotated(everywhere("x" + ",x" * n)),
    "tags": lambda n: annotated(everywhere(",".join(f"k{i}=v" for i in range(n)))),
    "the same listener": lambda n: annotated(everywhere("https:443" + ",https:443" * (n - 1))),
    "listeners": lambda n: annotated(everywhere(listeners(n))),
    "ports": lambda n: annotated({}, ports=ports(n)),
    "listeners and ports": lambda n: annotated(everywhere(listeners(n)), ports=ports(n)),
    "other listeners and ports": lambda n: annotated(everywhere(listeners(n)), ports=ports(2 * n)[n:]),
    "external addresses": lambda n: annotated({}, externalIPs=[f"10.0.{i // 256}.{i % 256}" for i in range(n)]),
    "sources": lambda n: annotated({}, loadBalancerSourceRanges=["10.0.0.0/8"] * n),
    "status": lambda n: {**WRONG, "status": {"loadBalancer": {"ingress": [{"ip": "10.0.0.1"}] * n}}},
}
MOMENTS: Final[dict[str, Callable[[Any], tuple[Any, Any]]]] = {
    "created": lambda grown: (grown, None),
    "sent again": lambda grown: (grown, grown),
    "shrunk": lambda grown: (WRONG, grown),
}
BEYOND: Final = 20_000  # past every limit
FEW_STEPS: Final = 60
MOST_STEPS: Final = 6_000  # whatever is sent
MOST_READ: Final = 500_000  # Kubernetes itself, which counts alike, stops at ten million


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("kind", GROWING)
def test_evaluations_grow_in_proportion_and_end(kind: str, moment: str) -> None:
    policy = policies(HEEDING)["Deny"]

    for size in (25, 100, 8_000):
        counting = count(policy, *MOMENTS[moment](GROWING[kind](size)))
        assert counting.steps <= min(FEW_STEPS * size, MOST_STEPS)
        assert counting.read <= MOST_READ


@pytest.mark.parametrize("kind", GROWING)
def test_what_is_beyond_all_limits_is_hardly_looked_at(kind: str) -> None:
    grown = GROWING[kind](BEYOND)
    counting = count(policies(HEEDING)["Deny"], grown, grown)

    assert counting.steps <= FEW_STEPS
    assert counting.read <= 2 * BEYOND


@pytest.mark.parametrize("settings", [DEFAULT, HEEDING], ids=["default", "all facts"])
def test_whatever_is_gone_through_has_a_bound(settings: Settings) -> None:
    for each in policies(settings).values():
        conditions, rest = Bounds(frozenset()), Bounds(frozenset(ANNOTATED))  # these are bounded by the first condition
        for condition in each.spec["matchConditions"]:
            conditions.look(condition["expression"])
        for variable in each.spec["variables"]:
            rest.variable(variable["name"], variable["expression"])
        for said in [*each.spec["validations"], *each.spec["auditAnnotations"]]:
            for name in said.keys() & {"expression", "messageExpression", "valueExpression"}:
                rest.look(said[name])

        assert conditions.faults + rest.faults == []
        assert {"listeners", "ports", "given", "changed"} <= rest.variables


@pytest.mark.parametrize(
    "expression",
    [
        "object.spec.ports.all(port, port.port > 0)",
        "object.spec.ports.size() <= 100 || object.spec.ports.all(port, port.port > 0)",
        "object.spec.ports.size() > 100 && object.spec.ports.all(port, port.port > 0)",
        "object.spec.ports.size() <= 100000 && object.spec.ports.all(port, port.port > 0)",
        "object.spec.ports.size() <= 100 && object.spec.externalIPs.exists(ip, ip == '')",
        "object.spec.ports.size() <= 100 ? true : object.spec.ports.all(port, port.port > 0)",
        "variables.annotations['kubernetes.io/elb.acl-id'].split(',').exists(id, id == '')",
        "variables.unknown.filter(entry, entry == '').size() == 0",
        "variables.few.map(one, one + object.spec.ports.map(port, port.name).join(','))",
        "variables.few.exists(one, variables.few.exists(other, one != other))",
    ],
)
def test_an_expression_that_goes_through_what_has_no_bound_is_noticed(expression: str) -> None:
    bounds = Bounds(frozenset())
    bounds.variable("few", "object.spec.ports.size() <= 100 ? object.spec.ports : []")
    bounds.look("object.spec.ports.size() <= 100 && has(object.spec.ports) && object.spec.ports.all(port, true)")
    bounds.look("variables.few.filter(one, one != '').all(one, one != 'x') && ['a'].exists(one, one in variables.few)")
    assert bounds.faults == []

    bounds.look(expression)

    assert bounds.faults


def test_evaluations_are_counted() -> None:
    counting = Counting({"matchConditions": [], "variables": []}, request({"names": ["a,b", "c,d"]}, None))
    product = "object.names.all(one, object.names.all(other, other.split(',').size() == 2 && one in object.names))"

    assert counting.value(product) is True
    assert counting.steps == 2 + 2 * 2
    assert counting.read == 2 * 2 * (1 + 1 + 2)  # a short text; a list of two


@pytest.mark.parametrize(
    ("fits", "exceeds"),
    [
        (GROWING["annotations of ours"](MOST_ANNOTATIONS - 1), GROWING["annotations of ours"](MOST_ANNOTATIONS)),
        (GROWING["annotations of others"](MOST_ANNOTATIONS - 1), GROWING["annotations of others"](MOST_ANNOTATIONS)),
        (
            annotated({"kubernetes.io/elb.x": "x" * MOST_CHARACTERS}),
            annotated({"kubernetes.io/elb.x": "x" * (MOST_CHARACTERS + 1)}),
        ),
    ],
    ids=["annotations", "annotations of others", "characters"],
)
def test_services_beyond_a_limit_pass(fits: Any, exceeds: Any) -> None:
    asked = policies(DEFAULT)["Deny"]

    assert "ELB101" in ids(asked.refusals(fits))
    assert asked.refusals(exceeds) == []
    assert asked.refusals(exceeds, None) == asked.refusals(exceeds, CLEAN) == asked.refusals(WRONG, exceeds) == []
    assert ids(asked.refusals(WRONG, CLEAN)) >= {"ELB101"}
    assert asked.audited(exceeds) == {}


CLEAN: Final = {"metadata": {**WRONG["metadata"], "annotations": {}}, "spec": WRONG["spec"]}


def test_long_texts_and_lists_that_no_rule_reads_change_nothing() -> None:
    asked = policies(HEEDING)["Deny"]
    plain = asked.refusals(annotated({}))

    assert {"ELB101", "ELB110"} <= ids(plain)
    for kind in ("a long text of others", "sources", "status"):
        assert asked.refusals(GROWING[kind](BEYOND)) == plain


def mistaken(count: int) -> Any:
    """Lists of so many entries, all of them wrong, and another mistake."""
    wrong = {"kubernetes.io/elb.tags": "x" + ",x" * (count - 1), "kubernetes.io/elb.protocol-port": listeners(count)}
    return annotated(wrong, ports=[{"port": 70_000 - i, "protocol": "SCTP"} for i in range(count)])


def test_beside_lists_that_are_too_long_other_rules_go_on() -> None:
    asked = policies(DEFAULT)["Deny"]

    assert {"ELB116", "ELB520", "ELB651"} <= ids(asked.refusals(mistaken(MOST)))
    assert ids(asked.refusals(mistaken(MOST + 1))) == {"ELB101", "ELB110"}


def test_what_a_list_too_long_had_before_is_not_refused_in_a_shorter_one() -> None:
    asked = policies(DEFAULT)["Deny"]

    assert {"ELB116", "ELB520", "ELB651"} <= ids(asked.refusals(mistaken(MOST), WRONG))
    assert asked.refusals(mistaken(MOST), mistaken(MOST + 1)) == []


def test_a_suppression_too_long_to_be_read_is_heeded() -> None:
    asked = policies(HEEDING)["Deny"]

    assert asked.refusals(annotated({"elbguard.io/ignore": "ELB999: " + "x" * 1000}))
    assert asked.refusals(annotated({"elbguard.io/ignore": "ELB999: " + "x" * 1020})) == []
