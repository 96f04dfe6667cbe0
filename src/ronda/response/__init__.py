"""Alarms, and what people do about them: one state machine, from a camera's sign to an agency's answer."""
