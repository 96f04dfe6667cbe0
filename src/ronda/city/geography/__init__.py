"""The base map that ships with the product: drawn by hand, schematic, with the official names and codes of areas."""
