"""The picture's path: sources, streams, fragments, delivery."""
