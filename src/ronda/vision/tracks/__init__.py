"""Things followed over time."""
