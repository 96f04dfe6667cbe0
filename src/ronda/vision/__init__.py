"""What cameras see: pictures decoded, things found, followed, counted and judged."""
