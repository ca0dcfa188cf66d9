"""What a shell completes: the values of flags. Asked only by a shell, so all is imported then."""

from collections.abc import Iterable

from click import Context, Parameter
from click.shell_completion import CompletionItem


def formats(context: Context, parameter: Parameter, incomplete: str) -> list[CompletionItem]:
    """The formats of a report."""
    from elbguard.report.formats import FORMATS  # noqa: PLC0415 - only a shell asks

    return _beginning(incomplete, ((name, "") for name in FORMATS))


def languages(context: Context, parameter: Parameter, incomplete: str) -> list[CompletionItem]:
    """The languages."""
    from elbguard.languages import LANGUAGES  # noqa: PLC0415 - only a shell asks

    return _beginning(incomplete, ((name, "") for name in LANGUAGES))


def contexts(context: Context, parameter: Parameter, incomplete: str) -> list[CompletionItem]:
    """The contexts of the kubeconfig."""
    from elbguard.cluster.connecting import contexts_of, kubeconfigs  # noqa: PLC0415 - only a shell asks

    files = kubeconfigs(context.params.get("kubeconfig"))
    return _beginning(incomplete, ((name, "") for name in contexts_of(files)) if files else ())


def rules(context: Context, parameter: Parameter, incomplete: str) -> list[CompletionItem]:
    """The rules, by id and by name."""
    from elbguard_rules.guard import RULES  # noqa: PLC0415 - only a shell asks

    ids = [(rule.id, rule.says) for rule in RULES.values()]
    return _beginning(incomplete, [*ids, *((rule.name, rule.says) for rule in RULES.values())])


def severities(context: Context, parameter: Parameter, incomplete: str) -> list[CompletionItem]:
    """RULE=LEVEL: the rules, and with the levels once it is clear which rule; to bash the sign begins a new word."""
    from elbguard_rules.core.problem import Severity  # noqa: PLC0415 - only a shell asks

    rule, sign, _ = incomplete.partition("=")
    found = [(str(item.value), item.help or "") for item in rules(context, parameter, rule)]
    if sign or len(found) == 1:
        return _beginning(incomplete, ((f"{name}={level}", says) for name, says in found for level in Severity))
    return [CompletionItem(f"{name}=", help=says) for name, says in found]


def defaults(context: Context, parameter: Parameter, incomplete: str) -> list[CompletionItem]:
    """What is filled in."""
    from elbguard.settings import DEFAULTS  # noqa: PLC0415 - only a shell asks

    return _beginning(incomplete, ((name, "") for name in DEFAULTS))


def subjects(context: Context, parameter: Parameter, incomplete: str) -> list[CompletionItem]:
    """What can be explained."""
    from elbguard.explain.explain_command import completions  # noqa: PLC0415 - only a shell asks

    return [CompletionItem(name, help=about) for name, about in completions(incomplete)]


def _beginning(incomplete: str, named: Iterable[tuple[str, str]]) -> list[CompletionItem]:
    """Those that begin as the word does, whatever its case."""
    word = incomplete.lower()
    return [CompletionItem(name, help=about or None) for name, about in named if name.lower().startswith(word)]
