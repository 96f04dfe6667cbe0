"""Knows the city, decides, gathers events; reaches nodes through the bus alone."""
