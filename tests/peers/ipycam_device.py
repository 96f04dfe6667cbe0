"""The ONVIF device of the package `ipycam`, written by others: prints `HOST:PORT`, then serves until killed.

User `penjaga`, password `p@ss:1`. Its streams are not served: it is here for what it says.
"""

import http.server
import sys
from types import SimpleNamespace

from ipycam import CameraConfig, IPCameraHTTPHandler, ONVIFService

USER, PASSWORD = "penjaga", "p@ss:1"


def main() -> None:
    """Serve."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), IPCameraHTTPHandler)
    port = server.server_address[1]
    config = CameraConfig(name="Gerbang", local_ip="127.0.0.1", onvif_port=port, username=USER, password=PASSWORD)
    IPCameraHTTPHandler.camera = SimpleNamespace(config=config, onvif=ONVIFService(config))
    sys.stdout.write(f"127.0.0.1:{port}\n")
    sys.stdout.flush()
    server.serve_forever()


if __name__ == "__main__":
    main()
