"""The flags that are settings, which all verbs share that judge Services."""

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Final, TypeVar, get_args

import click

from elbguard import completing
from elbguard.modes import Mode
from elbguard.project import Project
from elbguard.projects import Projects
from elbguard.settings import Settings, validated
from elbguard.settings_mistakes import BY_PATH, SettingsError
from elbguard.settings_text import parsed, read
from elbguard.variables import doubtful
from elbguard.verbs.flags import WRONG, F, Failed, Setting, option, say
from elbguard_rules.core.facts import ClusterType

GIVEN: Final = "elbguard.given"
T = TypeVar("T")


def _severities(context: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    pairs = [value.partition("=") for value in values]
    wrong = next((value for value, pair in zip(values, pairs, strict=True) if not pair[2]), None)
    if wrong is not None:
        raise click.BadParameter(f"{wrong!r} must be RULE=error, RULE=warning or RULE=off", context, parameter)
    return {rule: level for rule, _, level in pairs}


def _modes(context: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> tuple[Any, ...]:
    """YAML in a flag or a variable: what is one map or a list of them."""
    if not values:
        return ()
    import yaml  # noqa: PLC0415 - only needed where it is given

    found: list[Any] = []
    for value in values:
        try:
            content = yaml.safe_load(value)
        except (yaml.YAMLError, ValueError, RecursionError):
            raise click.BadParameter(f"{value!r} is not YAML", context, parameter) from None
        found += content if isinstance(content, list) else [content]
    return tuple(found)


_LANG: Final = option(
    "--lang",
    "Language of what is said of rules and findings: en, or zh for 简体中文.  [default: en]",
    metavar="LANGUAGE",
    shell_complete=completing.languages,
)
_FILE: Final = click.Path(path_type=Path, dir_okay=False)
_DESCRIBING: Final = (
    option("--cluster-version", "CCE version of the cluster, such as v1.28.15-r0.", metavar="VERSION"),
    option(
        "--cluster-type",
        "Whether the cluster is a CCE Turbo or Autopilot cluster.",
        type=click.Choice(get_args(ClusterType)),
    ),
    option(
        "--profile",
        "Whose documents to go by: Huawei Cloud's or Open Telekom Cloud's; both unless given.",
        type=click.Choice(["huawei", "otc"]),
    ),
    option("--proxy-mode", "How kube-proxy forwards.", type=click.Choice(["iptables", "ipvs"])),
    option("--node-ip", "Address of a node; repeatable.", multiple=True, metavar="IP"),
    option("--strict-names", "Refuse names outside the first edition's pattern (ELB227).", is_flag=True, default=None),
    option(
        "--ignore",
        "Switch a rule off, by id or name; repeatable.",
        multiple=True,
        metavar="RULE",
        shell_complete=completing.rules,
    ),
    option(
        "--severity",
        "Take a rule as error, warning or off; repeatable.",
        multiple=True,
        callback=_severities,
        metavar="RULE=LEVEL",
        shell_complete=completing.severities,
    ),
)
_JUDGING: Final = (
    *_DESCRIBING,
    option("--default-class", "Class to fill in where none is written.", type=click.Choice(["union", "performance"])),
    option(
        "--no-default",
        "Do not fill this default in, such as elb.lb-algorithm; repeatable.",
        multiple=True,
        metavar="NAME",
        shell_complete=completing.defaults,
    ),
    option(
        "--cluster-id",
        "Salt for generated names: the same Service in two clusters gets two names.",
        metavar="TEXT",
    ),
    option(
        "--mode",
        "What the webhook does about errors: refuse, warn, only log and count, or nothing.",
        type=click.Choice([mode.value for mode in Mode]),
    ),
    option(
        "--modes",
        "Exceptions from --mode, as YAML: {mode: warn, namespaces: [test-*], rules: [ELB101]}; repeatable.",
        multiple=True,
        callback=_modes,
        one_text=True,
        metavar="YAML",
    ),
    option(
        "--exempt-user",
        "Neither judge nor change what this user asks, with * as a wildcard; repeatable; in place of the"
        " controllers and of kube-system's accounts.",
        multiple=True,
        metavar="NAME",
    ),
    option(
        "--heed-ignore",
        "Let the webhook heed the annotation elbguard.io/ignore.",
        is_flag=True,
        default=None,
    ),
    _LANG,
    option("--config", "YAML file with these settings, named as the flags; flags win.", type=_FILE, metavar="FILE"),
)


def judging(command: F) -> F:
    """Give a verb the flags that all verbs share that judge Services; it gets `settings`, or `projects` if `reading`.

    What they are made of, (what flags and environment gave, the file), stays in the context's `meta` under GIVEN.
    """

    def wrapped(config: Path | None, project_file: bool | None = None, **given: Any) -> Any:
        ours = {name: given.pop(name) for name in list(given) if name in Settings.model_fields}
        context = click.get_current_context()
        context.meta[GIVEN] = (ours, config)
        if project_file is None:
            return command(settings=_settled(context, lambda flags: _whole(ours, config, flags)), **given)
        _require_here()
        how: dict[str, Any] = {"wanted": project_file, "suppressions": not given.get("no_suppressions")}
        return command(
            projects=_settled(context, lambda flags: Projects(ours, config, elsewhere=flags, **how)), **given
        )

    wrapped.__name__, wrapped.__doc__ = command.__name__, command.__doc__
    for each in reversed(_JUDGING):
        wrapped = each(wrapped)
    return wrapped  # type: ignore[return-value] # click passes keywords only


def describing(command: F) -> F:
    """Give a verb the flags that say what a cluster is like and how strictly to judge.

    It gets `settings`, and as `given` the names of those of its fields that flags and environment gave.
    """

    def wrapped(**given: Any) -> Any:
        _require_here()
        ours = {name: given.pop(name) for name in list(given) if name in Settings.model_fields}
        settings = _settled(click.get_current_context(), lambda flags: validated(ours, None, flags))
        names = tuple(name for name, value in ours.items() if value not in (None, (), [], {}))
        return command(settings=settings, given=names, **given)

    wrapped.__name__, wrapped.__doc__ = command.__name__, command.__doc__
    for each in reversed(_DESCRIBING):
        wrapped = each(wrapped)
    return wrapped  # type: ignore[return-value] # click passes keywords only


def in_a_language(command: F) -> F:
    """Give a verb that judges nothing the flag --lang; it gets `language`, of a project file where none is given."""

    def wrapped(lang: str | None, **given: Any) -> Any:
        _require_here()
        try:
            language = Projects({"lang": lang}, wanted=lang is None).lang
        except SettingsError as error:
            if lang:
                raise Failed(*error.mistakes) from None
            language = "en"  # what else is wrong with a project file, the verbs say that go by it
        return command(language=language, **given)

    wrapped.__name__, wrapped.__doc__ = command.__name__, command.__doc__
    return _LANG(wrapped)  # type: ignore[return-value] # click passes keywords only


def _settled(context: click.Context, made: Callable[[Iterable[str]], T]) -> T:
    """What is made of the settings, once all mistakes in them have been told at once. Raises Failed."""
    flags = dict(_variables(context.find_root().command))
    misspelt, notes = doubtful(os.environ, flags)
    wrong = [*misspelt, *context.meta.get(WRONG, ())]
    for note in notes:
        say(f"note: {note}")
    try:
        settled = made(set(flags.values()))
    except SettingsError as error:
        wrong += error.mistakes
    if wrong:
        raise Failed(*wrong)
    return settled


def _require_here() -> None:
    """Raise Failed where the current folder is gone, from which paths count."""
    try:
        os.getcwd()
    except OSError:
        raise Failed("the current folder is gone, from which paths count: change into another one") from None


def _whole(ours: dict[str, Any], config: Path | None, elsewhere: Iterable[str]) -> Settings:
    """The settings of a verb that knows no paths. Raises SettingsError."""
    text = parsed(config, read(config)) if config else None
    if text and BY_PATH in text.values:
        say(f"{text.at((BY_PATH,), name=True)}: note: {BY_PATH} is about paths, and what is judged here has none")
    return Project(ours, text, config, elsewhere).top


def _variables(command: click.Command) -> Iterator[tuple[str, str]]:
    """The variables that a command and those below it read, with their flags."""
    for each in command.params:
        if isinstance(each, Setting):
            yield str(each.envvar), each.opts[0].removeprefix("--")
    for below in getattr(command, "commands", {}).values():
        yield from _variables(below)
