"""Rendered street scenes: places, traffic, the lens and the sensor that look at them.

World coordinates are metres: x to the right, y ahead, z up from the road. Pictures are BGR, uint8.
"""
