"""The policy refuses what elbguard refuses: the same rules on the same manifests, as far as CEL can see."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from kubernetes_validate import validate  # type: ignore[import-untyped]

from elbguard.policy.admission_policy import policy
from elbguard.policy.validations import left_out, validations
from elbguard.settings import Settings
from elbguard_rules.core.finding import Finding
from elbguard_rules.core.problem import Severity
from elbguard_rules.core.service import Service
from elbguard_rules.guard import RULES
from tests.generators.casefile import loaded
from tests.generators.conditions import guard
from tests.support.apiserver import policies, stored
from tests.support.built import POLICY, POLICY_AUDIT, built
from tests.support.cases import JUDGED, Case, each_case
from tests.support.command import Done, elbguard
from tests.support.corpus import FOLDER, read_corpus
from tests.support.trying import THOROUGH
from tests.unit.manifests.test_schemas import NEWEST

DEFAULT = Settings()
GIVEN = Settings(  # every fact that can be given: all rules that depend on one
    cluster_version="v1.11.3-r0",  # type: ignore[arg-type] # as a flag gives it
    cluster_type="turbo",
    proxy_mode="ipvs",
    node_ip=("192.168.0.12",),  # type: ignore[arg-type]
)
_ID = re.compile(r"\[(ELB\d{3})\] \(elbguard\)$")


def _is_tried(case: Case) -> bool:
    """An API server lets only texts come that far; outside CI it is every other case, and none of each release."""
    is_asked = THOROUGH or (case.document.line % 2 and not case.document.releases)
    return bool(is_asked) and _all_text(case.manifest)


def _all_text(manifest: Mapping[str, Any]) -> bool:
    annotations = (manifest.get("metadata") or {}).get("annotations") or {}
    return all(isinstance(text, str) for text in annotations.values())


def settings_of(case: Case) -> Settings:
    return Settings(**case.settings)


def ids(said: list[str]) -> set[str]:
    found = [_ID.search(message) for message in said]
    assert all(found)
    return {match[1] for match in found if match}


def errors(settings: Settings, new: Mapping[str, Any], old: Mapping[str, Any] | None) -> list[Finding]:
    service = Service(new, Service(old) if old else None)
    review = guard(settings).review(service, settings.cluster)
    assert not review.faults
    return [finding for finding in review.findings if finding.severity is Severity.ERROR]


def judged(case: Case) -> tuple[list[str], dict[str, str], list[Finding]]:
    """What the policy says and notes and what elbguard says of a document, the latter of what both can see."""
    settings = settings_of(case)
    before = case.document.before
    new, old = stored(case.manifest), stored(loaded(before)) if before else None
    said, audited = policies(settings)["Deny"].judged(new, old)
    exported = _exported(settings.model_dump_json())
    found = (finding for finding in errors(settings, new, old) if finding.rule.id in exported)
    seen = [finding for finding in found if not _otherwise_spelt(finding, settings)]
    return said, audited, seen


@cache
def _exported(settings: str) -> set[str]:
    return {each.rule.id for each in validations(Settings.model_validate_json(settings))}


def _otherwise_spelt(finding: Finding, settings: Settings) -> bool:
    """Whether it is about an address that is not written as the nodes' are: CEL compares texts."""
    return finding.rule.id == "ELB640" and finding.problem.value not in [str(ip) for ip in settings.node_ip]


@each_case(*JUDGED)
def test_refuses_exactly_what_elbguard_refuses_in_the_same_words(case: Case) -> None:
    if not _is_tried(case):
        return
    said, audited, findings = judged(case)
    ours = {_plain(f"{finding.field}: {finding.message} (elbguard)") for finding in findings}

    assert ids(said) == {finding.rule.id for finding in findings}
    assert audited == ({"violations": " ".join(sorted(ids(said)))} if said else {})
    if case.verdict.removeprefix("after ") in ("admit", "warn", "skip"):
        assert said == []
    for message in map(_plain, said):
        digits = re.sub(r'must be a string of digits, such as "\d+", ', "must be ", message)  # said of every number
        assert {message, digits} & ours or message[-7:-1] in _OTHER_WORDS, ours


def _plain(message: str) -> str:
    """A message without places in lists, suggestions, variables left unfilled and keys misplaced: CEL names none."""
    message = message.removesuffix(" (elbguard)")
    where, _, rest = message.partition(": ")
    place = re.sub(r"(\[\d+\])+(\.\w+)?$", "", where)
    return f"{place}: {_NOT_SAID.sub('', rest)}"


_NOT_SAID = re.compile(
    r"((; that is a word of [^;]*)?(; did you mean .*?\?)?|; \S+ (in \S+ )?is not read: .*?)(?= \[ELB)"
    r"|a variable was left unfilled: \S+; "
)
# Whose findings are worded by what is wrong with an entry: the policy has one sentence for all.
_OTHER_WORDS = {"ELB116", "ELB501"}


