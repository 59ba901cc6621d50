"""`numberline serve`: the portal, and the background loop in a process beside it (numberline.cli.beside)."""

import os
import signal
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer

from numberline.cli.ending import SIGNALS, deadly
from numberline.cli.output import out
from numberline.cli.start import note, ready

if TYPE_CHECKING:
    from numberline.portal.address import Address

FIRST_ACCOUNT = (
    "Nobody can sign in yet. Make the first account in another terminal: numberline account add EMAIL --owner"
)


def serve(
    listen: Annotated[
        str | None,
        typer.Option(
            metavar="HOST:PORT", help="Where to listen; NUMBERLINE_LISTEN, or 127.0.0.1:8480, unless given."
        ),
    ] = None,
    no_worker: Annotated[
        bool,
        typer.Option("--no-worker", help="The portal alone: `numberline worker` runs elsewhere."),
    ] = False,
) -> None:
    """Run the portal and automation until it is told to end (Ctrl-C or SIGTERM).

    Automation runs in a process beside the portal, as `numberline worker` does, and is started again if it should
    end. Where other machines reach the portal, a reverse proxy in front of it speaks TLS and NUMBERLINE_URL names
    its https address. Being told to end, pages are finished, and so is what was sent to Microsoft, for ten seconds
    at most. A second signal ends it at once.
    """
    from numberline.portal import address as addresses

    chosen = addresses.listen_address(listen)
    proxy = addresses.proxy(chosen)
    sockets = addresses.listen(chosen)
    here = addresses.Address(chosen.host, sockets[0].getsockname()[1])
    # Links in alerts, and the host that is answered, follow the address unless one is set for them.
    os.environ.setdefault("NUMBERLINE_URL", f"http://{here}")
    ready()
    from numberline.cli.beside import Beside
    from numberline.portal.server import Server
    from numberline.wsgi import application

    server, beside = Server(application, sockets, proxy=proxy), Beside()

    def end(_number: int, _frame: FrameType | None) -> None:
        server.stop()
        beside.ask_to_end()
        deadly()

    for number in SIGNALS:
        signal.signal(number, end)
    _tell(here)
    try:
        server.run((lambda: None) if no_worker else beside.watch)
    finally:
        beside.end()
    note("Ended.")


def _tell(here: "Address") -> None:
    """Where the portal is, and what to do when nobody can sign in."""
    from numberline.accounts.models import User
    from numberline.environment import portal_url

    url = portal_url()
    if url.startswith("https://"):
        out(f"The portal listens on {here} for the reverse proxy that answers {url}")
    else:
        out(f"The portal answers at http://{here}")
    if not User.objects.filter(is_active=True).exists():
        out(FIRST_ACCOUNT)
    note("Ctrl-C ends it.")
