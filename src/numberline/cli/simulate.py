"""`numberline simulate`: the tenant simulator alone."""

from pathlib import Path
from typing import Annotated

import typer

from numberline.cli.failures import Refusal


def simulate(
    port: Annotated[
        int, typer.Option(metavar="P", min=0, max=65535, help="Port to listen on; 0 takes a free one.")
    ] = 0,
    people: Annotated[int, typer.Option(metavar="N", min=0, help="How many people the company has.")] = 2000,
    joiners: Annotated[
        float,
        typer.Option(metavar="SHARE", min=0, max=1, help="Share of the licensed who have no number yet."),
    ] = 0.03,
    seed: Annotated[int, typer.Option(metavar="S", help="The same seed gives the same company.")] = 1,
    host: Annotated[str, typer.Option(metavar="H", help="Address to listen on.")] = "127.0.0.1",
    client_secret: Annotated[
        str | None, typer.Option(metavar="TEXT", help="The application's client secret.")
    ] = None,
    certificate: Annotated[
        list[Path] | None,
        typer.Option(metavar="F", help="A certificate (PEM) registered for the application."),
    ] = None,
    files: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder for the certificates that it makes.")
    ] = None,
    record: Annotated[
        Path | None, typer.Option(metavar="F", help="Write every request and answer to this file.")
    ] = None,
    write_config: Annotated[
        Path | None, typer.Option(metavar="F", help="Write the configuration file that fits the company.")
    ] = None,
) -> None:
    """Run a simulated Microsoft 365 tenant on this machine.

    Prints one line of JSON when it is ready (url, ca_file, tenant_id, client_id, client_secret, control), and
    serves until Ctrl-C. People, licences, numbers and faults are switched while it runs, by POST to its control
    address; docs/explain/simulator.md lists the verbs and faults.
    """
    from numberline.simulator.main import main

    if write_config is not None and not write_config.parent.is_dir():
        raise Refusal(f"the folder of {write_config} is not there: make it, or name another file")
    given: dict[str, object] = {
        "host": host,
        "port": port,
        "people": people,
        "joiners": joiners,
        "seed": seed,
        "client-secret": client_secret,
        "files": files,
        "record": record,
        "write-config": write_config,
    }
    words = [text for name, value in given.items() if value is not None for text in (f"--{name}", str(value))]
    words += [text for file in certificate or () for text in ("--certificate", str(file))]
    raise typer.Exit(main(words))
