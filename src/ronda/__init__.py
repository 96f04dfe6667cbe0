"""Ronda: every CCTV camera of a city, in one place."""

__version__ = "0.1.0"
