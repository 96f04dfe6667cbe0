"""Takes cameras, pulls, records, serves pictures."""
