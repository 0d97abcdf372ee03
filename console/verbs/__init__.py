"""The verbs of the command line, one module each: ``add_arguments(parser)`` and ``run(args) -> exit code``.

Imported one at a time, when used. A verb reads local.db and needs no network wherever that can be.
"""
