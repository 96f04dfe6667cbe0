"""The process that looks: access units in, findings out, over a socket pair that the node holds the other end of."""
