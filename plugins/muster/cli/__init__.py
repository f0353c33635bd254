"""``muster``: everything that is not running checks. Checks are run by pytest.

A command's module is imported when the command is called: one that compares two folders should not wait for what
others need to speak LDAP or to play a lab.
"""

from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_command, get_group

_COMMANDS = {
    "demo": ("demo", "demo"),
    "plan": ("plan", "plan"),
    "report": ("pages", "report"),
    "schema": ("pages", "schema"),
    "docs": ("pages", "docs"),
    "checks": ("pages", "checks"),
    "baseline": ("baseline", "app"),
    "lab": ("lab", "app"),
    "catalogue": ("catalogue", "app"),
}
"""A command's name → the module in this package, and what in it is the command or the group of commands."""


class _WhenCalled(TyperGroup):
    """The commands by name, in a fixed order."""

    # the types of both are typer's own copy of click, which it keeps private
    def list_commands(self, ctx: Any) -> list[str]:
        """Their names."""
        del ctx
        return list(_COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """One of them, imported now."""
        del ctx
        if cmd_name not in _COMMANDS:
            return None
        module, name = _COMMANDS[cmd_name]
        found = getattr(import_module(f"{__name__}.{module}"), name)
        if isinstance(found, typer.Typer):
            made: Any = get_group(found)
        else:
            alone = typer.Typer(add_completion=False)
            alone.command(cmd_name)(found)
            made = get_command(alone)
        made.name = cmd_name
        return made


app = typer.Typer(
    cls=_WhenCalled,
    help="Does your Exchange pass muster? Checks are run by pytest: pytest --env NAME.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


@app.callback()
def _muster() -> None:
    """Does your Exchange pass muster? Checks are run by pytest: pytest --env NAME."""
