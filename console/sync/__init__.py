"""Keeps local.db and the backend in step, in a thread of its own: the only room that decides when to talk to it."""
