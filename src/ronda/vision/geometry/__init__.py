"""Lines, zones and the ground, in pictures measured 0 to 1."""
