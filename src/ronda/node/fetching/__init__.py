"""Footage that is still at recorders, brought into the archive."""
