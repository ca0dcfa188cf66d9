"""A policy as an API server evaluates it, by a CEL implementation in Rust.

Of Kubernetes' string library it lacks what is given here, in the words of that library's documentation.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache, cached_property
from typing import Any, Final

import cel
import yaml

from elbguard.policy.admission_policy import NothingToSay, policy
from elbguard.settings import Settings

_VARIABLE: Final = re.compile(r"variables\.(\w+)")
USER: Final = "ada@example.com"
FUNCTIONS: Final[dict[str, Callable[..., Any]]] = {
    "split": lambda text, separator: text.split(separator),
    "join": lambda texts, separator: separator.join(texts),
    "trim": str.strip,
    "lowerAscii": lambda text: "".join(c.lower() if c.isascii() else c for c in text),
}


class Policy:
    """One ValidatingAdmissionPolicy with its binding."""

    def __init__(self, spec: Mapping[str, Any], binding: Mapping[str, Any]) -> None:
        self.action: Final[str] = binding["validationActions"][0]
        self.spec: Final = spec

    @property
    def size(self) -> int:
        """How many validations it has."""
        return len(self.spec["validations"])

    def refusals(self, new: Any, old: Any = None, *, user: str = USER, namespace: str = "shop") -> list[str]:
        """What is said about a Service: all of it, while an API server shows the first."""
        return self._refusals(Evaluation(self.spec, request(new, old, user, namespace)))

    def audited(self, new: Any, old: Any = None) -> dict[str, str]:
        """The audit annotations that are made: an API server strips the values and omits the empty ones."""
        return self._audited(Evaluation(self.spec, request(new, old)))

    def judged(self, new: Any, old: Any = None) -> tuple[list[str], dict[str, str]]:
        """Both at once."""
        asked = Evaluation(self.spec, request(new, old))
        return self._refusals(asked), self._audited(asked)

    def _refusals(self, asked: "Evaluation") -> list[str]:
        judged = self.spec["validations"] if asked.matches else []
        holds = asked.values([each["expression"] for each in judged])
        broken = [each for each, held in zip(judged, holds, strict=True) if not held]
        words = [(each["message"], each.get("messageExpression")) for each in broken]
        return [asked.value(expression) if expression else message for message, expression in words]

    def _audited(self, asked: "Evaluation") -> dict[str, str]:
        made = self.spec["auditAnnotations"] if asked.matches else []
        values = asked.values([each["valueExpression"] for each in made])
        said = {each["key"]: value.strip() for each, value in zip(made, values, strict=True)}
        return {key: value for key, value in said.items() if value}


def request(new: Any, old: Any, user: str = USER, namespace: str = "shop") -> dict[str, Any]:
    """The variables that an API server gives to every expression."""
    return {"object": new, "oldObject": old, "request": {"userInfo": {"username": user}, "namespace": namespace}}


class Evaluation:
    """The expressions of a policy about one request, with the variables that they ask for."""

    def __init__(self, spec: Mapping[str, Any], given: Mapping[str, Any]) -> None:
        self._variables: Final = tuple((each["name"], self.written(each["expression"])) for each in spec["variables"])
        self._conditions: Final = [each["expression"] for each in spec["matchConditions"]]
        self._context: Final = cel.Context(variables=dict(given), functions=self.functions())

    @cached_property
    def matches(self) -> bool:
        """Whether the request is judged; all conditions are evaluated, as an API server does."""
        return all(self.values(self._conditions))

    def value(self, expression: str) -> Any:
        """What an expression gives; raises where it cannot be evaluated."""
        return self.values([expression])[0]

    def values(self, expressions: Sequence[str]) -> list[Any]:
        """What each of these gives; together, so that each variable is evaluated once."""
        text = _with_variables(tuple(self.written(each) for each in expressions), self._variables)
        return list(compiled(text).execute(self._context))

    def written(self, expression: str) -> str:
        """The expression as it is evaluated."""
        return expression

    def functions(self) -> dict[str, Callable[..., Any]]:
        """The functions that expressions may call."""
        return dict(FUNCTIONS)


@cache
def _with_variables(expressions: tuple[str, ...], variables: tuple[tuple[str, str], ...]) -> str:
    """A list of the expressions within what names the variables that they need, each before those that need it."""
    text, named = f"[{', '.join(f'({each})' for each in expressions)}]", dict(variables)
    needed: dict[str, None] = {}

    def look(expression: str) -> None:
        for name in _VARIABLE.findall(expression):
            if name not in needed:
                look(named[name])
                needed[name] = None

    look(text)
    for name in reversed(needed):  # CEL has no other word to give a name to a value
        text = f"[{named[name]}].map(variables_{name}, {text})[0]"
    return _VARIABLE.sub(r"variables_\1", text)


@cache
def compiled(expression: str) -> Any:
    """An expression, ready to be evaluated."""
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
