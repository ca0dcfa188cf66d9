"""What was asked once, and what was said of it then."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from elbguard_rules.core.facts import Cluster

Json = Mapping[str, Any]
Path = Literal["/validate", "/mutate"]

_ANNOTATIONS: Final = "/metadata/annotations"
_CAUSE: Final = re.compile(r"\[(ELB\d{3})\] \(elbguard\)$")
_LINE: Final = re.compile(r"\[(ELB\d{3})\]$")


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a request might go on; else by which rules not, and in which words; and what was written into it."""

    allowed: bool
    rules: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    patch: Json = field(default_factory=dict)

    def __str__(self) -> str:
        if self.allowed:
            return "allowed"
        return f"refused ({', '.join(self.rules)})" if self.rules else "refused"


@dataclass(frozen=True, slots=True)
class Past:
    """A question of the API server's, as an AdmissionReview to ask again, and the verdict that it got.

    `cluster` and `settings` are those that were in force, as far as they were recorded.
    """

    path: Path
    review: Json
    verdict: Verdict
    cluster: Cluster = field(default_factory=Cluster)
    settings: Json = field(default_factory=dict)

    @property
    def operation(self) -> str:
        """CREATE or UPDATE."""
        return text(self.review["request"].get("operation"))

    @property
    def service(self) -> str:
        """Namespace and name."""
        request = self.review["request"]
        metadata = mapping(mapping(request.get("object")).get("metadata"))
        name = text(request.get("name")) or text(metadata.get("name"))
        if not name and (beginning := text(metadata.get("generateName"))):
            name = beginning + "*"
        namespace = text(request.get("namespace")) or text(metadata.get("namespace"))
        return "/".join(part for part in (namespace, name) if part) or "without a name"


class Untold(Exception):
    """A question about a Service that cannot be asked again, or whose verdict is not known; one clause says why."""


class Foreign(Exception):
    """Nothing that elbguard has to do with."""


class Unreadable(Exception):
    """No record at all; one clause says why."""


def of_status(status: Json) -> Verdict:
    """The refusal in a metav1.Status of ours: all rules that it names."""
    causes = mapping(status.get("details")).get("causes")
    said = [text(mapping(cause).get("message")) for cause in causes] if isinstance(causes, list) else []
    lines = text(status.get("message")).splitlines()
    found = [match[1] for each in said if (match := _CAUSE.search(each))]
    found += [match[1] for each in lines if (match := _LINE.search(each))]
    return Verdict(False, tuple(sorted(set(found))), tuple(lines[1:] or lines))


def of_response(response: Json) -> Verdict:
    """The verdict in the response of an AdmissionReview, with its patch decoded already. Raises Untold."""
    if not isinstance(response.get("allowed"), bool):
        raise Untold("the response does not say whether it was allowed")
    if not response["allowed"]:
        return of_status(mapping(response.get("status")))
    operations = response.get("patch")
    return Verdict(True, patch=annotations_of(operations if isinstance(operations, list) else []))


def annotations_of(operations: Sequence[Any]) -> dict[str, Any]:
    """What a JSON patch writes, by annotation; what is elsewhere by its pointer."""
    written: dict[str, Any] = {}
    for operation in map(mapping, operations):
        pointer, value = text(operation.get("path")), operation.get("value")
        if pointer == _ANNOTATIONS and isinstance(value, Mapping):
            written |= value
        elif pointer.startswith(_ANNOTATIONS + "/"):
            key = pointer[len(_ANNOTATIONS) + 1 :].replace("~1", "/").replace("~0", "~")
            written[key] = None if operation.get("op") == "remove" else value
        else:
            written[pointer] = json.dumps(value)
    return written


def mapping(value: object) -> Json:
    """What should be an object; an empty one where it is none."""
    return value if isinstance(value, Mapping) else {}


def text(value: object) -> str:
    """What should be a text; the empty one where it is none."""
    return value if isinstance(value, str) else ""
