"""Registers over a real database, of every kind in turn."""

from tests.store.databases import database_kind, store, store_url

__all__ = ["database_kind", "store", "store_url"]
