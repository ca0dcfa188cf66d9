"""A flag that is a setting too: by its variable in the environment, and what is said where one is wrong."""

from collections.abc import Callable
from typing import Any, Final, TypeVar

import click
from click.core import ParameterSource

from elbguard import escapes
from elbguard.settings import words
from elbguard.variables import is_service_link

CANNOT: Final = 2  # exit code: the work could not be done
WRONG: Final = "elbguard.wrong"  # what is wrong with flags, in the context's `meta`
F = TypeVar("F", bound=Callable[..., Any])


class Failed(click.ClickException):
    """What the user asked cannot be done; a sentence a line, exit code 2."""

    exit_code = CANNOT

    def __init__(self, *sentences: str) -> None:
        super().__init__("\n".join(map(escapes.line, sentences)))


def say(text: str) -> None:
    """Say something on standard error, on one line."""
    click.echo(escapes.line(text), err=True)


class Setting(click.Option):
    """A flag with an environment variable, in which commas and blanks separate the elements of a list.

    Not where `one_text`: its callback reads the variable's text as a whole.
    """

    def __init__(self, *given: Any, one_text: bool = False, **more: Any) -> None:
        super().__init__(*given, **more)
        self._one_text = one_text

    def resolve_envvar_value(self, ctx: click.Context) -> str | None:
        """The variable's text; what Kubernetes sets for a Service of our name is none."""
        text = (super().resolve_envvar_value(ctx) or "").strip()
        return None if not text or is_service_link(str(self.envvar), text) else text

    def process_value(self, ctx: click.Context, value: Any) -> Any:
        """The value; a wrong one is told of later, with all other mistakes."""
        try:
            return super().process_value(ctx, value)
        except click.BadParameter as error:
            ctx.meta.setdefault(WRONG, []).append(f"{self._given_by(ctx)}: {self._mistake(value, error)}")
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
        return (text,) if self._one_text else words(text)


def option(flag: str, help: str, **how: Any) -> Callable[[F], F]:  # noqa: A002 - click's word
    """A flag with its environment variable: `--cluster-version` and ELBGUARD_CLUSTER_VERSION."""
    variable = "ELBGUARD_" + flag.partition("/")[0].removeprefix("--").upper().replace("-", "_")
    return click.option(flag, cls=Setting, envvar=variable, show_envvar=True, help=help, **how)


def told_as(help: str, *formats: str) -> Callable[[F], F]:  # noqa: A002 - as above
    """The flag --format of a verb with one output; it gets `form`, by default the first."""
    choices = click.Choice(formats)
    return click.option("--format", "form", default=formats[0], show_default=True, type=choices, help=help)
