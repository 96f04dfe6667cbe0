"""What residents see of the city: made from the registry when it changes, answered from memory."""
