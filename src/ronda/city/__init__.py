"""Cameras, and later areas, sites, recorders and partners."""
