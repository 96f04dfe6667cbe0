"""The centre's database: engines in one seam, migrations."""
