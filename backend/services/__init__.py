"""Use cases: each function does its work in the transaction it is given."""
