"""The manifests by Kubernetes' page "Admission Webhook Good Practices": a test for each point that a manifest can show.

What the server does about the other points stands in manifests/README.md, which names every heading of the page.
"""

import re

import pytest

from tests.support.built import BASE, FOLDERS, MANIFESTS, MATCH_CONDITIONS, NAME, SHADOW, Manifest, built

HEADINGS = (
    "Choose an admission control mechanism",
    "Design admission webhooks for low latency",
    "Prevent loops caused by competing controllers",
    "Set a small timeout value",
    "Use a load balancer to ensure webhook availability",
    "Use a high-availability deployment model",
    "Limit the scope of each webhook",
    "Filter for specific requests by using match conditions",
    "Match all versions of an API",
    "Patch only required fields",
    "Don't overwrite array values",
    "Avoid side effects",
    "Avoid self-mutations",
    "Avoid dependency loops",
    "Fail open and validate the final state",
    "Plan for future updates to fields",
    "Prevent your webhook from triggering itself",
    "Don't change immutable objects",
    "Don't rely on mutating webhook invocation order",
    "Ensure that the mutating webhooks in your cluster are idempotent",
    "Ensure that mutations don't violate validations",
    "Validate mutations before admission",
    "Install and enable a mutating webhook",
    "Limit edit access to mutating webhooks",
)
EVERY = pytest.mark.parametrize("folder", FOLDERS)


def exempt(webhook: Manifest, labels: dict[str, str]) -> bool:
    """Whether the namespace selector keeps a namespace with these labels away from the webhook."""
    for each in webhook["namespaceSelector"]["matchExpressions"]:
        within = labels.get(each["key"]) in each["values"]
        if within != {"In": True, "NotIn": False}[each["operator"]]:
            return True
    return False


def test_the_readme_answers_every_heading_of_the_page() -> None:
    text = (MANIFESTS / "README.md").read_text(encoding="utf-8")

    assert tuple(re.findall(r"^\| ([A-Z][^|]+?) \| .*\S.* \|$", text.partition("good practices")[2], re.M)) == HEADINGS


@EVERY
def test_latency_one_mutating_and_one_validating_webhook(folder: str) -> None:
    mutating, validating = built(folder).webhooks

    assert (mutating["name"], validating["name"]) == ("mutate.elbguard.io", "validate.elbguard.io")


@EVERY
def test_small_timeouts(folder: str) -> None:
    # At least two seconds: a 503 with `Retry-After: 1` is repeated within them.
    assert all(2 <= webhook["timeoutSeconds"] <= 5 for webhook in built(folder).webhooks)


@EVERY
def test_availability_several_replicas_behind_a_cluster_ip(folder: str) -> None:
    assert built(folder).one("Service")["spec"]["type"] == "ClusterIP"
    assert built(folder).one("Deployment")["spec"]["replicas"] >= 2


@EVERY
def test_scope_creations_and_updates_of_services_only(folder: str) -> None:
    for webhook, also in zip(built(folder).webhooks, ([], ["services/status"]), strict=True):
        [rule] = webhook["rules"]
        assert rule == {
            "apiGroups": [""],
            "apiVersions": ["v1"],
            "resources": ["services", *also],  # a status may be written together with annotations
            "operations": ["CREATE", "UPDATE"],
            "scope": "Namespaced",
        }


@EVERY
@pytest.mark.parametrize("namespace", ["kube-system", NAME])
def test_scope_not_the_system_and_not_ourselves(folder: str, namespace: str) -> None:
    for webhook in built(folder).webhooks:
        assert exempt(webhook, {"kubernetes.io/metadata.name": namespace, "elbguard.io/fill": "true"})


@EVERY
def test_scope_not_ourselves_either_where_kubernetes_sets_no_such_label(folder: str) -> None:
    labels = built(folder).one("Namespace")["metadata"]["labels"]

    assert all(exempt(webhook, labels) for webhook in built(folder).webhooks)


@EVERY
def test_scope_every_other_namespace_is_judged(folder: str) -> None:
    _, validating = built(folder).webhooks

    assert not exempt(validating, {"kubernetes.io/metadata.name": "shop"})
    assert not exempt(validating, {})


def test_match_conditions_the_same_for_both() -> None:
    mutating, validating = (webhook["matchConditions"] for webhook in built(MATCH_CONDITIONS).webhooks)

    assert mutating == validating
    assert [each["name"] for each in mutating] == [
        "cce-load-balancer",
        "not-being-deleted",
        "not-exempt",
        "not-a-mere-status",
    ]


@EVERY
def test_all_versions_of_an_api(folder: str) -> None:
    assert all(webhook["matchPolicy"] == "Equivalent" for webhook in built(folder).webhooks)


@EVERY
def test_no_side_effects(folder: str) -> None:
    assert all(webhook["sideEffects"] == "None" for webhook in built(folder).webhooks)


@EVERY
def test_the_mutating_webhook_fails_open(folder: str) -> None:
    mutating, _ = built(folder).webhooks

    assert mutating["failurePolicy"] == "Ignore"


@EVERY
def test_the_validating_webhook_insists_only_where_other_services_never_meet_it(folder: str) -> None:
    _, validating = built(folder).webhooks

    assert validating["failurePolicy"] == ("Fail" if "matchConditions" in validating else "Ignore")
    assert ("matchConditions" in validating) == (folder == MATCH_CONDITIONS)


@EVERY
def test_order_the_mutating_webhook_is_asked_again_after_others(folder: str) -> None:
    mutating, _ = built(folder).webhooks

    assert mutating["reinvocationPolicy"] == "IfNeeded"


@EVERY
def test_we_answer_the_version_that_is_asked(folder: str) -> None:
    assert all(webhook["admissionReviewVersions"] == ["v1"] for webhook in built(folder).webhooks)


def test_install_gradually_in_the_shadow_only_labelled_namespaces_are_filled() -> None:
    mutating, _ = built(SHADOW).webhooks

    assert exempt(mutating, {"kubernetes.io/metadata.name": "shop"})
    assert not exempt(mutating, {"kubernetes.io/metadata.name": "shop", "elbguard.io/fill": "true"})


def test_install_the_base_trusts_nobody_before_the_replicas_say_whom() -> None:
    assert not [webhook for webhook in built(BASE).webhooks if "caBundle" in webhook["clientConfig"]]
