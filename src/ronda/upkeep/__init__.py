"""What does not work, who said so, and what became of it."""
