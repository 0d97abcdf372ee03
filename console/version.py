"""The version of this console."""

from functools import cache


@cache
def version() -> str:
    """As installed; ``0+unknown`` when run from a tree that was never installed."""
    from importlib.metadata import PackageNotFoundError  # 12 ms, and nobody needs it before the first frame
    from importlib.metadata import version as installed

    try:
        return installed("agent-console")
    except PackageNotFoundError:
        return "0+unknown"
