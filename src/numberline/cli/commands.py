"""Every command of `numberline` under its name. Command modules import what they need when they run."""

from functools import cache
from typing import Annotated

import typer
from typer._click.core import Context
from typer.core import TyperGroup

from numberline import __version__
from numberline.cli import (
    account,
    alerts,
    audit,
    config,
    number,
    number_hands,
    number_moves,
    person,
    person_hands,
    person_history,
    plan,
    serve,
    simulate,
    sync,
    tenant,
    worker,
    worklist,
)
from numberline.cli import importing as import_
from numberline.cli.arguments import examples
from numberline.cli.demo import command as demo
from numberline.cli.groups import WholeSentences
from numberline.cli.output import out

ORDER = (
    *("demo", "simulate", "serve", "worker", "account", "tenant", "config", "import", "sync"),
    *("plan", "apply", "explain", "number", "person", "worklist", "alerts", "audit"),
)


class InOrder(WholeSentences):
    """Lists commands in the order in which people meet them."""

    def list_commands(self, ctx: Context) -> list[str]:
        """The names of the commands."""
        return sorted(super().list_commands(ctx), key=ORDER.index)


app = typer.Typer(
    name="numberline",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    cls=InOrder,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback(
    epilog=examples("numberline demo", "numberline tenant add --help", "numberline sync contoso --json"),
)
def numberline(
    version: Annotated[bool, typer.Option("--version", is_eager=True, help="Print the version.")] = False,
) -> None:
    """Numberline gives Microsoft Teams users their phone numbers automatically.

    Exit codes: 0 done; 1 error or wrong usage; 2 from plan: there are changes; 3 some items failed;
    4 something is held or a plan was refused; 5 another run is busy with the tenant.
    """
    if version:
        out(f"numberline {__version__}")
        raise typer.Exit


app.command(epilog=examples("numberline demo --seconds 120", "numberline demo --people 500 --keep"))(
    demo.demo
)
app.command(epilog=examples("numberline simulate --people 2000 --port 8443"))(simulate.simulate)
app.command(epilog=examples("numberline serve", "numberline serve --listen 127.0.0.1:9000 --no-worker"))(
    serve.serve
)
app.command(epilog=examples("numberline worker"))(worker.worker)
app.add_typer(account.app, name="account")
app.add_typer(tenant.app, name="tenant")
app.add_typer(config.app, name="config")
app.add_typer(import_.app, name="import")
app.command(
    epilog=examples("numberline sync contoso", "numberline sync contoso --person adele@contoso.example")
)(sync.sync)
app.command(epilog=examples("numberline plan contoso"))(plan.plan)
app.command(epilog=examples("numberline apply contoso --plan 3f9c21ab"))(plan.apply)
app.command(epilog=examples("numberline explain contoso adele@contoso.example"))(plan.explain)
number.app.add_typer(number_moves.app)
number.app.add_typer(number_hands.app)
person.app.add_typer(person_hands.app)
app.add_typer(number.app, name="number")
person.app.add_typer(person_history.app)
app.add_typer(person.app, name="person")
app.command(epilog=examples("numberline worklist contoso", "numberline worklist contoso --code moved"))(
    worklist.worklist
)
app.add_typer(alerts.app, name="alerts")
app.add_typer(audit.app, name="audit")


@cache
def command() -> TyperGroup:
    """The whole command, ready to run; built once."""
    built: TyperGroup = typer.main.get_command(app)  # type: ignore[assignment]
    return built
