"""Masters for evidence: footage as it was recorded, copied and hashed in one pass."""
