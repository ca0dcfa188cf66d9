"""A port that serves the webhook, looked at from here: its certificate, and its metrics."""

import http.client
import socket
import ssl
from dataclasses import dataclass
from typing import Final

SECONDS: Final = 3.0  # to connect, and between two pieces of an answer
_LARGEST: Final = 8 * 1024 * 1024  # bytes of metrics
_OK: Final = 200


@dataclass(frozen=True, slots=True)
class Handshake:
    """The serving certificate of a port (DER), or why there is none, in words."""

    certificate: bytes = b""
    why_not: str = ""


def handshake(host: str, port: int, name: str) -> Handshake:
    """What a port shows to a client that calls it by this name, whoever it is."""
    try:
        with (
            socket.create_connection((host, port), SECONDS) as plain,
            _trusting_anybody().wrap_socket(plain, server_hostname=name) as connection,
        ):
            return Handshake(connection.getpeercert(binary_form=True) or b"")
    except (OSError, ValueError) as error:
        return Handshake(why_not=_why(error))


def refusal(host: str, port: int, name: str, bundle: str) -> str:
    """Why a client that trusts these CAs (PEM; empty: those of this machine) does not take it; "" where it does."""
    try:
        context = ssl.create_default_context(cadata=bundle or None)
        with (
            socket.create_connection((host, port), SECONDS) as plain,
            context.wrap_socket(plain, server_hostname=name),
        ):
            return ""
    except ssl.SSLCertVerificationError as error:
        return str(error.verify_message)
    except (OSError, ValueError) as error:
        return _why(error)


def metrics(host: str, port: int) -> str | None:
    """The text of /metrics; None where it cannot be had from here."""
    connection = http.client.HTTPSConnection(host, port, timeout=SECONDS, context=_trusting_anybody())
    try:
        connection.request("GET", "/metrics")
        answer = connection.getresponse()
        text = answer.read(_LARGEST)
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()
    return text.decode("utf-8", "replace") if answer.status == _OK else None


def _trusting_anybody() -> ssl.SSLContext:
    """To look at what is shown, not to believe it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def _why(error: Exception) -> str:
    text = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return "".join(c if c.isprintable() else " " for c in text[:200]) or type(error).__name__
