"""A camera's own eyes: whether it still sees what it should see."""
