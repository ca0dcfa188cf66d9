"""`elbguard generate`: what is made from the rules, for other tools."""

from pathlib import Path

import click

from elbguard import escapes
from elbguard.settings import Settings
from elbguard.verbs.flags import Failed, option
from elbguard.verbs.settings_flags import judging


@click.group(
    help="""Print or write what is made from the rules, for other tools.

    A policy by which the API server refuses the plainest mistakes itself, and JSON Schemas by which an editor knows
    a Service's annotations, the JSON inside them, and the settings of a repository.
    """,
)
def generate() -> None:
    pass


@generate.command(
    help="""Print a ValidatingAdmissionPolicy with its binding.

    A backstop for the time when no replica answers: the rules that the API server can evaluate by itself, for
    Kubernetes 1.30 and later. It knows the flags and settings of the webhook: rules that are ignored or only warn are
    not in it, exempt users pass, and the mode says whether it denies, warns or audits.

    \b
      elbguard generate policy | kubectl apply -f -
      elbguard generate policy --cluster-version v1.31.1-r0 --ignore ELB110
      elbguard generate policy --config elbguard.yaml > policy.yaml
      elbguard generate policy --audit-only | kubectl apply -f -

    The API server asks it before the webhook, and shows its one sentence in place of all findings; with --audit-only
    people see what the webhook says. Its header says what it cannot see: the JSON inside annotations above all.
    """,
)
@option("--audit-only", "Refuse and warn nothing: what is wrong is noted in the audit log.", is_flag=True)
@judging
def policy(settings: Settings, audit_only: bool) -> None:
    from elbguard.policy import admission_policy as made  # noqa: PLC0415 - other verbs start without it

    try:
        click.echo(made.policy(settings, audit_only=audit_only), nl=False)
    except made.NothingToSay as error:
        raise Failed(str(error)) from None


@generate.command(
    help="""Write the JSON Schemas of a Service and of the JSON in its annotations to DIR.

    An editor that knows them explains annotations and members, proposes them, and marks what would be refused.
    service.schema.json (draft 7) is for manifests; one for each annotation that holds JSON, such as
    elb.autocreate.schema.json (draft 2020-12), for that JSON in a file of its own. Without a DIR they are written into
    the current folder. A file of the same name is written over.

    \b
      elbguard generate schemas .vscode/elb
      # yaml-language-server: $schema=.vscode/elb/service.schema.json   (first line of a manifest)
    """,
)
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), metavar="[DIR]", default=".")
def schemas(folder: Path) -> None:
    from elbguard import schemas as made  # noqa: PLC0415 - other verbs start without it

    try:
        written = made.write(folder)
    except OSError as error:
        raise Failed(f"{error.filename}: cannot be written: {error.strerror}") from None
    click.echo("\n".join(escapes.line(str(file)) for file in written))


@generate.command(
    "settings-schema",
    help="""Print the JSON Schema of .elbguard.yaml and of the file that --config names.

    An editor that knows it completes names and rules, says what each setting is for, and marks what would be refused.

    \b
      elbguard generate settings-schema > .vscode/elbguard.schema.json
    """,
)
def settings_schema() -> None:
    from elbguard import schemas as made  # noqa: PLC0415 - other verbs start without it

    click.echo(made.of_settings(), nl=False)
