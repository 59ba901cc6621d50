"""`numberline demo`: what it can be asked for."""

from typing import Annotated

import typer

PORT, PORTAL = 8443, 8480


def demo(
    people: Annotated[
        int, typer.Option(metavar="N", min=1, max=100_000, help="How many people the company has.")
    ] = 2000,
    port: Annotated[
        int,
        typer.Option(
            metavar="P", min=0, max=65535, help="Port of the simulated tenant; another if it is taken."
        ),
    ] = PORT,
    seconds: Annotated[
        float | None, typer.Option(metavar="S", min=1, help="End by itself after so many seconds.")
    ] = None,
    pace: Annotated[
        float, typer.Option(metavar="S", min=0.2, max=600, help="Seconds between two joiners.")
    ] = 4.0,
    seed: Annotated[
        int, typer.Option(metavar="N", help="The same seed gives the same company and joiners.")
    ] = 1,
    keep: Annotated[bool, typer.Option("--keep", help="Keep the data folder at the end.")] = False,
    portal: Annotated[
        int,
        typer.Option(metavar="P", min=0, max=65535, help="Port of the portal; another if it is taken."),
    ] = PORTAL,
    history: Annotated[
        bool, typer.Option(help="Begin with a company that has been served for a month, or today.")
    ] = True,
) -> None:
    """Show it all at work: a simulated company whose new people get their numbers.

    Starts a simulated Microsoft 365 tenant, connects it as you would connect yours, and runs automation on a
    database of its own. A month is lived in seconds, so that there is something to look at in the portal, whose
    address and sign-in are shown. People keep joining; each is shown being detected, decided about and given a
    number. Ctrl-C ends it, and nothing is left behind.
    """
    from numberline.cli.demo.run import Options, run

    options = Options(
        people=people,
        port=port,
        seconds=seconds,
        pace=pace,
        seed=seed,
        keep=keep,
        portal=portal,
        history=history,
    )
    raise typer.Exit(run(options))
