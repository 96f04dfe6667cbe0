"""Everything that decodes or encodes, on PyAV."""
