"""Recorded AdmissionReviews: with request and response in one, as `elbguard serve --record` writes them."""

import base64
import json
from collections.abc import Mapping
from typing import Any, Final

from elbguard.replay.past import Json, Past, Untold, mapping, of_response, text
from elbguard.settings import Settings, load
from elbguard.settings_mistakes import SettingsError
from elbguard.webhook.recording import FACTS, MEMBER
from elbguard_rules.core.facts import Cluster

_DASHED: Final = {name.replace("_", "-"): name for name in FACTS}


def past(review: Json) -> Past:
    """What a recorded AdmissionReview asked, and the verdict. Raises Untold.

    One that elbguard did not record has no path: with a patch it is taken for /mutate's, else for /validate's.
    """
    ours, response = mapping(review.get(MEMBER)), review.get("response")
    if not isinstance(review.get("request"), Mapping):
        raise Untold("the AdmissionReview has no request")
    if not isinstance(response, Mapping):
        raise Untold("there is no response beside the request, so nobody knows the verdict")
    mutates = text(ours.get("path")) == "/mutate" or (not ours and "patch" in response)
    return Past(
        "/mutate" if mutates else "/validate",
        {name: review[name] for name in ("apiVersion", "kind", "request") if name in review},
        of_response({**response, "patch": _operations(response)}),
        _cluster(mapping(ours.get("cluster"))),
        mapping(ours.get("settings")),
    )


def _operations(response: Json) -> list[Any]:
    """The operations of the patch. Raises Untold."""
    patch = response.get("patch")
    if isinstance(patch, list) or not patch:
        return patch or []
    try:
        operations = json.loads(base64.b64decode(text(patch), validate=True))
    except ValueError:
        raise Untold("the patch is not JSON in base64") from None
    return operations if isinstance(operations, list) else []


def _cluster(facts: Json) -> Cluster:
    """The facts that were known. Raises Untold."""
    given = {_DASHED[name]: value for name, value in facts.items() if name in _DASHED}
    if not given:
        return Cluster()
    try:
        settings: Settings = load(given, None)
    except SettingsError as error:
        raise Untold(f"the facts of the cluster are not understood: {error.mistakes[0]}") from None
    known_empty = Cluster(node_ips=frozenset()) if facts.get("node-ip") == [] else Cluster()
    return settings.cluster.above(known_empty)
