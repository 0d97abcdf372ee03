"""``python -m bench [NAME …]``: run the benches, print one table, exit 1 when a bound is missed."""

import importlib
import pkgutil
import sys
from pathlib import Path

from bench.measure import Measure

FRAME = {"__main__", "measure"}


def names() -> list[str]:
    """Every bench module that takes part in the table."""
    found = [m.name for m in pkgutil.iter_modules([str(Path(__file__).parent)]) if m.name not in FRAME]
    return [name for name in found if hasattr(importlib.import_module(f"bench.{name}"), "run")]


def line(measure: Measure) -> str:
    """One row of the table."""
    sign = "≥" if measure.at_least else "≤"
    verdict = "ok    " if measure.kept else "MISSED"
    bound = f"{sign} {measure.bound:g}{measure.unit}"
    return f"{verdict} {measure.value:8.3g}{measure.unit:2} {bound:10} {measure.what}  {measure.detail}"


def main(wanted: list[str]) -> int:
    """Run the benches named, or all."""
    known = names()
    unknown = [name for name in wanted if name not in known]
    if unknown:
        print(f"There is no bench {unknown[0]}; there are: {', '.join(known)}.", file=sys.stderr)
        return 2
    missed = 0
    for name in wanted or known:
        print(f"# {name}", flush=True)
        for measure in importlib.import_module(f"bench.{name}").run():
            missed += not measure.kept
            print(line(measure), flush=True)
    print(f"{missed} bounds missed" if missed else "all bounds kept")
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
