"""The first sync of a company, beside only fetching the pages of its people; and the simulator that serves both.

The simulator answers every call after 100 ms, as Microsoft would, so that a product that fetches, writes and decides
in turn loses. Most people hold numbers, and the list of those numbers is read in the same run.
"""

from __future__ import annotations

from time import perf_counter

from bench.rows import Row
from bench.tenant import Office, connected

SIZES = {
    "full": {"people": 100_000, "limit": 1.25},
    # Ending and starting a process, and the last decisions, weigh as much here as they do with 100,000 people.
    "small": {"people": 10_000, "limit": 2.0},
}
RUNS = {"small": 3}
LATENCY = 0.1
START_SECONDS, MOST_MEMORY = 10, 1000


def run(people: int, limit: float) -> list[Row]:
    """Fetch, then sync; the pages were prepared by an earlier fetch without latency, whose rate is shown."""
    with connected("observe", people=people) as office:
        _fetch(office)
        pages, quick = _fetch(office)
        office.simulator.control.faults(latency=LATENCY)
        _, fetching = _fetch(office)
        done = office.sync()
        numbers = done.json["read"]["numbers"]
        _require(office, people, done.json["read"]["people"], numbers)
        size = f"{people:,} people"
        seconds = (
            f"{size}, {numbers:,} numbers: {done.seconds:.1f} s, fetching {pages} pages {fetching:.1f} s"
        )
        served = f"{size}; serves {pages / quick:.0f} prepared pages a second to one client"
        return [
            Row("first sync / only fetching", done.seconds / fetching, limit, seconds),
            Row("first sync: peak memory", done.megabytes, None, size, unit="MB"),
            Row("simulator: seconds to start", office.start_seconds, START_SECONDS, served, unit="s"),
            Row("simulator: peak memory", office.simulator_megabytes(), MOST_MEMORY, size, unit="MB"),
        ]


def _fetch(office: Office) -> tuple[int, float]:
    """Go through all pages of people with the product's own client and do nothing with them."""
    with office.client(reads=1000.0) as client:
        pages, link, began = 0, None, perf_counter()
        while True:
            page = client.users_delta(link)
            pages += 1
            if page.next_link is None:
                return pages, perf_counter() - began
            link = page.next_link


def _require(office: Office, people: int, read: int, numbers: int) -> None:
    """A sync that read less than everything would be quick for nothing."""
    listed = office.simulator.control.state()["listed_numbers"]
    assert (read, numbers) == (people, listed), f"read {read} people and {numbers} numbers"
