"""The days of a node's cameras: their trees, kept beside its journal, and the roots that the centre signs."""
