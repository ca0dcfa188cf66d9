"""The flags of the verbs: those that all share that judge Services, and those of the server."""

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Final, TypeVar, get_args

import click
from click.core import ParameterSource

from elbguard import completing, escapes
from elbguard.modes import Mode
from elbguard.project import Project
from elbguard.projects import Projects
from elbguard.settings import Settings, validated, words
from elbguard.settings_mistakes import BY_PATH, SettingsError
from elbguard.settings_text import parsed, read
from elbguard.variables import doubtful, is_service_link
from elbguard_rules.core.facts import ClusterType

CANNOT: Final = 2  # exit code: the work could not be done
GIVEN: Final = "elbguard.given"
_WRONG: Final = "elbguard.wrong"
F = TypeVar("F", bound=Callable[..., Any])
T = TypeVar("T")


class Failed(click.ClickException):
    """What the user asked cannot be done; a sentence a line, exit code 2."""

    exit_code = CANNOT

    def __init__(self, *sentences: str) -> None:
        super().__init__("\n".join(map(escapes.line, sentences)))


def say(text: str) -> None:
    """Say something on standard error, on one line."""
    click.echo(escapes.line(text), err=True)


def _severities(context: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    pairs = [value.partition("=") for value in values]
    wrong = next((value for value, pair in zip(values, pairs, strict=True) if not pair[2]), None)
    if wrong is not None:
        raise click.BadParameter(f"{wrong!r} must be RULE=error, RULE=warning or RULE=off", context, parameter)
    return {rule: level for rule, _, level in pairs}


def _modes(context: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> tuple[Any, ...]:
    """YAML in a flag or a variable: what is one map or a list of them."""
    import yaml  # noqa: PLC0415 - only needed where it is given

    found: list[Any] = []
    for value in values:
        try:
            content = yaml.safe_load(value)
        except (yaml.YAMLError, ValueError, RecursionError):
            raise click.BadParameter(f"{value!r} is not YAML", context, parameter) from None
        found += content if isinstance(content, list) else [content]
    return tuple(found)


class Setting(click.Option):
    """A flag with an environment variable, in which commas and blanks separate the elements of a list."""

    def resolve_envvar_value(self, ctx: click.Context) -> str | None:
        """The variable's text; what Kubernetes sets for a Service of our name is none."""
        text = (super().resolve_envvar_value(ctx) or "").strip()
        return None if not text or is_service_link(str(self.envvar), text) else text

    def process_value(self, ctx: click.Context, value: Any) -> Any:
        """The value; a wrong one is told of later, with all other mistakes."""
        try:
            return super().process_value(ctx, value)
        except click.BadParameter as error:
            ctx.meta.setdefault(_WRONG, []).append(f"{self._given_by(ctx)}: {self._mistake(value, error)}")
            return None

    def _mistake(self, value: Any, error: click.BadParameter) -> str:
        kind = self.type
        if isinstance(kind, click.types.BoolParamType):
            return f"{value!r} is neither true nor false"
        if isinstance(kind, click.IntRange | click.FloatRange):
            return f"{value!r} is no number from {kind.min} to {kind.max}"
        return error.message.rstrip(".")

    def _given_by(self, ctx: click.Context) -> str:
        by_variable = ctx.get_parameter_source(str(self.name)) is ParameterSource.ENVIRONMENT
        return str(self.envvar) if by_variable else self.opts[0]

    def value_from_envvar(self, ctx: click.Context) -> Any:
        """The variable's value."""
        text = self.resolve_envvar_value(ctx)
        if text is None or not self.multiple:
            return super().value_from_envvar(ctx)
        return (text,) if self.callback is _modes else words(text)


def option(flag: str, help: str, **how: Any) -> Callable[[F], F]:  # noqa: A002 - click's word
    """A flag with its environment variable: `--cluster-version` and ELBGUARD_CLUSTER_VERSION."""
    variable = "ELBGUARD_" + flag.partition("/")[0].removeprefix("--").upper().replace("-", "_")
    return click.option(flag, cls=Setting, envvar=variable, show_envvar=True, help=help, **how)


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
_READING: Final = (
    click.option(
        "--namespace",
        default="",
        metavar="NAME",
        help="The namespace of Services that name none, as of kubectl apply --namespace.",
    ),
    option(
        "--exclude",
        "Leave out what matches, a pattern as in .gitignore, such as charts/*/templates; repeatable.",
        multiple=True,
        metavar="PATTERN",
    ),
    option(
        "--git-ignore/--no-git-ignore",
        "Leave out in folders what Git ignores.  [default: --git-ignore]",
        default=True,
    ),
    option(
        "--project-file/--no-project-file",
        "Take settings from the .elbguard.yaml nearest to each manifest, up to the root of the Git work tree, where"
        " --config names no file.  [default: --project-file]",
        default=True,
    ),
)
_RENDERING: Final = (
    click.option(
        "--render",
        is_flag=True,
        help="Build the kustomizations and charts among PATH with the kustomize, kubectl or helm on the PATH, and judge"
        " what comes out; findings stand at their source.",
    ),
    click.option(
        "--values",
        multiple=True,
        metavar="FILE",
        type=click.Path(exists=True, dir_okay=False),
        help="Values file for the charts; repeatable, the last wins.",
    ),
    click.option("--set", "sets", multiple=True, metavar="KEY=VALUE", help="A value for the charts; repeatable."),
    click.option("--release", default="", metavar="NAME", help="Name of the charts' release.  [default: each chart's]"),
    click.option(
        "--render-timeout",
        "seconds",
        default=60.0,
        show_default=True,
        type=click.FloatRange(0, 3600, min_open=True),
        metavar="SECONDS",
        help="How long each build may take.",
    ),
    click.option(
        "--allow-remote",
        is_flag=True,
        help="Let builds load bases, resources and charts from elsewhere.",
    ),
    click.option(
        "--load-restrictor",
        default="",
        type=click.Choice(["", "LoadRestrictionsRootOnly", "LoadRestrictionsNone"]),
        metavar="NAME",
        help="Passed to kustomize: LoadRestrictionsNone lets it read files outside of a kustomization's folder.",
    ),
)
_LISTENING: Final = (
    option("--host", "Address to listen on.", default="0.0.0.0", show_default=True),  # noqa: S104 - it is called from outside
    option("--port", "Port to listen on.", default=8443, show_default=True, type=click.IntRange(0, 65535)),
    option("--tls-cert", "Serving certificate, PEM.", type=click.Path(path_type=Path), metavar="FILE"),
    option("--tls-key", "Its private key, PEM.", type=click.Path(path_type=Path), metavar="FILE"),
    option("--workers", "Processes to serve with.", default=1, show_default=True, type=click.IntRange(1, 64)),
    option(
        "--drain-seconds",
        "How long to go on answering after SIGTERM, until everybody has noticed.",
        default=12.0,
        show_default=True,
        type=click.FloatRange(0, 3600),
    ),
    option(
        "--max-in-flight",
        "Reviews at a time; the API server is asked to repeat what is more.",
        default=200,
        show_default=True,
        type=click.IntRange(1, 10_000),
    ),
    option(
        "--record",
        "Write what is asked and answered to this file, for elbguard replay; without user names.",
        type=_FILE,
        metavar="FILE",
    ),
    option(
        "--record-size",
        "MiB of the recording at most: half of it in FILE, what is older in FILE.1.",
        default=100,
        show_default=True,
        type=click.IntRange(1, 100_000),
        metavar="MIB",
    ),
    option(
        "--log-format",
        "Form of the log on standard error.",
        default="text",
        show_default=True,
        type=click.Choice(["text", "json"]),
    ),
    option(
        "--log-level",
        "From which level on; debug logs every decision.",
        default="info",
        show_default=True,
        type=click.Choice(["debug", "info", "warning", "error"]),
    ),
)
_IN_A_CLUSTER: Final = (
    option(
        "--watch-cluster",
        "Learn version, type and nodes of the cluster from its API server; what flags say stands above it.",
        is_flag=True,
    ),
    option(
        "--manage-certificates",
        "Keep CA and certificate in a Secret and in the webhook configurations, instead of files.",
        is_flag=True,
    ),
    option("--namespace", "Our namespace.", default="elbguard", show_default=True),
    option("--service-name", "Our Service.", default="elbguard", show_default=True),
    option("--secret-name", "The Secret for the certificates.", default="elbguard-tls", show_default=True),
    option("--webhook-name", "The name of both webhook configurations.", default="elbguard", show_default=True),
    option(
        "--certificate-host",
        "A further host name or address for the kept certificate; repeatable.",
        multiple=True,
        metavar="NAME",
    ),
)


def serving(command: F) -> F:
    """Give a verb the flags of the server."""
    for each in reversed((*_LISTENING, *_IN_A_CLUSTER)):
        command = each(command)
    return command


def reading(command: F) -> F:
    """Give a verb the flags about the manifests that it reads."""
    for each in reversed(_READING):
        command = each(command)
    return command


def rendering(command: F) -> F:
    """Give a verb the flags about what is built; it gets `render`, what they say, or None where nothing is built.

    Raises Failed where one is given without --render.
    """
    names = [str(name) for name in ("values", "sets", "release", "seconds", "allow_remote", "load_restrictor")]

    def wrapped(render: bool, **given: Any) -> Any:
        terms = {name: given.pop(name) for name in names}
        context = click.get_current_context()
        if not render:
            for parameter in context.command.params:
                source = context.get_parameter_source(str(parameter.name))
                if parameter.name in names and source is ParameterSource.COMMANDLINE:
                    raise Failed(f"{parameter.opts[0]} is about what is built: give --render too")
        return command(render=terms if render else None, **given)

    wrapped.__name__, wrapped.__doc__ = command.__name__, command.__doc__
    wrapped.__click_params__ = command.__click_params__  # type: ignore[attr-defined] # the flags that it has so far
    for each in reversed(_RENDERING):
        wrapped = each(wrapped)
    return wrapped  # type: ignore[return-value] # click passes keywords only


def in_a_language(command: F) -> F:
    """Give a verb that judges nothing the flag --lang; it gets `language`, of a project file where none is given."""

    def wrapped(lang: str | None, **given: Any) -> Any:
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
    wrong = [*misspelt, *context.meta.get(_WRONG, ())]
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
