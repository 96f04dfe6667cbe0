"""`ronda simulate`."""

import click

from ronda.cli.command import Command, settings, start_logging


@click.command(cls=Command)
@click.option("--cameras", type=click.IntRange(1, 100_000), default=24, show_default=True, help="How many cameras.")
@click.option("--rtsp-port", type=click.IntRange(0, 65_535), default=8555, show_default=True, help="Port; 0: any.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--control-port",
    type=click.IntRange(0, 65_535),
    help="Port of the HTTP control for `ronda fault`; 0: any.  [default: 8556, or another when it is taken]",
)
@click.option("--no-control", is_flag=True, help="Have no control.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed makes the same pictures.")
@click.option("--with-parent", is_flag=True, hidden=True, help="Stop when the process that started it is gone.")
def simulate(
    cameras: int,
    rtsp_port: int,
    host: str,
    control_port: int | None,
    no_control: bool,
    seed: int,
    with_parent: bool,
) -> None:
    """Serve simulated cameras over RTSP; they cost nothing until they are pulled."""
    chosen = settings()
    start_logging(chosen)
    from ronda.simulate.command import run, usual_control_port

    if no_control:
        control_port = None
    elif control_port is None:
        control_port = usual_control_port()
    run(
        chosen.data,
        cameras=cameras,
        host=host,
        rtsp_port=rtsp_port,
        control_port=control_port,
        seed=seed,
        with_parent=with_parent,
    )
