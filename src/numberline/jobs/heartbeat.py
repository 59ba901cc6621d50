"""The background loop says that it lives, so that whoever waits for it knows whether anybody is there."""

import threading
from datetime import datetime, timedelta
from uuid import uuid4

import structlog
from django.db import close_old_connections, connections
from django.db.utils import Error as DatabaseError

from numberline import clock
from numberline.assignments.stopsign import StopSign
from numberline.jobs.models import Worker

EVERY = 3.0
"""Seconds between two signs of life."""
DEAD = timedelta(seconds=30)
"""A worker of which nothing was heard for so long is taken for dead."""
KEPT = timedelta(days=7)

log = structlog.get_logger("numberline.jobs")


def alive(at: datetime) -> set[str]:
    """The keys of the workers that live."""
    rows = Worker.objects.filter(ended_at=None, seen_at__gt=at - DEAD)
    return set(rows.values_list("key", flat=True))


def last_seen() -> datetime | None:
    """When a background loop last gave a sign of life; None if there never was one."""
    return Worker.objects.order_by("-seen_at").values_list("seen_at", flat=True).first()


class Heartbeat:
    """The life of one worker: it begins with `start`, is told every few seconds on a thread of its own, and ends with
    `finish`. `key` names it."""

    def __init__(self, every: float = EVERY) -> None:
        self.key = uuid4().hex
        self._every = every
        self._end = StopSign()
        self._thread = threading.Thread(target=self._run, name="heartbeat", daemon=True)

    def start(self) -> None:
        """Say that it lives, from now on."""
        self._beat()
        self._thread.start()

    def finish(self) -> None:
        """Say that it ends in good order."""
        self._end.ask()
        self._thread.join()
        self._write(ended_at=clock.now())

    def _run(self) -> None:
        try:
            while not self._end.asked:
                self._end.wait(self._every)
                self._beat()
        finally:
            connections.close_all()

    def _beat(self) -> None:
        self._write(ended_at=None)

    def _write(self, ended_at: datetime | None) -> None:
        now = clock.now()
        try:
            close_old_connections()
            Worker.objects.update_or_create(
                key=self.key,
                defaults={"seen_at": now, "ended_at": ended_at},
                create_defaults={"seen_at": now, "ended_at": ended_at, "started_at": now},
            )
            Worker.objects.filter(seen_at__lt=now - KEPT).exclude(key=self.key).delete()
        except DatabaseError as error:
            log.warning("a sign of life could not be written, trying again", error=str(error))
