"""The demo on a terminal: what a pass is doing, the counters, and the last people who came, live."""

from rich import box
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.panel import Panel
from rich.progress_bar import ProgressBar
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from numberline.cli.demo import story as stages
from numberline.cli.demo.story import Counters, Joiner, Story
from numberline.cli.output import grouped

COLOURS = {
    stages.JOINED: "dim",
    stages.DETECTED: "cyan",
    stages.DECIDED: "blue",
    stages.ASSIGNED: "green",
    stages.WAITING: "yellow",
    stages.HELD: "yellow",
    stages.REFUSED: "red",
    stages.SKIPPED: "dim",
}
AROUND = 17
"""Lines of the screen that are not people."""
WIDE = 120


class Screen:
    """Shows a story until it is left; then the last state stays on the terminal."""

    def __init__(self, title: str, story: Story, portal: str, console: Console | None = None) -> None:
        self._title = title
        self._portal = portal
        self._story = story
        self._console = console or Console()
        self._spinner = Spinner("dots")
        self._live = Live(get_renderable=self.render, console=self._console, refresh_per_second=8)

    def __enter__(self) -> "Screen":
        self._live.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._live.stop()

    def render(self) -> RenderableType:
        """The whole screen as of now."""
        joiners = self._story.joiners()
        parts: list[RenderableType] = [
            Panel(
                Group(_counted(self._story.counters(), joiners, self._story.now()), "", _served(joiners)),
                title=self._title,
                box=box.ROUNDED,
            ),
            self._doing(),
            _people(joiners, max(4, self._console.height - AROUND), self._console.width >= WIDE),
            Text(self._portal, style="bold"),
            Text("Ctrl-C ends the demo.", style="dim"),
        ]
        if self._story.trouble:
            parts.insert(2, Text(self._story.trouble, style="red"))
        return Group(*parts)

    def _doing(self) -> RenderableType:
        self._spinner.update(
            text=Text(self._story.step or "looking for new people every few seconds", style="dim")
        )
        return self._spinner


def _counted(counters: Counters, joiners: list[Joiner], now: float) -> Table:
    waiting = sum(j.stage in (stages.WAITING, stages.HELD) for j in joiners)
    typical = "-" if counters.typical is None else f"{counters.typical:.1f} s"
    grid = Table.grid(padding=(0, 3), expand=True)
    for _ in range(7):
        grid.add_column(justify="center")
    grid.add_row(*(Text(t, style="dim") for t in ("time", "joined", "detected", "assigned", "waiting", "refused")), Text("from joining to number", style="dim"))  # fmt: skip
    grid.add_row(
        f"{int(now) // 60}:{int(now) % 60:02}",
        str(counters.joined),
        str(counters.detected),
        Text(str(counters.assigned), style="bold green"),
        Text(str(waiting), style="yellow" if waiting else ""),
        Text(str(counters.refused), style="red" if counters.refused else ""),
        typical,
    )
    return grid


def _served(joiners: list[Joiner]) -> Table:
    """A bar: how many of those who can have a number have it."""
    counted = [
        j for j in joiners if j.stage not in (stages.WAITING, stages.HELD, stages.SKIPPED, stages.REFUSED)
    ]
    done = sum(j.stage == stages.ASSIGNED for j in counted)
    bar = Table.grid(padding=(0, 1), expand=True)
    bar.add_column()
    bar.add_column(ratio=1)
    bar.add_column()
    bar.add_row(
        "served", ProgressBar(total=max(1, len(counted)), completed=done), f"{done} of {len(counted)}"
    )
    return bar


def _people(joiners: list[Joiner], most: int, wide: bool) -> Table:
    """The last who came. On a narrow terminal their licences give way to the reasons."""
    table = Table(box=box.SIMPLE_HEAD, expand=True, pad_edge=False)
    table.add_column("Person", no_wrap=True, ratio=3)
    if wide:
        table.add_column("Joined with", no_wrap=True, ratio=6)
    table.add_column("State", no_wrap=True, width=9)
    table.add_column("Number", no_wrap=True, min_width=17)
    table.add_column("Took", justify="right", no_wrap=True, width=7)
    table.add_column("Why", no_wrap=True, ratio=6)
    for joiner in joiners[-most:]:
        colour = COLOURS[joiner.stage]
        cells = [
            Text(joiner.name),
            Text(joiner.about, style="dim"),
            Text(joiner.stage, style=colour),
            Text(grouped(joiner.number) if joiner.number else "", style=colour),
            Text("" if joiner.took is None else f"{joiner.took:.1f} s"),
            Text(joiner.reason, style="dim"),
        ]
        table.add_row(*(cells if wide else (cells[0], *cells[2:])))
    return table
