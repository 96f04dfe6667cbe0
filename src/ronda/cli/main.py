"""The command `ronda`: finds the wanted command, and turns what goes wrong into one line and a status.

Commands are imported when they are asked for, so that `ronda --help` is quick.
"""

import importlib
import sys
from typing import Final, NoReturn

import click

from ronda.base.errors import RondaError
from ronda.base.redaction import redact
from ronda.cli.command import Group, Invocation

COMMANDS: Final[dict[str, tuple[str, str]]] = {
    "serve": ("ronda.cli.commands.serve:serve", "Run the server: pages, API, recording."),
    "demo": ("ronda.cli.commands.demo:demo", "Show Ronda on simulated cameras, with a past."),
    "camera": ("ronda.cli.commands.camera:camera", "Add, list, show, change and remove cameras."),
    "probe": ("ronda.cli.commands.probe:probe", "Say what is at a camera's address, or exactly why nothing is."),
    "import": ("ronda.cli.commands.importing:import_", "Bring cameras or areas in from a file."),
    "export": ("ronda.cli.commands.export:export", "Write a register to a file."),
    "onboard": ("ronda.cli.commands.onboard:onboard", "Find recorders and cameras, and say what they have."),
    "analyse": ("ronda.cli.commands.analyse:analyse", "Count and judge what happens in a video file."),
    "models": ("ronda.cli.commands.models:models", "List, fetch, add and check larger eyes."),
    "clip": ("ronda.cli.commands.clip:clip", "Save a stretch of a camera's recording as MP4."),
    "fetch": ("ronda.cli.commands.fetch:fetch", "Bring footage here that is still at a recorder."),
    "hold": ("ronda.cli.commands.hold:hold", "Keep stretches of recordings from being deleted."),
    "evidence": ("ronda.cli.commands.evidence:evidence", "Seal footage for court; who seals, and what verifies it."),
    "verify": ("ronda.cli.commands.verify:verify", "Say whether a sealed export is genuine, without any server."),
    "archive": ("ronda.cli.commands.archive:archive", "Check the archive, or rebuild its index."),
    "token": ("ronda.cli.commands.token:token", "Make, list and withdraw API tokens."),
    "accesslog": ("ronda.cli.commands.accesslog:accesslog", "Prove that nobody rewrote the access log; export it."),
    "user": ("ronda.cli.commands.user:user", "Invite people, see who has access, give and end it."),
    "database": ("ronda.cli.commands.database:database", "Move the database to another server, or give it a new key."),
    "config": ("ronda.cli.commands.config:config", "Print the settings in effect and where each comes from."),
    "simulate": ("ronda.cli.commands.simulate:simulate", "Serve simulated cameras over RTSP."),
    "fault": ("ronda.cli.commands.fault:fault", "Let something go wrong with a simulated camera."),
}
"""Name to (where it is, what it does)."""


class LazyGroup(Group):
    """The top of the tree: knows its commands by name and imports the one that is run."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names, most used first."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command; None when there is none of that name."""
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name][0].partition(":")
        command = getattr(importlib.import_module(module), name)
        return command if isinstance(command, click.Command) else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


def _print_version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted:
        from ronda import __version__

        click.echo(f"ronda {__version__}")
        ctx.exit()


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--version", is_flag=True, expose_value=False, is_eager=True, callback=_print_version, help="Print it.")
@click.pass_context
def ronda(ctx: click.Context) -> None:
    """Every camera of a city, in one place: live, recorded, accounted for."""
    ctx.ensure_object(Invocation)


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run `ronda` and exit: 0 done, 1 done with a bad result or failed by surprise, 2 wrongly asked, 130 stopped."""
    sys.exit(_status(arguments))


def _status(arguments: list[str] | None) -> int:
    try:
        status = ronda.main(arguments, prog_name="ronda", standalone_mode=False)
    except click.ClickException as error:
        hint = f" (ronda {' '.join(_words(error))}--help)" if isinstance(error, click.UsageError) else ""
        return _complain(error.format_message() + hint, 2)
    except (click.Abort, KeyboardInterrupt):
        return _complain("stopped", 130)
    except Exception as error:  # noqa: BLE001 - the root of everything
        return _explain(error)
    return status if isinstance(status, int) else 0


def _words(error: click.UsageError) -> list[str]:
    path = error.ctx.command_path.split()[1:] if error.ctx else []
    return [f"{word} " for word in path]


def _explain(error: Exception) -> int:
    while isinstance(error, ExceptionGroup) and len(error.exceptions) == 1:
        error = error.exceptions[0]
    if isinstance(error, RondaError):
        return _complain(str(error), 2)
    from ronda.base.logging import get_logger

    get_logger("ronda.cli").debug("unexpected error", exc_info=error)
    return _complain(f"failed unexpectedly ({type(error).__name__}: {error}); RONDA_LOG_LEVEL=debug shows where", 1)


def _complain(message: str, status: int) -> int:
    click.echo(f"ronda: {redact(' '.join(message.split()))}", err=True)
    return status
