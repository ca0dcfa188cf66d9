"""Certificates without a human, in the real API server."""

import base64
import hashlib
import itertools
import os
import shutil
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from elbguard import pairs
from elbguard.cluster.api import Unavailable
from elbguard.cluster.asking import Conflict, NotFound
from elbguard.cluster.certificate_api import KubernetesCertificateApi, connect
from elbguard.cluster.connecting import NoApiServer
from elbguard.cluster.material import Lives, Material
from tests.support.command import PROGRAM
from tests.support.places import ROOT
from tests.support.process import LOOPBACK, Server, free_ports
from tests.support.waiting import wait_until

from . import registration
from .balancer import Balancer, readiness
from .cluster import MERGE_PATCH, Cluster
from .keeper import Racer, names, replica, serving

SECONDS = 60  # until a test gives up; nothing is measured
LABEL = {"elbguard-certificates": "test"}  # of the Services in these tests, and of no others
BAD_SERVICE = {
    "apiVersion": "v1",
    "kind": "Service",
    "metadata": {
        "name": "web",
        "labels": LABEL,
        "annotations": {"kubernetes.io/elb.class": "union", "kubernetes.io/elb.lb-algorithm": "RANDOM"},
    },
    "spec": {"type": "LoadBalancer", "ports": [{"port": 80}]},
}
_NUMBERS = itertools.count(1)


