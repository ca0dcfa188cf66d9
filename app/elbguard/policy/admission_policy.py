"""The policy: a ValidatingAdmissionPolicy with its binding, which the API server evaluates by itself.

It is a backstop for the time when no replica answers. One policy is made for each way in which errors go by the modes
of the settings: refused, warned about, or noted in the audit log.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from textwrap import fill, indent
from typing import Final

from elbguard.modes import Mode
from elbguard.policy.relation import guilty
from elbguard.policy.validations import Validation, left_out, unexcused, validations
from elbguard.policy.view import MOST, MOST_ANNOTATIONS, MOST_CHARACTERS, annotated, variables, within_limits
from elbguard.settings import Settings
from elbguard_rules.core.cel import among, text
from elbguard_rules.vocabulary.foreign import PREFIX

_NAME: Final = "elbguard"
_ACTIONS: Final = {Mode.ENFORCE: "Deny", Mode.WARN: "Warn", Mode.AUDIT: "Audit"}
_SPARED: Final = ("kube-system", _NAME)  # namespaces, as for the webhooks
_WIDTH: Final = 118
_WILD: Final = re.compile(r"[*?\[]")


class NothingToSay(ValueError):
    """No error is left that the policy could be about; one sentence says why."""


def policy(settings: Settings, *, audit_only: bool = False) -> str:
    """The policies and their bindings as YAML, with a header that says what they are. Raises NothingToSay.

    With `audit_only` no binding refuses or warns: what would be refused stands in the audit log.
    """
    parts = {mode: list(_going(settings, mode)) for mode in _ACTIONS}
    actions = {mode: "Audit" if audit_only else action for mode, action in _ACTIONS.items()}
    documents = [_documents(settings, mode, part, actions[mode]) for mode, part in parts.items() if part]
    if not documents:
        raise NothingToSay("by these settings no error is left for a policy: all rules are off, or the mode is")
    count = sum(map(len, parts.values()))
    return "\n".join([*_header(settings, count, audit_only=audit_only), *documents])


def _going(settings: Settings, mode: Mode) -> Iterator[Validation]:
    """The validations whose errors go this way, in some namespaces at least."""
    for each in validations(settings):
        reach = _reach(settings, each.rule.id, mode)
        if reach is None:
            continue
        made = _heeding(each) if settings.heed_ignore else each
        yield replace(made, expression=f"{made.expression}\n|| !({reach})") if reach else made


def _heeding(each: Validation) -> Validation:
    """The validation as the annotation elbguard.io/ignore has it, now and before an update."""
    words = rf"(?is)^\s*([a-z0-9-]+\s*,\s*)*({each.rule.id}|{each.rule.name})\s*(,\s*[a-z0-9-]+\s*)*(:|\s|$)"
    named = f"matches({text(words)})"
    bare = unexcused(each, f"variables.excused.{named}")
    ignored = f"variables.ignored_unread || variables.ignored.{named}"
    return replace(bare, expression=f"{bare.expression}\n|| {ignored}")


def _reach(settings: Settings, rule: str, mode: Mode) -> str | None:
    """In which namespaces the findings of a rule go this way: "" for all, None for none, else an expression."""
    reach: str | None = "" if settings.mode is mode else None
    for exception in settings.modes:  # the last that covers a namespace counts
        if exception.rules and rule not in exception.rules:
            continue
        is_ours = exception.mode is mode
        if not exception.namespaces:
            reach = "" if is_ours else None
        elif is_ours and reach != "":
            reach = " || ".join([_like("request.namespace", exception.namespaces), *([reach] if reach else [])])
        elif not is_ours and reach is not None:
            spared = f"!({_like('request.namespace', exception.namespaces)})"
            reach = f"{spared} && ({reach})" if reach else spared
    return reach


def _like(value: str, patterns: Iterable[str]) -> str:
    """A text is like one of the patterns, with * ? and [...] as a shell has them."""
    plain = [pattern for pattern in patterns if not _WILD.search(pattern)]
    starts = [pattern[:-1] for pattern in patterns if pattern[-1:] == "*" and not _WILD.search(pattern[:-1])]
    others = [pattern for pattern in patterns if pattern not in plain and pattern[:-1] not in starts]
    found = [among(value, plain)] if plain else []
    found += [f"{value}.startsWith({text(start)})" for start in starts]
    found += [f"{value}.matches({text(f'^{_regex(pattern)}$')})" for pattern in others]
    return " || ".join(found)


def _regex(pattern: str) -> str:
    """A shell pattern as a regular expression for RE2."""
    parts = re.split(r"(\*|\?|\[!?[^\]]+\])", pattern)
    words = {"*": ".*", "?": "."}
    return "".join(
        words.get(part) or (f"[^{part[2:]}" if part[:2] == "[!" else part if part[:1] == "[" else re.escape(part))
        for part in parts
    )


def _conditions(settings: Settings) -> dict[str, str]:
    """Which Services are judged, and by whom they come: the others never cost anything.

    An API server evaluates all of them, whatever the first says: each is cheap by itself.
    """
    ours = f"key.startsWith({text(PREFIX)})"
    found = {
        "cheap-to-judge": f"({within_limits('object')})\n&& (oldObject == null || {within_limits('oldObject')})",
        "load-balancer-of-cce": "object.spec.type == 'LoadBalancer' && !has(object.spec.loadBalancerClass)",
        "not-being-deleted": "!has(object.metadata.deletionTimestamp)",
        "annotated-now-or-before": f"{annotated('object', ours)}\n"
        f"|| oldObject != null && {annotated('oldObject', ours)}",
    }
    if settings.exempt_user:
        found["not-exempt"] = f"!({_like('request.userInfo.username', settings.exempt_user)})"
    return found


def _documents(settings: Settings, mode: Mode, judged: list[Validation], action: str) -> str:
    name = _NAME if mode is Mode.ENFORCE else f"{_NAME}-{mode}"
    return "\n".join([*_policy(settings, name, judged), "---", *_binding(name, action)]) + "\n"


def _metadata(kind: str, name: str) -> Iterator[str]:
    yield "apiVersion: admissionregistration.k8s.io/v1"
    yield f"kind: {kind}"
    yield "metadata:"
    yield f"  name: {name}"
    yield "  labels:"
    yield f"    app.kubernetes.io/name: {_NAME}"
    yield "spec:"


def _policy(settings: Settings, name: str, judged: list[Validation]) -> Iterator[str]:
    yield "---"
    yield from _metadata("ValidatingAdmissionPolicy", name)
    yield "  failurePolicy: Ignore # what cannot be evaluated refuses nothing"
    yield "  matchConstraints:"
    yield "    namespaceSelector:"
    yield "      matchExpressions:"
    yield f"      - {{key: kubernetes.io/metadata.name, operator: NotIn, values: [{', '.join(_SPARED)}]}}"
    yield "    resourceRules:"
    yield "    - apiGroups: ['']"
    yield "      apiVersions: [v1]"
    yield "      resources: [services]"
    yield "      operations: [CREATE, UPDATE]"
    yield "      scope: Namespaced"
    yield "  matchConditions:"
    yield from _named(_conditions(settings))
    yield "  variables:"
    own = {guilty(each.rule.id).removeprefix("variables."): each.guilty for each in judged if each.guilty}
    asked = "\n".join([*own.values(), *(f"{each.expression} {each.message_expression}" for each in judged)])
    yield from _named(variables(asked) | own | {"violations": _violations(judged)})
    yield "  auditAnnotations:"
    yield "  - key: violations"
    yield "    valueExpression: variables.violations"
    yield "  validations:"
    for each in judged:
        yield f"  # {each.rule.id} {each.rule.name}"
        yield "  - expression: |-"
        yield indent(each.expression, " " * 6)
        yield f"    message: {_quoted(each.message)}"
        if each.message_expression:
            yield "    messageExpression: |-"
            yield indent(each.message_expression, " " * 6)
        yield "    reason: Forbidden"  # for Invalid kubectl and Flux, when forced, delete what is live


def _violations(judged: list[Validation]) -> str:
    """The ids of all rules that are broken, with blanks behind; no annotation is made of nothing.

    Validations are said again, not asked of variables: to look one up costs as much as to judge most of them.
    """
    ids = (f"{each.expression}\n? '' : '{each.rule.id} '" for each in judged)
    return "[\n" + indent(",\n".join(ids), "  ") + "\n].join('')"


def _binding(name: str, action: str) -> Iterator[str]:
    yield from _metadata("ValidatingAdmissionPolicyBinding", name)
    yield f"  policyName: {name}"
    yield f"  validationActions: [{action}]"


def _named(expressions: dict[str, str]) -> Iterator[str]:
    for name, expression in expressions.items():
        yield f"  - name: {name}"
        yield "    expression: |-"
        yield indent(expression, " " * 6)


def _quoted(words: str) -> str:
    return json.dumps(words, ensure_ascii=False)


def _header(settings: Settings, count: int, *, audit_only: bool) -> Iterator[str]:
    given = settings.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    how = f"with {json.dumps(given)}" if given else "with the default settings"
    verb = "elbguard generate policy --audit-only" if audit_only else "elbguard generate policy"
    yield from _comment(f"Made by `{verb}` {how}: do not edit, make it again. For Kubernetes 1.30 and later.")
    yield "#"
    yield from _comment(
        f"A backstop: {count} of elbguard's rules as the API server evaluates them by itself, so that the plainest "
        "mistakes are refused while no replica of elbguard answers. It fills nothing in, warns of nothing and says "
        "one mistake at a time, in the audit log all of them by their ids; what it admits is judged by the webhook."
    )
    yield "#"
    yield from _comment(
        "What breaks a rule already before an update is not refused, nor is what cannot be evaluated, nor what would "
        f"cost the API server something: a Service with more than {MOST_ANNOTATIONS} annotations or one of ours of "
        f"more than {MOST_CHARACTERS} characters, a list of more than {MOST} entries. CEL cannot read "
        "the JSON inside annotations, knows nothing of the cluster but what was given when this was made, and "
        "suggests no names. A load balancer to be created without a class is taken for shared where "
        "elb.autocreate looks like a JSON object. Not judged here:"
    )
    for reason, ids in left_out(settings).items():
        yield from _comment(f"- {reason}: {', '.join(ids)}")


def _comment(words: str) -> list[str]:
    return [f"# {line}".rstrip() for line in fill(words, _WIDTH, break_on_hyphens=False).splitlines()]
