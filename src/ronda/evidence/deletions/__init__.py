"""Deletion that a court has ordered: asked by one, approved by another, done at the node, proven for ever."""
