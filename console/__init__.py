"""The terminal app that agents run."""
