"""How often somebody may try: limits on passwords, codes and links, for each account and for each address.

An attempt is written down before it is looked at, so that many at once can't slip through together, and in the
database, so that a restart forgets nothing and all processes count as one. An attempt that is refused does not count:
a lock-out ends by itself, however long somebody goes on, and no office stays out behind the address that it shares.

A browser in which somebody has signed in to the account before (numberline.accounts.devices) has the same limits for
itself: what strangers try neither keeps it out, nor does it use up what they have.
"""

import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from django.utils.crypto import salted_hmac

from numberline import clock
from numberline.accounts.models import Attempt


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many attempts within so long."""

    most: int
    within: timedelta


@dataclass(frozen=True, slots=True)
class Limits:
    """What holds for one account, by all strangers together or by one known browser; and what for one address,
    whichever accounts are tried from there."""

    account: tuple[Limit, ...]
    address: tuple[Limit, ...]


QUARTER, DAY = timedelta(minutes=15), timedelta(days=1)
PASSWORD, SECOND_FACTOR, PASSKEY, LINK = "password", "second factor", "passkey", "link"
LIMITS: dict[str, Limits] = {
    PASSWORD: Limits((Limit(10, QUARTER),), (Limit(60, QUARTER),)),
    SECOND_FACTOR: Limits((Limit(5, QUARTER), Limit(30, DAY)), (Limit(60, QUARTER),)),
    PASSKEY: Limits((), (Limit(60, QUARTER),)),
    LINK: Limits((), (Limit(20, QUARTER),)),
}
ONCE = "once"
ONCE_IS = timedelta(minutes=5)


class TooManyAttempts(Exception):
    """There were too many attempts. The message says how long to wait; `seconds` is the same for machines."""

    def __init__(self, seconds: float) -> None:
        self.seconds = ceil(seconds)
        super().__init__(f"Too many attempts. Try again in {_words(self.seconds)}.")


@dataclass(frozen=True, slots=True)
class Counted:
    """An attempt that was counted."""

    rows: tuple[int, ...]
    earlier: tuple[str, str] | None

    def succeeded(self) -> None:
        """It was right: neither it nor earlier failures of this account count any longer. Those of the address do,
        or somebody with one account of their own could try all others for ever. In a known browser only its own
        failures are over: strangers get no more guesses because somebody has signed in."""
        Attempt.objects.filter(pk__in=self.rows).delete()
        if self.earlier is not None:
            Attempt.objects.filter(what=self.earlier[0], key=self.earlier[1]).delete()


def count(kind: str, *, account: str = "", address: str = "", device: str = "") -> Counted:
    """Count an attempt, before it is looked at: against account and address or, in a browser that is known to the
    account, against that alone. Raises TooManyAttempts."""
    now, limits, rows = clock.now(), LIMITS[kind], []
    keys = {"account": (account, limits.account), "address": (_network(address), limits.address)}
    if device and limits.account:
        keys = {"device": (f"{account} {device}", limits.account)}
    for scope, (key, held_to) in keys.items():
        if not key or not held_to:
            continue
        row = Attempt.objects.create(what=f"{kind}: {scope}", key=_digest(key), at=now)
        rows.append(row.pk)
        wait = max(_wait(row, limit, now) for limit in held_to)
        if wait > 0:
            Attempt.objects.filter(pk__in=rows).delete()
            raise TooManyAttempts(wait)
    scope, (key, held_to) = next(iter(keys.items()))
    return Counted(tuple(rows), (f"{kind}: {scope}", _digest(key)) if key and held_to else None)


def once(text: str) -> bool:
    """Whether this was not seen in the last minutes: a code that somebody looked at over a shoulder is of no use."""
    now = clock.now()
    row = Attempt.objects.create(what=ONCE, key=_digest(text), at=now)
    same = Attempt.objects.filter(what=ONCE, key=row.key, at__gt=now - ONCE_IS).exclude(pk=row.pk)
    return not same.exists()


def forget(account: str) -> None:
    """Forget what failed for an account: it begins anew."""
    Attempt.objects.filter(what__endswith=": account", key=_digest(account)).delete()


def forget_old(now: datetime) -> None:
    """Remove what no limit looks at any longer."""
    Attempt.objects.filter(at__lt=now - DAY).delete()


def _wait(row: Attempt, limit: Limit, now: datetime) -> float:
    """Seconds until there may be another attempt; 0 or less: now."""
    others = Attempt.objects.filter(what=row.what, key=row.key, at__gt=now - limit.within).exclude(pk=row.pk)
    last = others.order_by("-at", "-pk").values_list("at", flat=True)[limit.most - 1 : limit.most]
    return max(((at + limit.within - now).total_seconds() for at in last), default=0.0)


def _digest(text: str) -> str:
    """Keyed, because a password is easily typed into the field of the address."""
    return salted_hmac("numberline.attempts", text.strip().lower(), algorithm="sha256").hexdigest()


def _network(address: str) -> str:
    """An address as one counts it: of IPv6 the network, of which everybody has a whole one."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network((known, 64), strict=False)) if known.version == 6 else address


def _words(seconds: int) -> str:
    if seconds <= 90:
        return f"{max(seconds, 1)} seconds" if seconds != 1 else "1 second"
    minutes = ceil(seconds / 60)
    return f"{minutes} minutes" if minutes <= 90 else f"{ceil(minutes / 60)} hours"
