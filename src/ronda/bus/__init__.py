"""The contract between centre and nodes, and the engines that carry it."""
