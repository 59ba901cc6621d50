"""The portal as a server of its own: waitress, in this process, until it is told to end.

Pages are short work for a few threads. What is before them (TLS, compression, the public address) is a reverse proxy's;
of such a proxy, and of nobody else, the client's address and `X-Forwarded-Proto` are believed.
"""

import threading
from collections.abc import Callable, Iterable
from typing import Any

from waitress import wasyncore
from waitress.server import BaseWSGIServer, create_server

from numberline.portal.dispatch import Dispatcher

THREADS = 8
"""Pages that are made at the same time; each has its own connection to the database while it is made."""
CONNECTIONS = 900
"""Open connections of browsers, below the 1,024 files that a process may usually have."""
LARGEST = 128 * 1024 * 1024
"""The most bytes of one request: a CSV file of a million numbers is half of it."""
QUIET = 60
"""Seconds that a connection may say nothing, in the middle of a request too: who holds many open loses them."""
TICK = 0.5


class Server:
    """Listens as soon as it is made (OSError if it can't), and answers while `run` does.

    `sockets` are bound already. `proxy` is the address of the reverse proxy that is believed, `*` any.
    """

    def __init__(
        self, application: Callable[..., Iterable[bytes]], sockets: list[Any], *, proxy: str | None = None
    ) -> None:
        self._map: dict[int, Any] = {}
        self._stop = threading.Event()
        self._server = create_server(
            application,
            map=self._map,
            sockets=sockets,
            _dispatcher=Dispatcher(THREADS),
            connection_limit=CONNECTIONS,
            max_request_body_size=LARGEST,
            channel_timeout=QUIET,
            cleanup_interval=QUIET // 4,
            asyncore_use_poll=True,
            ident=None,
            **_believed(proxy),
        )
        self._listeners = [each for each in self._map.values() if isinstance(each, BaseWSGIServer)]

    def stop(self) -> None:
        """End soon: pages that are being made are finished. May be called from a signal handler or another thread."""
        self._stop.set()
        for each in self._listeners:
            each.pull_trigger()

    def run(self, each: Callable[[], None] = lambda: None) -> None:
        """Answer until `stop`; `each` is called about twice a second, and more often while there is much to do."""
        try:
            while not self._stop.is_set():
                wasyncore.loop(timeout=TICK, use_poll=True, map=self._map, count=1)
                each()
        finally:
            self._server.task_dispatcher.shutdown()
            wasyncore.close_all(self._map)


def _believed(proxy: str | None) -> dict[str, Any]:
    if proxy is None:
        return {"clear_untrusted_proxy_headers": True}
    return {
        "trusted_proxy": proxy,
        "trusted_proxy_headers": {"x-forwarded-for", "x-forwarded-proto"},
        "clear_untrusted_proxy_headers": True,
    }
