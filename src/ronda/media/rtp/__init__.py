"""RTP, SDP and the codings it carries, without sockets (sans-I/O)."""
