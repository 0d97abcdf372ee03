"""Screens: they own state, read the store, start workers, and turn what happened into attributes of widgets."""
