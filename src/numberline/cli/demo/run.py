"""The demo from its start to its end."""

import sys
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from numberline import clock
from numberline.cli.demo import closing, lines, place, portal
from numberline.cli.demo.joiners import Joiners
from numberline.cli.demo.story import Story
from numberline.cli.demo.watcher import Watcher
from numberline.cli.failures import DONE, ERROR
from numberline.cli.output import out
from numberline.cli.start import ready

if TYPE_CHECKING:
    from numberline.cli.demo.company import Company

LOOK_EVERY = 2.0
"""Seconds between two passes in the demo; the least for a real tenant is 15 s."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the demo is asked for. `pace` is the seconds between two joiners; `seconds` None goes on until Ctrl-C."""

    people: int
    port: int
    seconds: float | None
    pace: float
    seed: int
    keep: bool
    portal: int
    history: bool


def run(options: Options) -> int:
    """Run the demo and give the exit code: 0 unless the simulated tenant disagrees at the end."""
    with place.ending() as end, place.fresh_folder(options.keep) as folder:
        # The company's last month is lived in seconds; what is told is told in the reader's time.
        story = Story(clock.SystemClock().monotonic)
        port = place.free_port(options.port)
        listening = portal.listening(options.portal)
        for wanted, got in ((options.port, port), (options.portal, listening.getsockname()[1])):
            if wanted not in (0, got):
                out(f"Port {wanted} is taken: another one is used.")
        place.reached_at(portal.address(listening))
        ready()
        from numberline.cli.demo.company import Telling, Wish, opened

        code = DONE
        wish = Wish(options.people, options.seed, port, options.history)
        try:
            with opened(folder, wish, Telling(story.now, end)) as company, portal.answering(listening):
                _live(company, options, story, end, portal.address(listening))
                code = _close(company, story)
        except place.Ended:
            out("Ended before the company was ready.")
        if options.keep:
            out(f"The data folder is kept: {folder}")
    return code


def _live(company: "Company", options: Options, story: Story, end: threading.Event, address: str) -> None:
    """Let people join and automation work until the end; returns when both have stopped."""
    from numberline.jobs.loop import Loop

    loop = Loop(Watcher(story), pace=LOOK_EVERY, at_once=1)
    joiners = Joiners(
        company.simulator.control,
        story,
        company.kinds,
        company.domain,
        names=company.names,
        seed=options.seed,
        pace=options.pace,
    )
    sign_in = (
        f"The portal answers at {address}  Sign in as {company.sign_in.email} with {company.sign_in.password}"
    )
    with _screen(company, story, sign_in):
        coming = _Thread("joiners", lambda: joiners.run(end), end)
        working = _Thread("automation", loop.run, end)
        left = None if options.seconds is None else max(0.0, options.seconds - story.now())
        end.wait(left)
        end.set()
        loop.stop()
        coming.finish()
        working.finish()


class _Thread(threading.Thread):
    """A thread whose error ends the demo and is raised again where it is finished."""

    def __init__(self, name: str, work: Callable[[], None], end: threading.Event) -> None:
        super().__init__(name=name, daemon=True)
        self._work = work
        self._end = end
        self._error: BaseException | None = None
        self.start()

    def run(self) -> None:
        """Do the work; keep its error."""
        try:
            self._work()
        except BaseException as error:  # noqa: BLE001 - raised again by finish
            self._error = error
            self._end.set()

    def finish(self) -> None:
        """Wait for the end of the thread."""
        self.join()
        if self._error is not None:
            raise self._error


def _screen(company: "Company", story: Story, sign_in: str) -> AbstractContextManager[object]:
    if not sys.stdout.isatty():
        lines.say(story.now(), "demo", sign_in)
        story.tell(lines.told)
        return lines.Lines("People join from now on.")
    from numberline.cli.demo.screen import Screen

    return Screen(f"Numberline demo: {company.name}", story, sign_in)


def _close(company: "Company", story: Story) -> int:
    verdict = closing.verify(company.tenant_id, company.simulator.control, story)
    out()
    for line in closing.summary(story):
        out(line)
    out(closing.sentence(verdict))
    return ERROR if verdict.faults else DONE
