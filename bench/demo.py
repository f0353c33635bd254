"""Wall time of the demo, from command to report, as a share of its budget of ten seconds.

Run: ``python bench/demo.py``. What is timed is ``muster demo`` as a whole process: the lab's start, every question
over the wire, every verdict, the evidence, the comparison with what was planted; not the set-up of ``.venv``.
"""

import statistics
import subprocess
import sys
import time
from pathlib import Path

BUDGET = 10.0
CHECKOUT = Path(__file__).parents[1]


def main() -> None:
    """Five runs after one to warm up."""
    command = [sys.executable, "-c", "from muster.cli import app; app()", "demo"]
    shares = []
    for attempt in range(6):
        began = time.monotonic()
        done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False)
        seconds = time.monotonic() - began
        if done.returncode:
            raise SystemExit(done.stdout[-2000:] + done.stderr[-2000:])
        if attempt:
            shares.append(seconds / BUDGET)
            print(f"{seconds:.2f} s: {shares[-1]:.2f} of the budget of {BUDGET:.0f} s")
    print(f"demo: median {statistics.median(shares):.2f} of the budget")


if __name__ == "__main__":
    main()
