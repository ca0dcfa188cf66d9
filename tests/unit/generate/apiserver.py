"""A policy as an API server evaluates it, by a CEL implementation in Rust.

Of Kubernetes' string library it lacks what is given here, in the words of that library's documentation.
"""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Final

import cel
import yaml

from app.generate.policy import NothingToSay, policy
from app.settings import Settings

USER: Final = "ada@example.com"
_FUNCTIONS: Final[dict[str, Callable[..., Any]]] = {
    "split": lambda text, separator: text.split(separator),
    "join": lambda texts, separator: separator.join(texts),
    "trim": str.strip,
    "lowerAscii": lambda text: "".join(c.lower() if c.isascii() else c for c in text),
}


class Policy:
    """One ValidatingAdmissionPolicy with its binding."""

    def __init__(self, spec: Mapping[str, Any], binding: Mapping[str, Any]) -> None:
        self.action: Final[str] = binding["validationActions"][0]
        self._conditions = [_compiled(each["expression"]) for each in spec["matchConditions"]]
        self._variables = {each["name"]: _compiled(each["expression"]) for each in spec["variables"]}
        self._validations = [
            (_compiled(each["expression"]), each["message"], each.get("messageExpression"))
            for each in spec["validations"]
        ]

    @property
    def size(self) -> int:
        """How many validations it has."""
        return len(self._validations)

    def refusals(self, new: Any, old: Any = None, *, user: str = USER, namespace: str = "shop") -> list[str]:
        """What is said about a Service: all of it, while an API server shows the first."""
        request = {"userInfo": {"username": user}, "namespace": namespace}
        context = cel.Context(variables={"object": new, "oldObject": old, "request": request}, functions=_FUNCTIONS)
        if not all(condition.execute(context) for condition in self._conditions):
            return []
        variables: dict[str, Any] = {}
        for name, expression in self._variables.items():
            context.add_variable("variables", variables)
            variables[name] = expression.execute(context)
        context.add_variable("variables", variables)
        broken = [each for each in self._validations if not each[0].execute(context)]
        return [_compiled(words).execute(context) if words else message for _, message, words in broken]


@cache
def _compiled(expression: str) -> Any:
    return cel.compile(expression)


def policies(settings: Settings) -> dict[str, Policy]:
    """The policies of the settings by what they do: Deny, Warn, Audit."""
    return _policies(settings.model_dump_json())


@cache
def _policies(settings: str) -> dict[str, Policy]:
    try:
        documents = list(yaml.load_all(policy(Settings.model_validate_json(settings)), yaml.CSafeLoader))
    except NothingToSay:
        return {}
    pairs = zip(documents[::2], documents[1::2], strict=True)
    made = [Policy(rules["spec"], binding["spec"]) for rules, binding in pairs]
    return {each.action: each for each in made}


def stored(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """The Service with the defaults that an API server writes before it asks anybody."""
    spec = {"type": "ClusterIP", **manifest.get("spec", {})}
    if isinstance(spec.get("ports"), list):
        spec["ports"] = [{"protocol": "TCP", **port} for port in spec["ports"]]
    return {**manifest, "spec": spec}
