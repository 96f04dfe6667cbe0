"""The seal: boxes, signatures, the authority behind them, the manifest, the time stamp.

Imports `base` and `media.fmp4` only, so that a stranger can run it alone.
"""
