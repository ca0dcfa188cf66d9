"""The two webhook configurations with which the tests register elbguard."""

import base64
from typing import Any

NAME = "elbguard"
MUTATING = "mutate.elbguard.io"
VALIDATING = "validate.elbguard.io"
API = "/apis/admissionregistration.k8s.io/v1"
MUTATING_PATH = f"{API}/mutatingwebhookconfigurations"
VALIDATING_PATH = f"{API}/validatingwebhookconfigurations"


def mutating(url: str, ca_pem: bytes) -> dict[str, Any]:
    """Return the mutating configuration, which lets everything pass when the webhook cannot be called."""
    webhook = _webhook(MUTATING, url, ca_pem) | {"failurePolicy": "Ignore", "reinvocationPolicy": "IfNeeded"}
    return _configuration("MutatingWebhookConfiguration", webhook)


def validating(url: str, ca_pem: bytes) -> dict[str, Any]:
    """Return the validating configuration, which fails loudly in tests when the webhook cannot be called."""
    webhook = _webhook(VALIDATING, url, ca_pem) | {"failurePolicy": "Fail"}
    webhook["rules"][0]["resources"].append("services/status")
    return _configuration("ValidatingWebhookConfiguration", webhook)


def _configuration(kind: str, webhook: dict[str, Any]) -> dict[str, Any]:
    return {
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": kind,
        "metadata": {"name": NAME},
        "webhooks": [webhook],
    }


def _webhook(name: str, url: str, ca_pem: bytes) -> dict[str, Any]:
    return {
        "name": name,
        "clientConfig": {"url": url, "caBundle": base64.b64encode(ca_pem).decode()},
        "rules": [
            {
                "operations": ["CREATE", "UPDATE"],
                "apiGroups": [""],
                "apiVersions": ["v1"],
                "resources": ["services"],
                "scope": "Namespaced",
            }
        ],
        "sideEffects": "None",
        "timeoutSeconds": 5,
        "admissionReviewVersions": ["v1"],
        "matchPolicy": "Equivalent",
    }
