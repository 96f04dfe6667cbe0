"""Examinations at a node: footage of a case looked through on order, and single pictures for its boards."""
