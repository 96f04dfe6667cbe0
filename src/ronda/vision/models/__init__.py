"""Larger eyes: which detectors are known, which are there, how they are fetched, added and checked."""
