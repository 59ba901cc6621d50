"""How the commands of a group are listed: each with its whole first sentence, wrapped and never cut off."""

from typer._click import Context
from typer._click.formatting import HelpFormatter
from typer.core import TyperGroup

WHOLE = 1000
"""More characters than a first sentence has."""


class WholeSentences(TyperGroup):
    """A group of commands whose help is read to its end."""

    def format_commands(self, ctx: Context, formatter: HelpFormatter) -> None:
        """Write the list of commands."""
        found = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        rows = [(name, each.get_short_help_str(WHOLE)) for name, each in found if each and not each.hidden]
        with formatter.section("Commands"):
            formatter.write_dl(rows)
