"""`elbguard serve` as a process: how it starts, what its flags and variables do, how it ends."""

import errno
import os
import signal
import socket
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.support.command import PROGRAM, elbguard
from tests.support.connection import Connection
from tests.support.places import ROOT
from tests.support.process import LOOPBACK, Server, free_ports
from tests.support.reviews import ELB, EXISTING, WRONG, Reply, encoded, review, service
from tests.support.webhook import START_SECONDS, Webhook

ON_OLD_CLUSTER = service({**EXISTING, ELB + "class": "performance"})


def _refusal(*arguments: str) -> tuple[int, str]:
    done = elbguard(*arguments)
    return done.returncode, done.stdout + done.stderr


def _asked(running: Webhook, new: object) -> Reply:
    with Connection(running.url, running.ca_pem.decode()) as connection:
        return connection.ask("/validate", encoded(review(new)))


def test_serving_without_a_certificate_says_how_to_make_one() -> None:
    code, text = _refusal("serve")

    assert code == 2
    assert text.startswith("Error: the API server speaks HTTPS only: give --tls-cert and --tls-key")
    assert text.endswith("make a pair with: elbguard certs certs --host localhost --host 127.0.0.1\n")
    assert text.count("\n") == 1


def test_a_key_of_another_certificate_is_no_pair(server: Webhook) -> None:
    code, text = _refusal(
        *("serve", "--port", "0"),
        *("--tls-cert", str(server.workdir / "tls.crt"), "--tls-key", str(server.workdir / "ca.key")),
    )
    last = text.splitlines()[-1]

    assert code == 2
    assert last.startswith(f"Error: {server.workdir / 'tls.crt'} and {server.workdir / 'ca.key'} ")
    assert "serve" in last
    assert "Traceback" not in text


def test_a_port_that_is_taken_ends_the_command_without_a_traceback(server: Webhook) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        code, text = _refusal(
            *("serve", "--host", "127.0.0.1", "--port", str(taken.getsockname()[1])),
            *server.pair,
        )

    assert code != 0
    assert os.strerror(errno.EADDRINUSE).lower() in text.lower()
    assert "Traceback" not in text


@pytest.mark.parametrize(
    ("flags", "variables"),
    [
        (["--cluster-version", "v1.15.11-r1"], {}),
        ([], {"ELBGUARD_CLUSTER_VERSION": "v1.15.11-r1"}),
        (["--cluster-version", "v1.15.11-r1"], {"ELBGUARD_CLUSTER_VERSION": "v1.28.15-r0"}),
        (["--cluster-version", "v1.15.11-r1", "--workers", "2"], {}),
    ],
    ids=["flag", "variable", "flag over variable", "two workers"],
)
def test_what_is_known_of_the_cluster_reaches_the_rules(flags: Sequence[str], variables: dict[str, str]) -> None:
    with Webhook(flags, variables) as running:
        reply = _asked(running, ON_OLD_CLUSTER)

    assert reply.refused_by == ["ELB102"]


def test_what_the_file_switches_off_is_off(tmp_path: Path) -> None:
    config = tmp_path / "elbguard.yaml"
    config.write_text("ignore: [ELB301]\n")
    with Webhook(["--config", str(config)]) as running:
        reply = _asked(running, service(WRONG))

    assert reply.allowed


def test_a_refusal_is_logged_and_nothing_else_is(server: Webhook) -> None:
    before = server.log()
    reply = _asked(server, service(WRONG))
    _asked(server, service(EXISTING))
    [line] = server.log().removeprefix(before).splitlines()

    assert not reply.allowed
    assert line.endswith("service='shop/web' user='alice' operation='CREATE' verdict='denied' rules='ELB301'")


def test_asked_to_stop_it_stops_by_itself(server: Webhook, tmp_path: Path) -> None:
    [port] = free_ports(1)
    command = [*PROGRAM, "serve", "--host", LOOPBACK, "--port", str(port), *server.pair]
    process = Server("elbguard", command, tmp_path / "log", os.environ, ROOT)
    process.wait_ready(lambda: "listening on https://" in process.log(), START_SECONDS)

    assert process.stop() in (0, -signal.SIGTERM)
    assert "Finished server process" in process.log()
    assert "Traceback" not in process.log()


def test_what_needs_one_process_is_refused_with_several(tmp_path: Path) -> None:
    kubeconfig = tmp_path / "kubeconfig"
    kubeconfig.write_text(
        "apiVersion: v1\nkind: Config\ncurrent-context: c\n"
        "contexts: [{name: c, context: {cluster: c, user: u}}]\n"
        "clusters: [{name: c, cluster: {server: 'https://127.0.0.1:1'}}]\nusers: [{name: u, user: {token: t}}]\n"
    )
    done = elbguard("serve", "--port", "0", "--workers", "2", "--watch-cluster", KUBECONFIG=str(kubeconfig))

    assert done.returncode == 2
    assert "go with one worker" in done.stderr
