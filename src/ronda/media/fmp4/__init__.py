"""Fragmented MP4: boxes written and read."""
