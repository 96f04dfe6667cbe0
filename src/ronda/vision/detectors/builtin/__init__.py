"""The eye that needs no download: motion, geometry, and a tiny classifier of our own."""
