"""`elbguard certs`: certificates for development."""

from pathlib import Path

import click

from elbguard.verbs.flags import Failed, say


@click.command(
    help="""Make a CA and a serving certificate in DIR.

    Writes ca.crt, ca.key, tls.crt and tls.key (ECDSA P-256; the certificate is good for a year) and overwrites nothing.
    """,
)
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), metavar="DIR")
@click.option(
    "--host",
    "hosts",
    multiple=True,
    required=True,
    metavar="NAME",
    help="Host name or address the API server calls; repeatable.",
)
def certs(folder: Path, hosts: tuple[str, ...]) -> None:
    from elbguard import pairs  # noqa: PLC0415 - other verbs start without cryptography

    try:
        pairs.write(folder, hosts)
    except pairs.CannotWrite as error:
        raise Failed(str(error)) from None
    say(f"wrote {', '.join(pairs.FILES)} to {folder}")
