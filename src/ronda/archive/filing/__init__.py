"""Files of a volume: the disk beneath, the journal, segments, and the one thread that writes them."""
