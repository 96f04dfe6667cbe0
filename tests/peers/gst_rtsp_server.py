#!/usr/bin/python3
"""GStreamer's RTSP server as an independent camera; runs under the system's Python (python3-gi).

gst_rtsp_server.py [--codec h264|h265] [--auth none|basic|digest] [--cert PEM --key PEM] [--size WxH]
                   [--fps N] [--gop N] [--b-frames N] [--file MP4] [--mount PATH ...]

Serves rtsp://127.0.0.1:PORT/live and prints that address as its first line. User `penjaga`, password `p@ss:1`.
"""

import argparse
import sys

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtsp", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import Gio, GLib, Gst, GstRtsp, GstRtspServer  # noqa: E402

USER, PASSWORD, ROLE = "penjaga", "p@ss:1", "watcher"


def launch_line(options: argparse.Namespace) -> str:
    """Return the pipeline of one camera."""
    if options.file:
        kind = options.codec
        return f"( filesrc location={options.file} ! qtdemux ! {kind}parse ! rtp{kind}pay name=pay0 pt=96 )"
    width, height = options.size.split("x")
    source = (
        f"videotestsrc is-live=true pattern=ball ! "
        f"video/x-raw,format=I420,width={width},height={height},framerate={options.fps}/1 ! "
    )
    if options.codec == "h264":
        coder = (
            f"x264enc tune=zerolatency speed-preset=ultrafast bitrate=400 key-int-max={options.gop} threads=1"
            if not options.b_frames
            else f"x264enc speed-preset=veryfast bitrate=400 key-int-max={options.gop} bframes={options.b_frames} "
            "threads=1 rc-lookahead=5 sync-lookahead=0 ! video/x-h264,profile=main"
        )
        return f"( {source}{coder} ! h264parse ! rtph264pay name=pay0 pt=96 config-interval=-1 )"
    coder = f"x265enc tune=zerolatency speed-preset=ultrafast bitrate=400 key-int-max={options.gop} log-level=none"
    return f"( {source}{coder} ! h265parse ! rtph265pay name=pay0 pt=96 config-interval=0 )"


def authentication(options: argparse.Namespace) -> GstRtspServer.RTSPAuth:
    """Return who is let in, and the certificate."""
    auth = GstRtspServer.RTSPAuth()
    token = GstRtspServer.RTSPToken()
    token.set_string("media.factory.role", ROLE)
    if options.auth == "basic":
        auth.set_supported_methods(GstRtsp.RTSPAuthMethod.BASIC)
        auth.add_basic(GstRtspServer.RTSPAuth.make_basic(USER, PASSWORD), token)
    elif options.auth == "digest":
        auth.set_supported_methods(GstRtsp.RTSPAuthMethod.DIGEST)
        auth.add_digest(USER, PASSWORD, token)
    if options.cert:
        auth.set_tls_certificate(Gio.TlsCertificate.new_from_files(options.cert, options.key))
        if options.auth == "none":
            auth.set_default_token(token)
    return auth


def main() -> None:
    """Serve until killed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--codec", choices=("h264", "h265"), default="h264")
    parser.add_argument("--auth", choices=("none", "basic", "digest"), default="none")
    parser.add_argument("--cert")
    parser.add_argument("--key")
    parser.add_argument("--size", default="320x180")
    parser.add_argument("--fps", type=int, default=25)
    parser.add_argument("--gop", type=int, default=25)
    parser.add_argument("--b-frames", type=int, default=0)
    parser.add_argument("--file")
    parser.add_argument("--mount", action="append", help="A further path of the same stream.")
    options = parser.parse_args()

    Gst.init(None)
    server = GstRtspServer.RTSPServer()
    server.set_address("127.0.0.1")
    server.set_service("0")
    factory = GstRtspServer.RTSPMediaFactory()
    factory.set_launch(launch_line(options))
    factory.set_shared(True)
    if options.auth != "none" or options.cert:
        server.set_auth(authentication(options))
        permissions = GstRtspServer.RTSPPermissions()
        permissions.add_permission_for_role(ROLE, "media.factory.access", True)
        permissions.add_permission_for_role(ROLE, "media.factory.construct", True)
        factory.set_permissions(permissions)
    for path in ("/live", *(options.mount or ())):
        server.get_mount_points().add_factory(path, factory)
    server.attach(None)
    scheme = "rtsps" if options.cert else "rtsp"
    sys.stdout.write(f"{scheme}://127.0.0.1:{server.get_bound_port()}/live\n")
    sys.stdout.flush()
    GLib.MainLoop().run()


if __name__ == "__main__":
    main()
