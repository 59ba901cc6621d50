"""Where the portal listens, and whose word about the reader's own address it takes.

A portal that other machines can reach without TLS would let passwords and sessions cross the network in the open: it is
not started.
"""

import errno
import os
import socket
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any

from numberline import environment
from numberline.environment import SettingError, StartError

DEFAULT = "127.0.0.1:8480"
ANY = "*"


@dataclass(frozen=True, slots=True)
class Address:
    """A host (a name or figures, without brackets) and a port; port 0 is any that is free."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def listen_address(chosen: str | None = None) -> Address:
    """The address of `--listen`, else of NUMBERLINE_LISTEN, else this machine's own. SettingError if it is none."""
    text = chosen if chosen is not None else environment.read("NUMBERLINE_LISTEN") or DEFAULT
    host, colon, port = text.strip().rpartition(":")
    bare = host[1:-1] if host.startswith("[") and host.endswith("]") else host
    if not colon or not bare or (":" in bare) != (bare != host) or not port.isascii() or not port.isdigit():
        raise SettingError(
            f"The portal can't listen on {text!r}: give a host and a port, as in {DEFAULT} or [::1]:8480."
        )
    if int(port) > 65535:
        raise SettingError(f"The portal can't listen on {text!r}: ports end at 65535.")
    return Address(bare, int(port))


def listen(address: Address) -> list[socket.socket]:
    """Sockets that are bound to the address, one for each kind of IP that its name has; all have the same port.

    StartError if it is taken, is not this machine's, or can be reached by others while people reach the portal without
    TLS.
    """
    found = _looked_up(address)
    if not environment.portal_url().startswith("https://"):
        for _, where in found:
            _refuse_in_the_open(address, str(where[0]))
    bound: list[socket.socket] = []
    port = address.port
    try:
        for family, where in found:
            bound.append(_bound(address, family, (where[0], port, *where[2:])))
            port = bound[0].getsockname()[1]
    except StartError:
        for each in bound:
            each.close()
        raise
    return bound


def proxy(address: Address) -> str | None:
    """The reverse proxy that is believed: as set, else this machine where people come by https. SettingError."""
    chosen = environment.read("NUMBERLINE_PROXY")
    if not chosen:
        own = "::1" if ":" in address.host else "127.0.0.1"
        return own if environment.portal_url().startswith("https://") else None
    if chosen == ANY:
        return chosen
    try:
        return str(ip_address(chosen))
    except ValueError:
        raise SettingError(
            f"NUMBERLINE_PROXY is {chosen!r}: give the IP address of the reverse proxy, or * for any."
        ) from None


Where = tuple[socket.AddressFamily, tuple[Any, ...]]


def _looked_up(address: Address) -> list[Where]:
    try:
        found = socket.getaddrinfo(
            address.host, address.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
    except OSError:
        raise StartError(
            f"The portal can't listen on {address}: this machine knows no host {address.host}; use 127.0.0.1."
        ) from None
    return list(dict.fromkeys((family, where) for family, _, _, _, where in found))


def _refuse_in_the_open(address: Address, figures: str) -> None:
    if not ip_address(figures.partition("%")[0]).is_loopback:
        raise StartError(
            f"On {address} other machines would reach the portal without TLS: set NUMBERLINE_URL to the https address "
            "of the reverse proxy before it, or listen on 127.0.0.1."
        )


def _bound(address: Address, family: socket.AddressFamily, where: tuple[Any, ...]) -> socket.socket:
    made = socket.socket(family, socket.SOCK_STREAM)
    try:
        if family == socket.AF_INET6:
            made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind(where)
        made.listen()
    except OSError as error:
        made.close()
        raise StartError(_why_not(address, error)) from error
    return made


def _why_not(address: Address, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {address.port} on {address.host} is taken: end what listens there, or name another in --listen."
    if error.errno in (errno.EACCES, errno.EPERM):
        return f"The portal may not listen on {address}: use a port from 1024 on, behind a reverse proxy."
    if error.errno == errno.EADDRNOTAVAIL:
        return f"{address.host} is no address of this machine: listen on 127.0.0.1 or on one that is."
    return f"The portal can't listen on {address} ({os.strerror(error.errno or 0)}): name another address in --listen."
