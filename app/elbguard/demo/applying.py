"""What `kubectl apply` prints of a Service when the webhook has answered, and what was filled in."""

import base64
import difflib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jsonpatch

from elbguard.demo.review import review

Ask = Callable[[str, bytes], dict[str, Any]]  # path and AdmissionReview in, the response of the answer out


@dataclass(frozen=True, slots=True)
class Applied:
    """What came of a Service: the lines that kubectl prints, the JSON patch, what it changes as lines of a diff."""

    allowed: bool
    lines: tuple[str, ...]
    patch: tuple[dict[str, Any], ...]
    diff: tuple[str, ...]


def applied(before: dict[str, Any], ask: Ask) -> Applied:
    """Ask the webhook about the creation of a Service as the API server does: first /mutate, then /validate."""
    after, patch = before, []
    response = ask("/mutate", review(before))
    told = list(response.get("warnings", ()))
    if "patch" in response:
        patch = json.loads(base64.b64decode(response["patch"]))
        after = jsonpatch.apply_patch(before, patch)
    verdict = ask("/validate", review(after))
    told += verdict.get("warnings", ())
    name = before["metadata"].get("name", "")
    last = f"service/{name} created" if verdict["allowed"] else _refusal(name, verdict["status"])
    changes = difflib.unified_diff(
        _annotations(before), _annotations(after), "as applied", "with the defaults filled in", lineterm="", n=9
    )
    return Applied(verdict["allowed"], (*(f"Warning: {each}" for each in told), last), tuple(patch), tuple(changes))


def _refusal(name: str, status: dict[str, Any]) -> str:
    """A refusal as kubectl prints it: the causes of an Invalid, else the message."""
    if status["reason"] != "Invalid":
        return f"Error from server ({status['reason']}): {status['message']}"
    causes = [f"{cause['field']}: {cause['message']}" for cause in status["details"]["causes"]]
    head = f'The Service "{name}" is invalid:'
    return f"{head} {causes[0]}" if len(causes) == 1 else "\n* ".join([head, *causes])


def _annotations(manifest: dict[str, Any]) -> list[str]:
    """The annotations as YAML, texts of several lines as blocks."""
    lines: list[str] = []
    for key, text in (manifest["metadata"].get("annotations") or {}).items():
        block = text.splitlines() if "\n" in text else []
        lines += [f"{key}: |", *(f"  {line}" for line in block)] if block else [f"{key}: {text}"]
    return lines