class Place:
    """A namespace and a pair of webhook configurations of their own, and what is in them."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self.namespace = cluster.namespace()
        self.configuration = f"certificates-{next(_NUMBERS)}"
        [self.port] = free_ports(1)

    @property
    def _paths(self) -> list[str]:
        return [f"{path}/{self.configuration}" for path in (registration.MUTATING_PATH, registration.VALIDATING_PATH)]

    def register(self, bundle: bytes = b"") -> None:
        """Create both configurations; both fail loudly."""
        url = f"https://{LOOPBACK}:{self.port}"
        for body in (
            registration.mutating(f"{url}/mutate", bundle),
            registration.validating(f"{url}/validate", bundle),
        ):
            body["metadata"]["name"] = self.configuration
            body["webhooks"][0] |= {"failurePolicy": "Fail", "objectSelector": {"matchLabels": LABEL}}
            path = registration.MUTATING_PATH if body["kind"].startswith("Mut") else registration.VALIDATING_PATH
            answer = self.cluster.request("POST", path, body)
            assert answer.ok, answer.refusal

    def unregister(self) -> None:
        """Remove both configurations."""
        for path in self._paths:
            self.cluster.request("DELETE", path)

    def bundles(self) -> list[bytes]:
        """The caBundle of each configuration."""
        found = [self.cluster.request("GET", path).body["webhooks"][0] for path in self._paths]
        return [base64.b64decode(webhook["clientConfig"].get("caBundle") or "") for webhook in found]

    def set_bundles(self, value: str | None) -> None:
        """Write the caBundle of both, base64, as somebody who means it well."""
        for path in self._paths:
            webhooks = self.cluster.request("GET", path).body["webhooks"]
            webhooks[0]["clientConfig"]["caBundle"] = value
            assert self.cluster.request("PATCH", path, {"webhooks": webhooks}, content_type=MERGE_PATCH).ok

    def secret(self, name: str = "elbguard-tls") -> dict[str, bytes]:
        """What a Secret holds."""
        answer = self.cluster.request("GET", f"/api/v1/namespaces/{self.namespace}/secrets/{name}")
        return {key: base64.b64decode(text) for key, text in (answer.body.get("data") or {}).items()}

    def ask(self) -> str:
        """What the API server says to a Service that elbguard refuses."""
        return self.cluster.create_service(self.namespace, BAD_SERVICE, dry_run=True).refusal

    def is_asked(self) -> bool:
        """Whether the API server reaches elbguard through both configurations."""
        return "(elbguard)" in self.ask()

    def start(self, folder: Path) -> Server:
        """Run a keeper that serves the webhook."""
        return serving(self.cluster.kubeconfig, self.namespace, self.configuration, self.port, folder / "keeper.log")


@pytest.fixture
def place(cluster: Cluster) -> Iterator[Place]:
    """Make a place, without configurations."""
    cluster.unregister()
    found = Place(cluster)
    yield found
    found.unregister()


@pytest.fixture
def api(cluster: Cluster) -> KubernetesCertificateApi:
    """Connect the adapter."""
    return connect({"KUBECONFIG": str(cluster.kubeconfig)})


def _until(condition: Callable[[], bool], server: Server | None = None) -> None:
    wait_until(lambda: condition() or (server is not None and server.has_ended()), server.log if server else str)
    if server:
        server.require_running()


def test_three_processes_race_for_the_secret_and_one_ca_wins(place: Place) -> None:
    place.register()
    with ExitStack() as stack:
        racers = [
            stack.enter_context(Racer(place.cluster.kubeconfig, place.namespace, place.configuration)) for _ in range(3)
        ]
        for racer in racers:
            racer.ready()
        for secret in (f"race-{number}" for number in range(8)):
            for racer in racers:
                racer.begin(secret)
            results = [racer.result() for racer in racers]
            material = Material.parse(place.secret(secret))

            assert {result["served"] for result in results} == {hashlib.sha256(material.leaf.certificate).hexdigest()}
            assert sum(result["events"].get("renewed", 0) for result in results) == 1
            assert sum(result["events"].get("repaired", 0) for result in results) == 2
            assert place.bundles() == [material.bundle] * 2
            place.set_bundles(None)


def test_an_emptied_bundle_is_repaired_and_admission_goes_on(place: Place, tmp_path: Path) -> None:
    server = place.start(tmp_path)
    try:
        _until(lambda: bool(place.secret()), server)  # it does not wait for the configurations
        place.register()
        _until(place.is_asked, server)
        good = place.bundles()
        stranger = base64.b64encode(pairs.make_ca(datetime.now(UTC)).certificate).decode()
        for value in (None, "", stranger):
            place.set_bundles(value)
            _until(lambda: place.bundles() == good, server)
            _until(place.is_asked, server)

        assert set(good) == {place.secret()["ca.crt"]}
        assert "PRIVATE" not in server.log()
        assert "Traceback" not in server.log()
    finally:
        server.stop()


def _aging() -> Material:
    """A Secret whose CA has a hundred days left, so that the next one is due."""
    hosts, lives, now = names("x", "x", "x").hosts, Lives(), datetime.now(UTC)
    old = Material.fresh(now + timedelta(days=100) - lives.ca, hosts, lives)
    return Material(old.ca, pairs.make_leaf(old.ca, hosts, now, lives.leaf))


def _let_a_day_pass(place: Place, api: KubernetesCertificateApi) -> None:
    """Put a next CA into the Secret that has waited long enough to sign."""
    old = pairs.make_ca(datetime.now(UTC) - 2 * Lives().overlap)
    version = api.read_secret(place.namespace, "elbguard-tls").version
    api.replace_secret(
        place.namespace, "elbguard-tls", {"next-ca.crt": old.certificate, "next-ca.key": old.key}, version
    )


def test_no_admission_is_lost_while_ca_and_certificate_are_rotated(
    place: Place, api: KubernetesCertificateApi, tmp_path: Path
) -> None:
    before = _aging()
    api.create_secret(place.namespace, "elbguard-tls", {k: text for k, text in before.data().items() if text})
    place.register(before.bundle)
    server = place.start(tmp_path)
    try:
        _until(place.is_asked, server)
        _until(lambda: "next-ca.crt" in place.secret(), server)
        with _asking(place) as answers:
            _until(lambda: len(answers) > 20, server)
            _let_a_day_pass(place, api)
            _until(lambda: place.secret()["ca.crt"] != before.ca.certificate, server)
            _until(lambda: _shown(place.port) == place.secret()["tls.crt"], server)
            seen = len(answers)
            _until(lambda: len(answers) > seen + 20, server)
            after = Material.parse(place.secret())
            bundles = place.bundles()
    finally:
        server.stop()

    assert [answer for answer in answers if "(elbguard)" not in answer] == []
    assert after.old == (before.ca.certificate,)
    assert bundles == [after.ca.certificate + before.ca.certificate] * 2
    assert "Traceback" not in server.log()


@contextmanager
def _asking(place: Place) -> Iterator[list[str]]:
    """Ask from three threads, and give the answers as they come."""
    answers: list[str] = []
    stop = threading.Event()

    def load() -> None:
        while not stop.is_set():
            answers.append(place.ask())

    clients = [threading.Thread(target=load) for _ in range(3)]
    for client in clients:
        client.start()
    try:
        yield answers
    finally:
        stop.set()
        for client in clients:
            client.join()


class Replicas:
    """Processes that keep the certificates of a place and serve its webhook, behind the one address it has."""

    def __init__(self, place: Place, folder: Path, stack: ExitStack) -> None:
        self.place, self._folder, self._stack = place, folder, stack
        self._balancer = stack.enter_context(Balancer(place.port, []))

    def start(self, ahead: timedelta) -> tuple[int, Server]:
        """Run one with such a clock: its port, and the process."""
        where = (self.place.cluster.kubeconfig, self.place.namespace, self.place.configuration)
        return self._begin(lambda port, log: replica(*where, port, log, ahead))

    def start_program(self, env: Mapping[str, str]) -> tuple[int, Server]:
        """Run one by the real command."""
        flags = ["--namespace", self.place.namespace, "--webhook-name", self.place.configuration]
        flags += ["--manage-certificates", "--certificate-host", LOOPBACK, "--drain-seconds", "0"]
        full = os.environ | {"KUBECONFIG": str(self.place.cluster.kubeconfig)} | dict(env)

        def start(port: int, log: Path) -> Server:
            command = [*PROGRAM, "serve", "--host", LOOPBACK, "--port", str(port), *flags]
            return Server("elbguard", command, log, full, ROOT)

        return self._begin(start)

    def _begin(self, start: Callable[[int, Path], Server]) -> tuple[int, Server]:
        [port] = free_ports(1)
        server = start(port, self._folder / f"replica-{port}.log")
        self._stack.callback(server.stop)
        self._balancer.ports.append(port)
        return port, server


def _stays(place: Place, answers: list[str], port: int, reason: str) -> None:
    """Let a replica come up that is not ready for this reason: what is stored stays as it is, and is asked for."""
    before = place.secret(), place.bundles()
    _until(lambda: reason in readiness(port)[1])
    seen = len(answers)
    _until(lambda: len(answers) > seen + 40)

    assert readiness(port)[0] == 503
    assert (place.secret(), place.bundles()) == before


def test_no_admission_is_lost_to_replicas_whose_clocks_are_years_ahead_or_behind(place: Place, tmp_path: Path) -> None:
    place.register()
    years = timedelta(days=3 * 365)
    with ExitStack() as stack:
        replicas = Replicas(place, tmp_path, stack)
        for _ in range(2):
            replicas.start(timedelta())
        _until(place.is_asked)
        answers = stack.enter_context(_asking(place))
        (right, _), *wrong = (replicas.start(ahead) for ahead in (timedelta(minutes=-2), years, -years))
        for port, _server in wrong:
            _stays(place, answers, port, "clock says")
        _until(lambda: readiness(right)[0] == 200)

    assert [answer for answer in answers if "(elbguard)" not in answer] == []
    for _port, server in wrong:
        assert server.log().count("minutes apart") == 1
        assert "Traceback" not in server.log()


def test_no_admission_is_lost_to_the_program_where_the_machine_has_another_time(place: Place, tmp_path: Path) -> None:
    if not shutil.which("faketime"):
        pytest.skip("another time for a whole process needs libfaketime: install faketime, as Debian calls it")
    place.register()
    with ExitStack() as stack:
        replicas = Replicas(place, tmp_path, stack)
        for _ in range(2):
            replicas.start_program({})
        _until(place.is_asked)
        answers = stack.enter_context(_asking(place))
        near, far = (replicas.start_program(_another_time(ahead)) for ahead in ("+300d", "+9y"))
        _stays(place, answers, near[0], "clock says")
        _stays(place, answers, far[0], "no certificate yet")  # it takes that of the API server for expired
        _until(lambda: "by this machine's clock" in far[1].log())

    assert [answer for answer in answers if "(elbguard)" not in answer] == []
    assert "Traceback" not in near[1].log() + far[1].log()


def _future(ahead: timedelta) -> Material:
    """What a replica whose clock is ahead by this much makes."""
    return Material.fresh(datetime.now(UTC) + ahead, names("x", "x", "x").hosts, Lives())


def _unusable() -> dict[str, tuple[Mapping[str, bytes | None], bytes]]:
    """Secrets of no use, and the caBundles that whoever wrote them left."""
    hosts, lives, now = names("x", "x", "x").hosts, Lives(), datetime.now(UTC)
    good, hour, years = _future(timedelta()), _future(timedelta(hours=1)), _future(timedelta(days=3 * 365))
    past = Material.fresh(now - timedelta(days=3 * 365), hosts, lives)
    garbage = b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
    return {
        "a CA of the hour to come": (hour.data(), hour.bundle),
        "a CA of the years to come": (years.data(), years.bundle),
        "two CAs to come": (replace(years, next_ca=hour.ca, old=(hour.ca.certificate,)).data(), years.bundle),
        "a CA to come, bundles as before": (replace(years, old=(good.ca.certificate,)).data(), good.bundle),
        "a leaf to come": (replace(good, leaf=pairs.make_leaf(good.ca, hosts, now + lives.leaf)).data(), good.bundle),
        "an expired CA": (past.data(), past.bundle),
        "the key of another CA": (good.data() | {"ca.key": hour.ca.key}, good.bundle),
        "the key of another leaf": (good.data() | {"tls.key": hour.leaf.key}, good.bundle),
        "a CA that is a leaf": (good.data() | {"ca.crt": good.leaf.certificate, "ca.key": good.leaf.key}, good.bundle),
        "garbage": ({"ca.crt": garbage, "ca.key": b"\x00", "tls.crt": garbage, "old-ca.crt": garbage}, b""),
        "nothing": ({}, b""),
    }


@pytest.mark.parametrize("what", _unusable())
def test_replicas_mend_a_secret_of_no_use_by_themselves_and_then_lose_no_admission(
    place: Place, api: KubernetesCertificateApi, tmp_path: Path, what: str
) -> None:
    data, bundle = _unusable()[what]
    api.create_secret(place.namespace, "elbguard-tls", {key: text for key, text in data.items() if text is not None})
    place.register(bundle)
    with ExitStack() as stack:
        replicas = Replicas(place, tmp_path, stack)
        servers = [replicas.start(timedelta())[1] for _ in range(2)]
        _until(place.is_asked)
        answers = stack.enter_context(_asking(place))
        _until(lambda: len(answers) > 40)
        bundles, now = place.bundles(), datetime.now(UTC)

    assert [answer for answer in answers if "(elbguard)" not in answer] == []
    assert bundles == [Material.parse(place.secret()).bundle] * 2
    for authority in pairs.certificates(bundles[0]):
        assert authority.not_valid_before_utc < now < authority.not_valid_after_utc
    assert "Traceback" not in servers[0].log() + servers[1].log()


@pytest.mark.parametrize("ahead", [timedelta(hours=1), timedelta(days=3 * 365)], ids=str)
def test_no_admission_is_lost_while_a_ca_to_come_is_written_over_a_secret_in_use(
    place: Place, api: KubernetesCertificateApi, tmp_path: Path, ahead: timedelta
) -> None:
    """As by a replica of an older release that keeps what it found as old, and has left again."""
    place.register()
    with ExitStack() as stack:
        replicas = Replicas(place, tmp_path, stack)
        for _ in range(2):
            replicas.start(timedelta())
        _until(place.is_asked)
        answers = stack.enter_context(_asking(place))
        good = Material.parse(place.secret())
        spoiled = replace(_future(ahead), old=(good.ca.certificate,))
        version = api.read_secret(place.namespace, "elbguard-tls").version
        api.replace_secret(place.namespace, "elbguard-tls", spoiled.data(), version)
        place.set_bundles(base64.b64encode(spoiled.bundle).decode())
        _until(lambda: all(spoiled.ca.certificate not in each for each in [place.secret()["ca.crt"], *place.bundles()]))
        seen = len(answers)
        _until(lambda: len(answers) > seen + 40)

    assert [answer for answer in answers if "(elbguard)" not in answer] == []


def _another_time(ahead: str) -> dict[str, str]:
    """The environment of a process whose clock is ahead by this."""
    command = ["faketime", "-m", "--exclude-monotonic", "-f", ahead, "env"]
    lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    found = dict(line.split("=", 1) for line in lines if "=" in line)
    wanted = ("LD_PRELOAD", "FAKETIME", "DONT_FAKE_MONOTONIC", "FAKETIME_DONT_FAKE_MONOTONIC")
    return {name: found[name] for name in wanted if name in found}


def _shown(port: int) -> bytes:
    return ssl.get_server_certificate((LOOPBACK, port)).encode()


def test_what_the_api_server_refuses_has_a_name(place: Place, api: KubernetesCertificateApi) -> None:
    with pytest.raises(NotFound):
        api.read_secret(place.namespace, "x")
    with pytest.raises(NotFound):
        api.read_registration("mutating", place.configuration)
    first = api.create_secret(place.namespace, "x", {"a": b"1", "b": b"2"})
    with pytest.raises(Conflict):
        api.create_secret(place.namespace, "x", {})
    second = api.replace_secret(place.namespace, "x", {"a": b"3", "b": None}, first.version)
    with pytest.raises(Conflict):
        api.replace_secret(place.namespace, "x", {"a": b"4"}, first.version)

    assert second.data == {"a": b"3"}
    assert api.read_secret(place.namespace, "x") == second


@pytest.mark.parametrize("kind", ["mutating", "validating"])
def test_a_bundle_is_patched_only_if_nobody_else_was_faster(
    place: Place, api: KubernetesCertificateApi, kind: Any
) -> None:
    place.register()
    index = ["mutating", "validating"].index(kind)
    ca = pairs.make_ca(datetime.now(UTC)).certificate
    read = api.read_registration(kind, place.configuration)
    api.patch_bundles(read, ca)
    before = place.cluster.request("GET", place._paths[index]).body["webhooks"]
    with pytest.raises(Conflict):
        api.patch_bundles(read, b"")

    assert read.bundles == (b"",)
    assert place.bundles()[index] == ca
    assert api.read_registration(kind, place.configuration).bundles == (ca,)
    assert before[0]["clientConfig"]["url"].startswith("https://")


def test_a_user_whom_nobody_knows_is_told_so(place: Place) -> None:
    config = place.cluster.workdir / "nobody.kubeconfig"
    token = place.cluster.token("admin")
    config.write_text(place.cluster.kubeconfig.read_text(encoding="utf-8").replace(token, "wrong"), encoding="utf-8")

    with pytest.raises(Unavailable, match="401"):
        connect({"KUBECONFIG": str(config)}).read_secret(place.namespace, "x")


def test_an_api_server_that_is_away_is_unavailable(place: Place) -> None:
    config = place.cluster.workdir / "away.kubeconfig"
    [port] = free_ports(1)
    text = place.cluster.kubeconfig.read_text(encoding="utf-8")
    config.write_text(text.replace(place.cluster.url, f"https://{LOOPBACK}:{port}"), encoding="utf-8")

    with pytest.raises(Unavailable):
        connect({"KUBECONFIG": str(config)}).read_secret(place.namespace, "x")


def test_without_an_api_server_to_ask_there_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(NoApiServer, match="neither by KUBECONFIG nor as a Pod"):
        connect({"KUBECONFIG": str(tmp_path / "none")})
