"""Registration plates of Indonesia: found on a vehicle, read, and voted on. Only an examination of a case runs this."""