@each_case(*JUDGED if THOROUGH else ("deny", "after deny"))
def test_refuses_nothing_that_was_so_before(case: Case) -> None:
    new = stored(case.manifest)

    assert not _is_tried(case) or policies(settings_of(case))["Deny"].refusals(new, new) == []


@pytest.mark.parametrize("settings", [DEFAULT, GIVEN], ids=["no facts", "all facts"])
def test_every_error_is_in_the_policy_or_has_a_reason_why_not(settings: Settings) -> None:
    there = {each.rule.id for each in validations(settings)}
    absent = {id_ for ids in left_out(settings).values() for id_ in ids}

    assert left_out(settings).get("", []) == [], "say them in policy/restated.py, or why not in LEFT_OUT there"
    assert there | absent == {id_ for id_, rule in RULES.items() if rule.severity is Severity.ERROR}
    assert not there & absent


def test_no_fact_is_missing_where_all_are_given() -> None:
    assert not [reason for reason in left_out(GIVEN) if "facts of the cluster" in reason]


@pytest.mark.skipif(not read_corpus(), reason=f"no corpus of documentation examples at {FOLDER}")
@pytest.mark.parametrize("version", [None, "v1.23.18-r0", "v1.31.4-r0"])
def test_refuses_no_example_of_the_documents_that_elbguard_admits(version: str | None) -> None:
    settings = Settings(cluster_version=version)  # type: ignore[arg-type] # as a flag gives it
    asked = policies(settings)["Deny"]
    manifests = {entry.file: stored(entry.service()) for entry in read_corpus()}
    refused = {file: asked.refusals(manifest) for file, manifest in manifests.items() if _all_text(manifest)}

    assert len(manifests) > 50
    for file, said in refused.items():
        assert ids(said) <= {finding.rule.id for finding in errors(settings, manifests[file], None)}, file


WRONG: Any = {
    "metadata": {"name": "web", "namespace": "shop", "annotations": {"kubernetes.io/elb.class": "shared"}},
    "spec": {"type": "LoadBalancer", "ports": [{"port": 80, "protocol": "TCP"}]},
}


def changed(**parts: Any) -> Any:
    """The wrong Service with other parts of metadata, or with another spec."""
    spec = parts.pop("spec", {})
    return {"metadata": {**WRONG["metadata"], **parts}, "spec": {**WRONG["spec"], **spec}}


@pytest.mark.parametrize(
    "service",
    [
        pytest.param(changed(spec={"type": "ClusterIP"}), id="of-another-type"),
        pytest.param(changed(spec={"loadBalancerClass": "example.com/metal"}), id="of-another-controller"),
        pytest.param(changed(deletionTimestamp="2026-11-20T10:00:00Z"), id="being-deleted"),
        pytest.param(changed(annotations={"kubernetes.io/hws-hostNetwork": "yes"}), id="without-our-annotations"),
        pytest.param({"metadata": {"name": "web"}, "spec": WRONG["spec"]}, id="without-annotations"),
    ],
)
def test_other_services_are_not_judged(service: Any) -> None:
    assert ids(policies(DEFAULT)["Deny"].refusals(WRONG)) == {"ELB101", "ELB110"}
    assert policies(DEFAULT)["Deny"].refusals(service) == []


@pytest.mark.parametrize(
    ("user", "exempt"),
    [
        ("system:serviceaccount:kube-system:service-controller", True),
        ("system:kube-controller-manager", True),
        ("system:serviceaccount:kube-systems:x", False),
        ("ada@example.com", False),
    ],
)
def test_exempt_users_pass(user: str, exempt: bool) -> None:
    assert (policies(DEFAULT)["Deny"].refusals(WRONG, user=user) == []) == exempt


def test_users_are_exempt_by_the_patterns_of_the_settings() -> None:
    asked = policies(Settings(exempt_user=("ci-?", "bot-[!0-9]*", "root")))["Deny"]
    passes = {
        user for user in ("ci-1", "ci-12", "bot-x", "bot-7", "root", "roots") if not asked.refusals(WRONG, user=user)
    }

    assert passes == {"ci-1", "bot-x", "root"}


def test_a_service_that_becomes_a_load_balancer_is_judged_as_a_creation() -> None:
    asked = policies(DEFAULT)["Deny"]

    assert asked.refusals(WRONG, WRONG) == []
    assert ids(asked.refusals(WRONG, changed(spec={"type": "NodePort"}))) == {"ELB101", "ELB110"}


