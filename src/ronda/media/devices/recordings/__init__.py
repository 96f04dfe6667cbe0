"""What recorders have kept themselves: listed, and how to have it played."""
