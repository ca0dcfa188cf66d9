"""Addresses: IP addresses as the API server and kube-proxy read them, however they are written."""

import re
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Final

IPAddress = IPv4Address | IPv6Address

_ZEROS: Final = re.compile(r"(?<![0-9A-Fa-f])0+(?=[0-9A-Fa-f])")  # before the digits of a number between dots or colons


def address(text: str) -> IPAddress | None:
    """The address that a text means; None where it means none.

    As Go's net.ParseIP did up to 1.16, and Kubernetes' ParseIPSloppy does: zeros in front of a number count for nothing
    (010.0.0.1 is 10.0.0.1), and an IPv4 address mapped into IPv6 is the IPv4 address. Blanks around it and a zone,
    which the API server refuses, are left out.
    """
    try:
        return plain(ip_address(_ZEROS.sub("", text.strip().partition("%")[0])))
    except ValueError:
        return None


def plain(found: IPAddress) -> IPAddress:
    """The IPv4 address of one that is mapped into IPv6; any other as it is."""
    return (isinstance(found, IPv6Address) and found.ipv4_mapped) or found
