"""``console`` and ``python -m console``."""

import sys


def main() -> int:
    """Run the command line; the exit code."""
    from console.cli import run

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
