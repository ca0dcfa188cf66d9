"""Step: the serving certificate has the right names and dates, and the caBundles vouch for it."""

import base64
import binascii
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from elbguard import pairs
from elbguard.cluster import authorities, port
from elbguard.cluster.rights import Right
from elbguard.doctor.answering import service
from elbguard.doctor.diagnosis import Observation, doubtful_but_works, fine, unknown, wrong
from elbguard.doctor.installation import Hook, Installation
from elbguard.doctor.sight import Blind, Sight, path_in, word
from elbguard.doctor.workload import Workload
from elbguard.fitness import Pair, Unfit

SOON: Final = timedelta(days=14)  # kept certificates are renewed a month before their end
_KEPT: Final = "Where replicas keep certificates (--manage-certificates) read their log: one line says why they do not"
_MAKE: Final = f"{_KEPT}; else make it anew for this name (elbguard certs) and write its CA into the caBundle"


def look(sight: Sight, installation: Installation, workload: Workload) -> Iterator[Observation]:
    """Look at the Secret and at the live port, as far as each can be seen. Raises Blind."""
    hooks = installation.counting()
    for hook in hooks:
        if hook.address.is_service and not bundle_of(hook):
            yield wrong(f"the caBundle of {hook.title} is empty: the API server trusts no certificate", _MAKE)
    vouched = [hook for hook in hooks if bundle_of(hook) or not hook.address.is_service]
    by_service = [hook for hook in vouched if hook.address.is_service]
    if by_service:
        yield from _kept(sight, by_service, workload)
    silent: set[tuple[str, int]] = set()
    for hook in vouched:
        yield from _live(sight, hook, silent)


def bundle_of(hook: Hook) -> bytes:
    """The caBundle of a webhook, PEM; empty where there is none."""
    try:
        return base64.b64decode(word(hook.webhook, "clientConfig", "caBundle"))
    except (binascii.Error, ValueError):
        return b""


def _kept(sight: Sight, hooks: list[Hook], workload: Workload) -> Iterator[Observation]:
    """What the Secret says."""
    namespace, name = hooks[0].address.namespace, workload.secret_name()
    if not name:
        yield unknown("the certificate is in no Secret that can be seen")
        return
    try:
        found = sight.one(path_in(namespace, "secrets", name), Right("get", "secrets", namespace))
    except Blind as blind:
        says = f"the Secret {namespace}/{name} cannot be read, and what is in it is not known: {blind}"
        yield unknown(says, blind=blind.denied)
        return
    title = f"the certificate in the Secret {namespace}/{name}"
    if found is None:
        yield wrong(f"there is no Secret {namespace}/{name} to keep the certificate in", _MAKE)
        return
    pair = Pair(*(_decoded(word(found, "data", key)) for key in ("tls.crt", "tls.key")))
    try:
        leaf = pairs.check(pair, sight.now())
    except Unfit as unfit:
        yield wrong(f"{title} is not fit: {unfit}", _MAKE)
        return
    yield from _judged(title, leaf, hooks, sight.now())
    yield from (_untrusted(title, hook) for hook in hooks if not _vouches(bundle_of(hook), pair, hook, sight.now()))


def _judged(title: str, leaf: x509.Certificate, hooks: list[Hook], now: datetime) -> Iterator[Observation]:
    """Its names and dates."""
    names = pairs.hosts_of(leaf)
    missing = dict.fromkeys(hook.address.host for hook in hooks if not _is_for(names, hook.address.host))
    for host in missing:
        yield wrong(
            f"{title} is not for {host}, which the API server calls; it is for {', '.join(sorted(names))}", _MAKE
        )
    end = leaf.not_valid_after_utc
    if end - now < SOON:
        yield doubtful_but_works(f"{title} ends soon, at {end:%Y-%m-%d %H:%M} UTC", _KEPT)
    if not missing:
        yield fine(f"{title} is for {', '.join(sorted({hook.address.host for hook in hooks}))} and good until {end:%F}")


def _live(sight: Sight, hook: Hook, silent: set[tuple[str, int]]) -> Iterator[Observation]:
    """What the port shows; `silent` are those that do not answer, which nobody waits for again."""
    try:
        where = _port(sight, hook)
    except Blind:
        return
    if where is None:
        return
    host, number = where
    if where in silent:
        return
    seen = port.handshake(host, number, hook.address.host)
    if seen.why_not or not seen.certificate:
        silent.add(where)
        if not hook.address.is_service:
            yield unknown(f"{hook.address} cannot be called from here ({seen.why_not}): the certificate is not known")
        return
    title = f"the certificate that {hook.address} shows to {hook.kind} webhooks"
    bundle = bundle_of(hook).decode("ascii", "replace")
    if why := port.refusal(host, number, hook.address.host, bundle):
        trusted = f"the caBundle of {hook.title}" if bundle else f"the usual CAs, as {hook.title} has no caBundle"
        yield wrong(f"{title} is not taken by who trusts {trusted}: {why}", _MAKE)
        return
    yield from _judged(title, x509.load_der_x509_certificate(seen.certificate), [hook], sight.now())


def _port(sight: Sight, hook: Hook) -> tuple[str, int] | None:
    """Where the port may be reached from here: by its address, or by what a Service stands for."""
    address = hook.address
    if not address.is_service:
        return address.host, address.port
    found = service(sight, address)
    host = word(found, "spec", "externalName") or word(found, "spec", "clusterIP")
    return (host, address.port) if host and host != "None" else None


def _vouches(bundle: bytes, pair: Pair, hook: Hook, now: datetime) -> bool:
    """Whether a CA of the bundle that is good signed it, or one that it brings along and that such a CA signed."""
    good = b"".join(authorities.good(authorities.readable(bundle), now))
    if authorities.trusted(good, pair) or authorities.is_proven(good, pair, hook.address.host, now):
        return True
    more = pairs.certificates(pair.certificate)[1:]
    return any(authorities.trusted(good, Pair(each.public_bytes(Encoding.PEM), b"")) for each in more)


def _untrusted(title: str, hook: Hook) -> Observation:
    return wrong(f"the caBundle of {hook.title} does not vouch for {title}", _MAKE)


def _is_for(names: frozenset[str], host: str) -> bool:
    return host in names or f"*.{host.partition('.')[2]}" in names


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text)
    except (binascii.Error, ValueError):
        return b""
