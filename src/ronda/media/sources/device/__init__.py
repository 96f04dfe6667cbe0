"""Cameras that send by themselves: a browser's own, pushed as a recording in pieces over a WebSocket."""

from ronda.media.sources.device.desk import Desk, Devices, Ending, Push
from ronda.media.sources.device.supervisor import DeviceSupervisor

__all__ = ["Desk", "DeviceSupervisor", "Devices", "Ending", "Push"]
