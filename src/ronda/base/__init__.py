"""Time, errors, identities, redaction: what every other package stands on."""
