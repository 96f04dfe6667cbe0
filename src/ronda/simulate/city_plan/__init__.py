"""The demonstration's whole city, made up and marked so: areas, sites, 14,000 cameras, and two months of past.

Deterministic: every number is drawn from the name of what it is for, never from a clock; days are counted back from
the date that is passed in. Names and places are Semarang's; the numbers are plausible and not official.
"""
