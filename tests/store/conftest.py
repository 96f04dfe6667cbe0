"""Every kind of database in turn."""

from tests.store.databases import database_kind, store, store_url

__all__ = ["database_kind", "store", "store_url"]
