"""Cameras and recorders that are not registered yet: found, visited, and asked what they have."""
