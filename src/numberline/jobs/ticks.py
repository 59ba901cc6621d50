"""What one of all the workers does now and then: whichever comes first when it is time."""

from datetime import timedelta

from django.db.models import Q

from numberline import clock
from numberline.jobs.models import Tick

AHEAD = timedelta(minutes=1)
"""A tick that lies so far in the future was made by a machine whose clock is wrong, and binds nobody."""


def mine(name: str, every: float) -> bool:
    """Whether it is time for what is called so, and for the caller to do it: true for one caller in `every` seconds."""
    now = clock.now()
    time = Q(at__lte=now - timedelta(seconds=every)) | Q(at__gt=now + AHEAD)
    if Tick.objects.filter(time, name=name).update(at=now):
        return True
    # Asked for only while it was never done: the row stays for good.
    return (
        not Tick.objects.filter(name=name).exists()
        and Tick.objects.get_or_create(name=name, defaults={"at": now})[1]
    )
