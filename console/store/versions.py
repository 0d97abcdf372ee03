"""The version of local.db's tables. In a module of its own so that opening an up-to-date file imports no migration."""

VERSION = 1
"""``PRAGMA user_version`` of a file this console writes: the number of migrations."""
