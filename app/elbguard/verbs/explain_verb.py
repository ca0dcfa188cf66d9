"""`elbguard explain`: rules, annotations, symptoms."""

import sys

import click

from elbguard import completing
from elbguard.languages import Language, said_in
from elbguard.verbs.flags import Failed, say, told_as
from elbguard.verbs.settings_flags import in_a_language


@click.command(
    help="""Explain a rule, an annotation, a symptom or an event; without one list all there are.

    \b
      elbguard explain ELB206
      elbguard explain bandwidth-out-of-range
      elbguard explain elb.autocreate
      elbguard explain elb.autocreate.bandwidth_size
      elbguard explain elbguard.io/ignore      how a finding is suppressed
      elbguard explain pending                 no address: what to look at
      elbguard explain unhealthy               backends in alarm
      elbguard explain ELB.8907                a code out of an event

    An event may be given as it stands, the whole line, with or without quotes.
    """,
)
@click.argument("words", nargs=-1, metavar="[RULE|ANNOTATION|SYMPTOM|EVENT...]", shell_complete=completing.subjects)
@told_as("How to print it.", "text", "json", "markdown")
@in_a_language
def explain(words: tuple[str, ...], form: str, language: Language) -> None:
    from elbguard.explain import explain_command  # noqa: PLC0415 - other verbs start without it

    try:
        text = explain_command.explain(" ".join(words) if words else None, form, language)
        encoding = sys.stdout.encoding or "utf-8"
        click.echo(text.encode(encoding, "backslashreplace").decode(encoding), nl=False)
        for sentence in explain_command.here(" ".join(words)) if words else ():
            say(sentence)
    except explain_command.NotKnown as error:
        raise Failed(said_in(language, str(error))) from None
