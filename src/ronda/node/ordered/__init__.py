"""What a node makes on order: sealed exports, masked copies."""
