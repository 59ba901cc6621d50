"""Where log lines go: stderr, one line each, never stdout, which belongs to a command's answer."""

import logging
import sys
from typing import Any, TextIO

import stamina.instrumentation
import structlog

QUIET = ("httpx2", "httpcore2", "msal", "urllib3", "asyncio")


class Answers(logging.Filter):
    """What Django says of answers that are no success, without what addresses name: people, numbers, what was searched.

    A refusal (4xx) is no fault of the server: one line, for whoever logs from `info` on. An error (5xx) keeps its
    traceback.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite such a record; false for one that is not wanted."""
        status = getattr(record, "status_code", None)
        if not isinstance(status, int) or not record.name.startswith("django."):
            return True
        record.msg, record.args = _told(record, status), ()
        if status >= 500:
            return True
        record.levelno, record.levelname = logging.INFO, "INFO"
        record.exc_info = record.exc_text = None
        return logging.getLogger("numberline").isEnabledFor(logging.INFO)


def _told(record: logging.LogRecord, status: int) -> str:
    """The status, the method, the route, and whose request it was, by their ids."""
    request = getattr(record, "request", None)
    method = getattr(request, "method", None) or ""
    match = getattr(request, "resolver_match", None)
    user = getattr(getattr(request, "_cached_user", None), "pk", None)
    tenant = getattr(getattr(getattr(request, "visit", None), "tenant", None), "pk", None)
    told = [f"{status} {method if method.isalpha() else '?'} {match.view_name if match else 'no page'}"]
    told += [f"{name}={key}" for name, key in (("user", user), ("tenant", tenant)) if key is not None]
    if record.name == "django.security.csrf" and isinstance(record.args, tuple) and record.args:
        told.append(f"({str(record.args[0])[:200]})")
    return " ".join(told)


class StderrHandler(logging.StreamHandler[TextIO]):
    """Writes to whatever stderr is at that moment."""

    def __init__(self) -> None:
        super().__init__(sys.stderr)
        self.addFilter(Answers())
        self.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record."""
        self.stream = sys.stderr
        super().emit(record)


def configure(logging_settings: dict[str, Any]) -> None:
    """Django's LOGGING_CONFIG: log from `level` up, structlog through the standard library. May be called again.

    The libraries that speak HTTP log whole addresses, and with `debug` headers too; they are kept to
    warnings whatever the level, so that no token can reach a log. A call that is tried again is no news
    unless `info` or `debug` is asked for.
    """
    level = logging.getLevelNamesMapping()[logging_settings["level"]]
    root = logging.getLogger()
    for handler in [handler for handler in root.handlers if isinstance(handler, StderrHandler)]:
        root.removeHandler(handler)
    root.addHandler(StderrHandler())
    root.setLevel(max(level, logging.INFO))
    logging.getLogger("numberline").setLevel(level)
    for name in QUIET:
        logging.getLogger(name).setLevel(max(level, logging.WARNING))
    stamina.instrumentation.set_on_retry_hooks(None if level <= logging.INFO else [])
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
