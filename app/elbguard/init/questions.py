"""What `elbguard init` asks on a terminal: each fact with what it is for, and an answer that may be empty."""

from collections.abc import Callable, Mapping
from typing import Any, Final, get_args

import click

from elbguard import escapes
from elbguard_rules.core.facts import ClusterType, Profile, ProxyMode, Version
from elbguard_rules.core.nearest import nearest


class NoAnswer(Exception):
    """Nobody answers."""


def ask(known: Mapping[str, Any], guessed: Mapping[str, tuple[str, str]]) -> dict[str, Any]:
    """The answers, by field, to what is not `known` yet; `guessed` are values to propose, and where they are from.

    Raises NoAnswer.
    """
    answers: dict[str, Any] = {}
    for field, (what, nothing, read) in _QUESTIONS.items():
        if field not in known:
            answer = _asked(what, nothing, read, guessed.get(field))
            if answer is not None:
                answers[field] = answer
    return answers


def _asked(what: str, nothing: str, read: Callable[[str], Any], guess: tuple[str, str] | None) -> Any:
    click.echo(what, err=True)
    proposed = f"Enter: {guess[0]}, as {guess[1]} says; -: {nothing}" if guess else f"Enter: {nothing}"
    question = escapes.line(f"  ({proposed})")

    def value(text: str) -> Any:
        text = text.strip() or (guess[0] if guess else "-")
        try:
            return (None,) if text == "-" else (read(text),)
        except ValueError as error:
            raise click.UsageError(escapes.line(str(error))) from None

    try:
        answer = click.prompt(question, "", show_default=False, prompt_suffix=" > ", err=True, value_proc=value)
    except click.Abort:
        raise NoAnswer from None
    return answer[0]


def _version(text: str) -> Version:
    return Version.parse(text)


def _one_of(*words: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        word = text.casefold()
        if word in words:
            return word
        begun = [each for each in words if each.startswith(word)]
        if len(begun) == 1:
            return begun[0]
        close = nearest(word, words)
        raise ValueError(f"{text!r} is not one of {', '.join(words)}" + (f", did you mean {close}?" if close else ""))

    return read


def _yes(text: str) -> bool | None:
    return True if _one_of("yes", "no")(text) == "yes" else None


_QUESTIONS: Final[dict[str, tuple[str, str, Callable[[str], Any]]]] = {
    "cluster_version": (
        "Which CCE version has the cluster, such as v1.30.4-r0? Its page in the console says so.",
        "not known, and rules about releases are skipped",
        _version,
    ),
    "cluster_type": (
        "Is it a standard, a turbo or an autopilot cluster?",
        "not known, and rules about the kind of cluster are skipped",
        _one_of(*get_args(ClusterType)),
    ),
    "proxy_mode": (
        "How does kube-proxy forward, by iptables or ipvs?",
        "not known, and rules about IPVS are skipped",
        _one_of(*get_args(ProxyMode)),
    ),
    "profile": (
        "Which cloud is it, huawei or otc (Open Telekom Cloud)?",
        "the documents of both count",
        _one_of(*get_args(Profile)),
    ),
    "strict_names": (
        "Refuse names that only later editions of the documents allow (ELB227), yes or no?",
        "no",
        _yes,
    ),
}
