"""RTSP 1.0 cameras over TCP (RFC 2326): a sans-I/O client, and the connection that carries it."""
