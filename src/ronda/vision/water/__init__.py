"""Where water stands on a camera's picture: along a staff, or over a place that is known dry."""
