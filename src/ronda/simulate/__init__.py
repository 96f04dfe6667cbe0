"""A simulated city's cameras: scenes, loops, one RTSP server, faults."""
