"""What kubectl prints where the manifest of an example is applied: asked of the webhook's own code, not made up."""

import base64
import json
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, Final

import jsonpatch
import yaml

from elbguard.languages import Language
from elbguard.settings import Settings
from elbguard.webhook.admission import Admission
from elbguard_rules.collisions.claims import of_ingress, of_service
from elbguard_rules.collisions.neighbours import Neighbours
from elbguard_rules.core.service import Service
from tests.support.reviews import encoded, review

FILE: Final = "service.yaml"
_ADMISSIONS: Final[dict[str, Admission]] = {}
_DENIED: Final = 'admission webhook "validate.elbguard.io" denied the request'


@cache
def raw_examples() -> dict[str, Any]:
    """The examples of all rules, with the settings that they take."""
    found: dict[str, Any] = json.loads(files("elbguard_rules").joinpath("examples.json").read_text(encoding="utf-8"))
    return found


def transcript(raw: Mapping[str, Any], language: Language = "en") -> str:
    """The command and all that kubectl prints of an example of `examples.json`, the mutating webhook asked first.

    The webhook speaks the language; Kubernetes' own words are English.
    """
    new, *beside = yaml.load_all(raw["manifest"], yaml.CSafeLoader)
    old = yaml.load(raw["before"], yaml.CSafeLoader) if raw["before"] else None
    admission = _admission(settings_of(raw, language), beside)
    answer = _response(admission.mutate(encoded(_asked(new, old))).body)
    if "patch" in answer:
        new = jsonpatch.apply_patch(new, json.loads(base64.b64decode(answer["patch"])))
    answer = _response(admission.validate(encoded(_asked(new, old))).body)
    warnings = (f"Warning: {text}" for text in answer.get("warnings", ()))
    command = f"$ kubectl apply {'--server-side ' if old else ''}-f {FILE}"
    return "\n".join([command, *warnings, *_verdict(new["metadata"]["name"], old, answer)])


def settings_of(raw: Mapping[str, Any], language: Language) -> Settings:
    """The settings of an example, for a webhook that speaks a language."""
    named = {f"cluster_{key}" if key in ("version", "type") else key: value for key, value in raw["cluster"].items()}
    return Settings(lang=language, **{key.replace("-", "_"): value for key, value in (named | raw["policy"]).items()})


def _verdict(name: str, old: object, answer: Mapping[str, Any]) -> list[str]:
    if answer["allowed"]:
        return [f"service/{name} {'serverside-applied' if old else 'created'}"]
    status = answer["status"]
    if status["reason"] == "Forbidden":
        return [f"Error from server (Forbidden): {_DENIED}: {status['message']}"]
    causes = [f"{cause['field']}: {cause['message']}" for cause in status["details"]["causes"]]
    head = f'The Service "{name}" is invalid:'
    return [f"{head} {causes[0]}"] if len(causes) == 1 else [head, *(f"* {cause}" for cause in causes)]


def _admission(settings: Settings, beside: Sequence[Mapping[str, Any]]) -> Admission:
    claims = [of_ingress(each) if each["kind"] == "Ingress" else of_service(Service(each)) for each in beside]
    known = (Neighbours(claim for claim in claims if claim),)
    if claims:
        return Admission(settings, beside=lambda: known)
    if settings.digest not in _ADMISSIONS:
        _ADMISSIONS[settings.digest] = Admission(settings)
    return _ADMISSIONS[settings.digest]


def _asked(new: Mapping[str, Any], old: Any) -> dict[str, Any]:
    metadata = new["metadata"]
    return review(new, old, name=metadata["name"], namespace=metadata.get("namespace", "default"))


def _response(body: bytes) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(body)["response"]
    return found
