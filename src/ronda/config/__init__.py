"""Settings from defaults, ronda.toml, RONDA_* and the command line, each with its origin."""
