"""Reading the whole list of numbers: fetched while the directory is read, and written in between."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from numberline import clock
from numberline.assignments.found import find_holders, reconcile_holders
from numberline.audit.record import Cause
from numberline.graph.client import GraphClient
from numberline.graph.errors import GiveUp, Wait
from numberline.graph.types import GraphNumber
from numberline.inventory import teams
from numberline.inventory.membership import Homes
from numberline.inventory.models import Listing
from numberline.inventory.rehome import rehome
from numberline.inventory.unlisted import follow_list
from numberline.runs.ahead import Ahead
from numberline.runs.progress import Progress
from numberline.runs.reading import FULL_ROUND, Read
from numberline.tenants.models import Tenant
from numberline.worklist.items import close_items, open_item

AHEAD = 100_000
"""Pages that may lie waiting: no bound, because the fetching itself remembers every number to leave out repeats."""


class NumberList:
    """The list of numbers that Teams shows, page by page.

    Nothing is concluded from a list that failed midway. Where an earlier list was whole the run goes on without this
    one (every number is then looked at before it is given); the very first list must be whole.
    """

    def __init__(
        self, tenant: Tenant, pages: Ahead[list[GraphNumber]], at: datetime, cause: Cause, progress: Progress
    ) -> None:
        self._tenant, self._pages, self._at, self._cause = tenant, pages, at, cause
        self._progress = progress
        self._homes = Homes.load(tenant.pk)
        self._first = teams.last_listing(tenant.pk) is None
        self._whole = teams.ListingResult()
        self._began = clock.monotonic()

    @property
    def taken(self) -> bool:
        """Whether every page was written."""
        return self._pages.ended

    def take_ready(self) -> bool:
        """Write one page, if one has come; gives whether there was one."""
        return self._take(wait=False)

    def finish(self, read: Read, *, asked: bool = False) -> None:
        """Write the pages that are left, and conclude who holds what; `asked`: an administrator wants it so."""
        while self._take(wait=True):
            pass
        tenant, at, whole = self._tenant, self._at, self._whole
        teams.finish_listing(tenant, whole, at, asked=asked)
        read.numbers = whole.count
        if whole.trusted:
            read.listed_at = self._began
            follow_list(tenant.pk, at, self._cause)
            rehome(tenant.pk, cause=self._cause, at=at)
            reconcile_holders(tenant, at, self._cause)
            close_items(tenant.pk, at, "listing_short")
        else:
            reconcile_holders(tenant, at, self._cause, whole.seen, freeing=False)
            open_item(tenant.pk, "listing_short", at, detail=whole.detail)

    def _take(self, *, wait: bool) -> bool:
        """Write the next page; gives whether there was one."""
        whole = self._whole
        if not whole.trusted:
            return False
        try:
            page = self._pages.take(wait=wait)
        except (Wait, GiveUp) as error:
            if self._first:
                raise
            whole.trusted, whole.detail = False, f"reading the list failed: {error}"
            return False
        if page is None:
            return False
        part = teams.take_page(self._tenant, page, self._homes, self._at)
        whole.seen |= part.seen
        whole.unreadable += part.unreadable
        whole.count += part.count
        if self._first:
            # Every holder is new to us: recording those of a page needs no other page, and saves time at the end.
            find_holders(self._tenant, self._at, self._cause, part.seen)
        self._progress.step("reading numbers", whole.count, None)
        return True


@contextmanager
def number_list(
    tenant: Tenant, client: GraphClient, at: datetime, cause: Cause, progress: Progress
) -> Iterator[NumberList]:
    """Start fetching the list of numbers."""
    with Ahead(client.number_pages(), AHEAD, "numbers") as pages:
        yield NumberList(tenant, pages, at, cause, progress)


def listing_due(tenant: Tenant, at: datetime, full: bool) -> bool:
    """Whether the whole list of numbers is to be read: never yet, a day ago, or asked for."""
    last = Listing.objects.of(tenant.pk).order_by("-at").first()
    return full or last is None or at - last.at >= FULL_ROUND
