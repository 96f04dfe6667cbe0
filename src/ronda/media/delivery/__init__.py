"""How pictures leave: WebSocket, HLS, stills, RTSP."""
