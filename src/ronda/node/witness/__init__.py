"""A node as a witness of the access log: it keeps the heads it was shown, and says when one does not follow."""
