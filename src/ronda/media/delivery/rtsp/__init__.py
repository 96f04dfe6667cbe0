"""An RTSP 1.0 server (RFC 2326), pictures interleaved in the connection: for the re-serve and the simulator."""
