"""What the city's figures say, openly and with their method."""
