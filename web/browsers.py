"""From where somebody asks, said so that they know it again and nobody is traced: a shortened address, program and
system by name."""

from __future__ import annotations

import ipaddress
from typing import Final

from flask import request

from engine.people.actors import Place

LONGEST: Final = 512
"""Signs of what a browser says of itself that are looked at."""
_PROGRAMS: Final = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("FBAN/", "Facebook"),
    ("FBAV/", "Facebook"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
"""What names a program, the first that is found: most also name those whose pages they want to be sent."""
_SYSTEMS: Final = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Macintosh", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def place() -> Place:
    """From where this page is asked for."""
    return Place(shortened(request.remote_addr or ""), named(request.user_agent.string))


def shortened(address: str) -> str:
    """The network of an address: ``203.0.113.*`` of one of four numbers, the first three groups of a longer one; empty
    for what is none."""
    try:
        read = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if isinstance(read, ipaddress.IPv6Address) and read.ipv4_mapped is None:
        return f"{ipaddress.IPv6Network((read, 48), strict=False).network_address}*"
    plain = read.ipv4_mapped if isinstance(read, ipaddress.IPv6Address) else read
    return f"{str(plain).rpartition('.')[0]}.*"


def named(says: str) -> str:
    """Program and system by what the browser says of itself, ``Firefox, Windows``; only what is known by name."""
    says = says[:LONGEST]
    known = (next((name for mark, name in names if mark in says), "") for names in (_PROGRAMS, _SYSTEMS))
    return ", ".join(name for name in known if name)


def network() -> str:
    """The whole address that the browser is at, to be counted and not to be kept: of a longer one the first half, which
    is what one household or one machine has."""
    try:
        read = ipaddress.ip_address(request.remote_addr or "")
    except ValueError:
        return ""
    if isinstance(read, ipaddress.IPv6Address) and read.ipv4_mapped is None:
        return str(ipaddress.IPv6Network((read, 64), strict=False))
    return str(read.ipv4_mapped or read) if isinstance(read, ipaddress.IPv6Address) else str(read)
