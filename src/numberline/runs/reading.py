"""Reading the directory of a tenant by users delta."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256

from numberline import clock
from numberline.core.attributes import SELECT
from numberline.directory.intake import Intake, take_pages
from numberline.directory.models import Cursor
from numberline.graph.answers import wait
from numberline.graph.client import GraphClient
from numberline.graph.errors import FullRoundNeeded
from numberline.graph.users import DeltaPage
from numberline.planning.decide import Early
from numberline.runs.ahead import Ahead
from numberline.runs.progress import Progress
from numberline.tenants.licences import plan_table
from numberline.tenants.models import Tenant

FULL_ROUND = timedelta(hours=24)
AHEAD = 16
"""Pages of people that may lie waiting to be written."""
AT_ONCE = 8
"""From how many pages on people are written, unless these are the last: many neighbours in an index at a time."""
SELECTION = sha256(",".join(SELECT).encode()).hexdigest()


@dataclass(slots=True)
class Read:
    """What a run has read: people, numbers, and when (monotonic) the whole list of numbers was read. `person`
    is set when only this one was read, `early` when people were decided about while others were read."""

    intake: Intake = field(default_factory=Intake)
    numbers: int = 0
    listed_at: float | None = None
    full_round: bool = False
    person: str | None = None
    early: Early | None = None


def read_directory(
    tenant: Tenant,
    client: GraphClient,
    at: datetime,
    full: bool,
    progress: Progress,
    meanwhile: Callable[[], bool] = lambda: False,
) -> Read:
    """Read users delta to its end, some pages and the cursor behind them in one transaction.

    The next pages are fetched while the last is written; `meanwhile` is done while none has come. A full round
    starts when asked for, when the selection of attributes changed, after a day, or when Microsoft no longer knows
    the cursor (Microsoft: delta-query-overview).
    """
    cursor, _ = Cursor.objects.of(tenant.pk).get_or_create()
    read = Read()
    stale = cursor.round_at is None or at - cursor.round_at >= FULL_ROUND
    if full or stale or cursor.selection != SELECTION:
        _begin_round(cursor, at)
    was_whole = cursor.whole
    table = plan_table(tenant)
    with Ahead(_round(client, cursor.link), AHEAD, "people") as pages:
        for part in _unbroken(pages.lots(AT_ONCE, meanwhile)):
            if isinstance(part, FullRoundNeeded):
                _begin_round(cursor, at)
                was_whole = False
                continue
            read.intake.add(take_pages(tenant, cursor, part, table, clock.now()))
            progress.step("reading people", read.intake.read, None)
    # Also a round that an earlier process began and did not end.
    read.full_round = not was_whole
    return read


def _begin_round(cursor: Cursor, at: datetime) -> None:
    cursor.link, cursor.whole, cursor.selection = "", False, SELECTION
    cursor.round += 1
    cursor.round_at = at
    cursor.save()


def _unbroken(
    lots: Iterable[list[DeltaPage | FullRoundNeeded]],
) -> Iterator[list[DeltaPage] | FullRoundNeeded]:
    """The pages of each lot, apart where a full round begins between them."""
    for lot in lots:
        pages: list[DeltaPage] = []
        for page in lot:
            if isinstance(page, FullRoundNeeded):
                if pages:
                    yield pages
                yield page
                pages = []
            else:
                pages.append(page)
        if pages:
            yield pages


def _round(client: GraphClient, link: str) -> Iterator[DeltaPage | FullRoundNeeded]:
    """Pages from the link to the end of its round; where Microsoft no longer knows the link, that first, and then
    the pages of a full round."""
    page = client.users_delta(link or None)
    resets = 0
    while True:
        if isinstance(page, FullRoundNeeded):
            resets += 1
            if resets > 1:
                raise wait("listing_incomplete", 60.0, raw=page.raw)
            yield page
            page = client.users_delta()
            continue
        yield page
        if page.next_link is None:
            return
        page = client.users_delta(page.next_link)
