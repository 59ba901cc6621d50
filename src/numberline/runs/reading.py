"""Reading a tenant: the directory by delta, the list of numbers when it is due, licences once a day."""

import queue
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256

from numberline import clock
from numberline.assignments.found import reconcile_holders
from numberline.audit.record import Cause
from numberline.core.attributes import SELECT
from numberline.directory.intake import Intake, take_page
from numberline.directory.models import Cursor
from numberline.graph.answers import wait
from numberline.graph.client import GraphClient
from numberline.graph.errors import FullRoundNeeded, GiveUp, Wait
from numberline.graph.types import GraphNumber
from numberline.graph.users import DeltaPage
from numberline.inventory import teams
from numberline.inventory.membership import Homes
from numberline.inventory.models import Listing
from numberline.runs.progress import Progress
from numberline.tenants.licences import plan_table
from numberline.tenants.models import Tenant
from numberline.worklist.items import close_items, open_item

FULL_ROUND = timedelta(hours=24)
SELECTION = sha256(",".join(SELECT).encode()).hexdigest()


@dataclass(slots=True)
class Read:
    """What a run has read: people, numbers, and when (monotonic) the whole list of numbers was read. `person`
    is set when only this one was read."""

    intake: Intake = field(default_factory=Intake)
    numbers: int = 0
    listed_at: float | None = None
    full_round: bool = False
    person: str | None = None


def read_directory(tenant: Tenant, client: GraphClient, at: datetime, full: bool, progress: Progress) -> Read:
    """Read users delta to its end, each page and its cursor in one transaction.

    The next page is fetched while the last is written. A full round starts when asked for, when the selection of
    attributes changed, after a day, or when Microsoft no longer knows the cursor (Microsoft: delta-query-overview).
    """
    cursor, _ = Cursor.objects.of(tenant.pk).get_or_create()
    read = Read()
    stale = cursor.round_at is None or at - cursor.round_at >= FULL_ROUND
    if full or stale or cursor.selection != SELECTION:
        _begin_round(cursor, at)
    table = plan_table(tenant)
    for page in _pages(client, cursor):
        if isinstance(page, FullRoundNeeded):
            _begin_round(cursor, at)
            continue
        read.intake.add(take_page(tenant, cursor, page, table, clock.now()))
        progress.step("reading people", read.intake.read, None)
    read.full_round = cursor.round_at == at
    return read


def _begin_round(cursor: Cursor, at: datetime) -> None:
    cursor.link, cursor.whole, cursor.selection = "", False, SELECTION
    cursor.round += 1
    cursor.round_at = at
    cursor.save()


def _pages(client: GraphClient, cursor: Cursor) -> Iterator[DeltaPage | FullRoundNeeded]:
    """Pages from where the cursor stands, the next one under way while this one is worked on."""
    with ThreadPoolExecutor(1, thread_name_prefix="delta") as fetch:
        page = client.users_delta(cursor.link or None)
        resets = 0
        while True:
            if isinstance(page, FullRoundNeeded):
                resets += 1
                if resets > 1:
                    raise wait("listing_incomplete", 60.0, raw=page.raw)
                yield page
                page = client.users_delta()
                continue
            following = fetch.submit(client.users_delta, page.next_link) if page.next_link else None
            yield page
            if following is None:
                return
            page = following.result()


class NumberList:
    """The whole list of numbers, fetched on a thread of its own while the directory is read."""

    def __init__(self, client: GraphClient) -> None:
        self._pages: queue.SimpleQueue[list[GraphNumber] | BaseException | None] = queue.SimpleQueue()
        self._client = client
        self.wanted = True

    def fetch(self) -> None:
        """Fetch to the end, or until nobody wants it any more; runs on the thread."""
        try:
            for page in self._client.number_pages():
                if not self.wanted:
                    return
                self._pages.put(page)
            self._pages.put(None)
        except BaseException as error:  # noqa: BLE001 - raised again by whoever takes the pages
            self._pages.put(error)

    def pages(self) -> Iterator[list[GraphNumber]]:
        """The pages as they come; ends only when the list did. Raises what fetching raised."""
        while True:
            page = self._pages.get()
            if page is None:
                return
            if isinstance(page, BaseException):
                raise page
            yield page


@contextmanager
def numbers_under_way(client: GraphClient, wanted: bool) -> Iterator[NumberList | None]:
    """Start fetching the list of numbers, if it is wanted."""
    if not wanted:
        yield None
        return
    listing = NumberList(client)
    with ThreadPoolExecutor(1, thread_name_prefix="numbers") as pool:
        pool.submit(listing.fetch)
        try:
            yield listing
        finally:
            listing.wanted = False


def take_numbers(
    tenant: Tenant, listing: NumberList, at: datetime, cause: Cause, read: Read, progress: Progress
) -> None:
    """Write the whole list, and conclude who holds what.

    Nothing is concluded from a list that failed midway. Where an earlier list was whole the run goes on without this
    one (every number is then looked at before it is given); the very first list must be whole.
    """
    homes = Homes.load(tenant.pk)
    began = clock.monotonic()
    whole = teams.ListingResult()
    try:
        for page in listing.pages():
            part = teams.take_page(tenant, page, homes, at)
            whole.seen |= part.seen
            whole.unreadable += part.unreadable
            whole.count += part.count
            progress.step("reading numbers", whole.count, None)
    except (Wait, GiveUp) as error:
        if teams.last_listing(tenant.pk) is None:
            raise
        whole.trusted, whole.detail = False, f"reading the list failed: {error}"
    teams.finish_listing(tenant, whole, at)
    read.numbers = whole.count
    if whole.trusted:
        read.listed_at = began
        reconcile_holders(tenant, at, cause)
        close_items(tenant.pk, at, "listing_short")
    else:
        reconcile_holders(tenant, at, cause, whole.seen)
        open_item(tenant.pk, "listing_short", at, detail=whole.detail)


def listing_due(tenant: Tenant, at: datetime, full: bool) -> bool:
    """Whether the whole list of numbers is to be read: never yet, a day ago, or asked for."""
    last = Listing.objects.of(tenant.pk).order_by("-at").first()
    return full or last is None or at - last.at >= FULL_ROUND
