"""Persons, tokens, sessions, the policy and the access log."""
