"""Measurements: each number beside its peer, taken in the same run on the same machine."""
