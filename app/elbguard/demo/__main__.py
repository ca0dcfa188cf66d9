"""`python -m elbguard.demo`: send samples to a server of its own and show what kubectl would.

With a FILE it prints the file's AdmissionReview; with `--ask URL --ca FILE` it sends it to the server there, and shows
what kubectl would.
"""

import http.client
import json
import os
import socket
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import SplitResult, urlsplit

import click

from elbguard.demo.applying import applied
from elbguard.demo.review import review, service

SAMPLES: Final = Path(__file__).parent / "samples"
_FILE: Final = click.Path(path_type=Path, exists=True, dir_okay=False)
_COLOURS: Final = {"-": "31", "+": "32", "@": "36"}


@click.command()
@click.option("--ask", "url", metavar="URL", help="Send FILE to this server, such as https://localhost:8443.")
@click.option("--ca", type=_FILE, metavar="FILE", help="The CA that the server's certificate is checked by.")
@click.argument("file", type=_FILE, required=False)
def main(url: str | None, ca: Path | None, file: Path | None) -> None:
    """Show what kubectl would of four samples, with a server of its own.

    With a FILE print its AdmissionReview, or with --ask what the server there says of it.
    """
    if url:
        _ask_there(urlsplit(url, "https"), ca, file or SAMPLES / "3-many-mistakes.yaml")
        return
    if file:
        click.echo(review(service(file)))
        return
    with tempfile.TemporaryDirectory() as folder, _server(Path(folder)) as (port, context):
        for path in sorted(SAMPLES.glob("*.yaml")):
            _show(path, http.client.HTTPSConnection("localhost", port, context=context, timeout=10))


def _ask_there(url: SplitResult, ca: Path | None, path: Path) -> None:
    """Show what a server says of a manifest."""
    context = ssl.create_default_context(cafile=ca)
    try:
        _show(path, http.client.HTTPSConnection(url.hostname or "localhost", url.port, context=context, timeout=10))
    except OSError as error:
        sys.exit(f"{url.geturl()} does not answer: {error}; start it with: make run")


def _show(path: Path, connection: http.client.HTTPSConnection) -> None:
    """What `kubectl apply` of a manifest would print, and the patch that the server would make."""
    found = applied(service(path), lambda where, body: _ask(connection, where, body))
    print(_paint(f"\n$ kubectl apply -f {path.name}", "1"))
    for line in found.lines:
        word, colon, rest = line.partition("Warning:")
        print(line if word or not colon else f"{_paint(colon, '33')}{rest}")
    for line in found.diff if found.allowed else ():
        print(f"  {_paint(line, _COLOURS.get(line[:1], '0'))}")


def _ask(connection: http.client.HTTPSConnection, path: str, body: bytes) -> dict[str, Any]:
    connection.request("POST", path, body, {"Content-Type": "application/json"})
    answer = json.loads(connection.getresponse().read())
    response: dict[str, Any] = answer["response"]
    return response


def _paint(text: str, colour: str) -> str:
    plain = not sys.stdout.isatty() or "NO_COLOR" in os.environ or colour == "0"
    return text if plain else f"\033[{colour}m{text}\033[0m"


@contextmanager
def _server(folder: Path) -> Iterator[tuple[int, ssl.SSLContext]]:
    """The real command, serving on a free port with a certificate of its own."""
    elbguard = [sys.executable, "-m", "elbguard"]
    subprocess.run([*elbguard, "certs", str(folder), "--host", "localhost"], check=True, stderr=subprocess.DEVNULL)
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    pair = ["--tls-cert", str(folder / "tls.crt"), "--tls-key", str(folder / "tls.key")]
    command = [*elbguard, "serve", "--host", "127.0.0.1", "--port", str(port), "--drain-seconds", "0", *pair]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        try:
            _wait(port, process)
            yield port, ssl.create_default_context(cafile=folder / "ca.crt")
        finally:
            process.terminate()


def _wait(port: int, process: "subprocess.Popen[bytes]") -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            if process.poll() is not None:
                break
            time.sleep(0.05)
        else:
            return
    sys.exit("elbguard serve did not start: run it by hand to see why")


if __name__ == "__main__":
    main()
