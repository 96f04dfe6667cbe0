"""How a node lets its cameras be looked at: workers, what they are fed with, and the way of what they see."""