def test_rules_go_as_the_operator_wants() -> None:
    ignored = Settings(ignore=("ELB101",), severity={"ELB110": Severity.WARNING})
    raised = Settings(severity={"ELB545": Severity.ERROR})

    assert policies(ignored)["Deny"].refusals(WRONG) == []
    assert policies(ignored)["Deny"].size == policies(DEFAULT)["Deny"].size - 2
    assert policies(raised)["Deny"].size == policies(DEFAULT)["Deny"].size + 1


@pytest.mark.parametrize(("mode", "action"), [("enforce", "Deny"), ("warn", "Warn"), ("audit", "Audit")])
def test_errors_go_by_the_mode(mode: Any, action: str) -> None:
    made = policies(Settings(mode=mode))

    assert made.keys() == {action}
    assert ids(made[action].refusals(WRONG)) == {"ELB101", "ELB110"}


def test_errors_go_by_the_mode_of_their_namespace() -> None:
    exceptions: Any = (
        {"mode": "warn", "namespaces": ["dev-*", "lab"]},
        {"mode": "audit", "rules": ["ELB110"]},
        {"mode": "off", "namespaces": ["dev-old"]},
        {"mode": "enforce", "namespaces": ["dev-new"], "rules": ["ELB101"]},
    )
    made = policies(Settings(modes=exceptions))
    goes = {
        namespace: {action: ids(each.refusals(WRONG, namespace=namespace)) for action, each in made.items()}
        for namespace in ("shop", "dev-one", "lab", "dev-old", "dev-new")
    }

    assert goes == {
        "shop": {"Deny": {"ELB101"}, "Warn": set(), "Audit": {"ELB110"}},
        "dev-one": {"Deny": set(), "Warn": {"ELB101"}, "Audit": {"ELB110"}},
        "lab": {"Deny": set(), "Warn": {"ELB101"}, "Audit": {"ELB110"}},
        "dev-old": {"Deny": set(), "Warn": set(), "Audit": set()},
        "dev-new": {"Deny": {"ELB101"}, "Warn": set(), "Audit": {"ELB110"}},
    }


def test_suppressions_of_the_author_count_where_the_operator_heeds_them() -> None:
    wanted = {**WRONG["metadata"]["annotations"], "elbguard.io/ignore": "elb206, ELB101: a mutator of ours translates"}
    service = changed(annotations=wanted)

    assert ids(policies(DEFAULT)["Deny"].refusals(service)) == {"ELB101", "ELB110"}
    assert ids(policies(Settings(heed_ignore=True))["Deny"].refusals(service)) == {"ELB110"}


def test_what_was_excused_and_is_no_longer_is_no_old_mistake() -> None:
    wrong = {"kubernetes.io/elb.class": "shared", "kubernetes.io/elb.tags": "a", "kubernetes.io/elb.tls-ciphers": "x"}
    excuse = {"elbguard.io/ignore": "ELB101, ELB116, no-load-balancer: a mutator of ours translates"}
    excused, bare = changed(annotations=wrong | excuse), changed(annotations=wrong)
    heeding, deaf = policies(Settings(heed_ignore=True))["Deny"], policies(DEFAULT)["Deny"]

    assert heeding.refusals(excused, excused) == heeding.refusals(bare, bare) == deaf.refusals(bare, excused) == []
    assert ids(heeding.refusals(bare, excused)) == {"ELB101", "ELB110", "ELB116"}
    less = {"elbguard.io/ignore": "ELB101: a mutator of ours translates"}
    assert ids(heeding.refusals(changed(annotations=wrong | less), excused)) == {"ELB110", "ELB116"}


@pytest.mark.parametrize("count", [1, 10, 11, 100])
def test_a_refusal_names_ten_ports_at_most_in_the_words_of_elbguard(count: int) -> None:
    texts = {"kubernetes.io/elb.id": "e", "kubernetes.io/elb.protocol-port": "http:80"}
    new = changed(annotations=texts, spec={"ports": [{"port": 1000 + n, "protocol": "TCP"} for n in range(count)]})
    [said] = policies(DEFAULT)["Deny"].refusals(new)

    assert {_plain(said)} == {_plain(f"{f.field}: {f.message} (elbguard)") for f in errors(DEFAULT, new, None)}
    assert (f"and {count - 10} more" in said) == (count > 10)


@pytest.mark.parametrize(("folder", "audit_only"), [(POLICY, False), (POLICY_AUDIT, True)])
def test_kustomize_builds_what_the_command_prints(folder: str, audit_only: bool) -> None:
    key = lambda each: each["kind"]  # noqa: E731
    printed = yaml.safe_load_all(policy(DEFAULT, audit_only=audit_only))

    assert sorted(built(folder), key=key) == sorted(printed, key=key)


MODES: Any = Settings(modes=({"mode": "warn", "namespaces": ["dev"]}, {"mode": "audit", "rules": ["ELB110"]}))  # type: ignore[arg-type] # as a file gives it


