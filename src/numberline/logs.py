"""Where log lines go: stderr, one line each, never stdout, which belongs to a command's answer."""

import logging
import sys
from typing import Any

import structlog

QUIET = ("httpx2", "httpcore2", "msal", "urllib3", "asyncio")


def configure(logging_settings: dict[str, Any]) -> None:
    """Django's LOGGING_CONFIG: log from `level` up, structlog through the standard library.

    The libraries that speak HTTP log whole addresses, and with `debug` headers too; they are kept to
    warnings whatever the level, so that no token can reach a log.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger("numberline")
    root.handlers = [handler]
    root.setLevel(logging_settings["level"])
    root.propagate = False
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.contextvars.merge_contextvars,
            structlog.processors.format_exc_info,
            structlog.processors.KeyValueRenderer(key_order=["event"]),
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
