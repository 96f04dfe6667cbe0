"""The HTTP interface and the pages of the centre."""