@pytest.mark.parametrize("settings", [DEFAULT, GIVEN, MODES], ids=["default", "all facts", "modes"])
def test_a_refusal_is_forbidden_so_that_nobody_deletes_what_is_live(settings: Settings) -> None:
    # kubectl apply --force and Flux with force delete and make anew what was refused as Invalid, and by default it is.
    said = [each["spec"].get("validations", []) for each in yaml.safe_load_all(policy(settings))]

    assert {each["reason"] for validations in said for each in validations} == {"Forbidden"}


def test_all_broken_rules_are_audited_and_named_in_few_bytes() -> None:
    assert policies(DEFAULT)["Deny"].audited(WRONG) == {"violations": "ELB101 ELB110"}
    assert policies(DEFAULT)["Deny"].audited(WRONG, WRONG) == {}
    for each in policies(GIVEN).values():
        assert each.size * len("ELB999 ") < 10_240  # bytes, which an API server cuts off
        for made in each.spec["auditAnnotations"]:
            assert len(made["valueExpression"]) < 5_120  # which it refuses
            assert re.fullmatch(r"[A-Za-z0-9][-\w.]*", made["key"])


def test_expressions_are_no_longer_than_cel_takes() -> None:
    assert max(map(len, _expressions(GIVEN))) < 50_000  # of 100 000 characters


def test_a_policy_that_only_audits_refuses_and_warns_nothing() -> None:
    documents = list(yaml.safe_load_all(policy(MODES, audit_only=True)))
    bindings = [each["spec"] for each in documents if each["kind"].endswith("Binding")]

    assert [each["validationActions"] for each in bindings] == [["Audit"]] * 3
    assert documents[::2] == list(yaml.safe_load_all(policy(MODES)))[::2]


@pytest.mark.parametrize("version", ["1.30", NEWEST])
def test_fits_the_schemas_of_kubernetes(version: str) -> None:
    made = [*yaml.safe_load_all(policy(DEFAULT)), *yaml.safe_load_all(policy(GIVEN))]

    assert [each["kind"] for each in made] == ["ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"] * 2
    for each in made:
        assert validate(each, version, strict=True) == version


def test_uses_only_what_every_release_with_policies_knows() -> None:
    macros = {"has", "all", "exists", "filter", "map"}
    functions = {"int", "size", "string", "matches", "startsWith", "split", "join", "trim", "lowerAscii"}
    texts = re.compile(r"'(?:[^'\\]|\\.)*'")
    called = {
        name
        for settings in (DEFAULT, GIVEN)
        for expression in _expressions(settings)
        for name in re.findall(r"(\w+)\(", texts.sub("''", expression))
    }

    assert called <= macros | functions


def _expressions(settings: Settings) -> list[str]:
    spec = next(yaml.safe_load_all(policy(settings)))["spec"]
    parts = [*spec["matchConditions"], *spec["variables"], *spec["validations"], *spec["auditAnnotations"]]
    names = ("expression", "messageExpression", "valueExpression")
    return [each[name] for each in parts for name in names if name in each]


def test_every_message_is_one_line_and_names_its_rule() -> None:
    for each in validations(GIVEN):
        assert "\n" not in each.message
        assert ids([each.message]) == {each.rule.id}


def generate(*arguments: str) -> Done:
    return elbguard("generate", *arguments)


@pytest.mark.parametrize("audit_only", [False, True])
def test_the_command_prints_the_policy(audit_only: bool) -> None:
    done = generate("policy", *["--audit-only"] * audit_only)

    assert (done.returncode, done.stderr, done.stdout) == (0, "", policy(DEFAULT, audit_only=audit_only))


def test_the_command_teaches() -> None:
    assert "Kubernetes 1.30" in generate("policy", "--help").stdout
    assert "schemas" in generate("--help").stdout or "generate" in generate("--help").stdout


def test_the_command_leaves_out_what_is_ignored() -> None:
    spec = next(yaml.safe_load_all(generate("policy", "--ignore", "unknown-class").stdout))["spec"]

    assert not [each for each in spec["validations"] if "ELB101" in each["message"]]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["policy", "--ignore", "ELB1O1"], "ELB1O1"),
        (["policy", "--cluster-version", "new"], "cluster version"),
        (["policies"], "'policies'"),
    ],
)
def test_bad_usage_ends_in_a_sentence(arguments: list[str], sentence: str) -> None:
    done = generate(*arguments)

    assert (done.returncode, done.stdout) == (2, "")
    assert sentence in done.stderr


def test_a_mode_without_errors_has_no_policy(tmp_path: Path) -> None:
    config = tmp_path / "elbguard.yaml"
    config.write_text("mode: off\n", encoding="utf-8")
    done = generate("policy", "--config", str(config))

    assert (done.returncode, done.stdout) == (2, "")
    assert "no error is left" in done.stderr
