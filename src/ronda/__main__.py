"""`python -m ronda`."""

from ronda.cli.main import main

main()
