"""The index of a volume: a cache of its files and journal, rebuilt when missing."""
