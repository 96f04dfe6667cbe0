"""From footage to what a court can use: `docs/design/evidence.md`."""
