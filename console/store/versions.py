"""The version of local.db's tables. In a module of its own so that opening an up-to-date file imports no migration."""

MIGRATIONS = 3
"""How many migrations there are."""

ARTICLE_SEARCH_FORMAT = 2
"""Raised when the article search is filled or read otherwise: an older file's is then made anew behind the sync."""

VERSION = MIGRATIONS + ARTICLE_SEARCH_FORMAT - 1
"""``PRAGMA user_version`` of a file this console writes. Both only grow, so it changes whenever one of them does."""
