"""Trains the built-in eye's classifier of crops from scratch; see README.md."""
