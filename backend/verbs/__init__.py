"""The verbs of the command line, one module each; :mod:`backend.cli` imports the one that is used."""
