"""The policy for the API server and elbguard agree on every text, not only on those somebody thought of."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from elbguard.policy.validations import validations
from elbguard.settings import Settings
from elbguard_rules.core.service import Service
from elbguard_rules.guard import ANNOTATIONS
from tests.generators.conditions import guard
from tests.laws.strategies import others, unjudged
from tests.support.apiserver import policies

SETTINGS = Settings(cluster_version="v1.19.8-r0", cluster_type="turbo")  # type: ignore[arg-type] # as a flag gives it
EXPORTED = {each.rule.id for each in validations(SETTINGS)}
SCALAR = sorted(owner.key for owner in ANNOTATIONS if not owner.is_json)
WORDS = [
    "union",
    "performance",
    "true",
    "false",
    "SOURCE_IP",
    "on",
    "off",
    "white",
    "",
    " ",
    "0",
    "7",
    "10",
    "4001",
    "https:443",
]
WORDS += [
    "http:80,tls:443",
    "HTTP:080",
    "http:80,quic:80",
    "http:80,http:80",
    "a,b",
    "a,,b",
    "k=v",
    "k",
    "=v",
    "x" * 101,
    "<id>",
]
ODD = st.text(alphabet="htps:lquic,0123456789=-+_ \n'\"\\é漢", max_size=12)
TEXTS = st.sampled_from(WORDS) | ODD
PORTS = st.lists(
    st.fixed_dictionaries(
        {"port": st.sampled_from([80, 443, 8080]), "protocol": st.sampled_from(["TCP", "UDP", "SCTP"])},
        optional={"name": st.sampled_from(["web", "cce-healthz"])},
    ),
    min_size=1,
    max_size=3,
)


@st.composite
def services(draw: st.DrawFn) -> dict[str, Any]:
    annotations = draw(st.dictionaries(st.sampled_from(SCALAR), TEXTS, max_size=6))
    created = draw(st.sampled_from([None, "{}", '{"type": "inner"}']))
    annotations |= {"kubernetes.io/elb.autocreate": created} if created else {}
    metadata = {"name": "web", "namespace": "shop", "annotations": annotations}
    return {"metadata": metadata, "spec": {"type": "LoadBalancer", "ports": draw(PORTS)}}


def refused_by_elbguard(new: dict[str, Any], old: dict[str, Any] | None = None) -> set[str]:
    review = guard(SETTINGS).review(Service(new, Service(old) if old else None), SETTINGS.cluster)
    return {finding.rule.id for finding in review.errors}


def refused_by_policy(new: dict[str, Any], old: dict[str, Any] | None = None) -> set[str]:
    said = policies(SETTINGS)["Deny"].refusals(new, old)
    return {message.rpartition("[")[2][:6] for message in said}


@given(services())
def test_a_creation_is_refused_by_both_for_the_same_rules(new: dict[str, Any]) -> None:
    assert refused_by_policy(new) == refused_by_elbguard(new) & EXPORTED


@given(services(), services())
def test_an_update_is_never_refused_for_more(new: dict[str, Any], old: dict[str, Any]) -> None:
    assert refused_by_policy(new, old) <= refused_by_elbguard(new, old)


@given(services(), others)
def test_what_nobody_judged_before_is_refused_by_both_for_the_same_rules(new: dict[str, Any], how: str) -> None:
    old = unjudged(new, how)

    assert refused_by_policy(new, old) == refused_by_elbguard(new, old) & EXPORTED
