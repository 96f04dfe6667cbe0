"""Links by which a named receiver has one sealed export of a case for some days, with a code that is said to them."""
