"""From the tables of others into the register, and out again: CSV, Excel and GeoJSON."""
