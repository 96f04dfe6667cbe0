"""Runs the measurements of `bench/`, one after the other, and keeps what each printed; standard library only.

    .venv/bin/python scripts/bench.py [NAME ...]        all, or those named: ingest startup

Each is a module with a `main` of its own, also run alone: `python -m bench.ingest --help`. Fuzzers run for as
long as one lets them and are left out unless named.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "bench" / "out"


def names() -> list[str]:
    """Return the measurements that there are."""
    modules = sorted((ROOT / "bench").glob("*.py"))
    return [module.stem for module in modules if '__name__ == "__main__"' in module.read_text()]


def run(name: str) -> bool:
    """Run one, showing what it prints and keeping it; return whether it ended well."""
    print(f"\n=== {name}", flush=True)
    begun = time.monotonic()
    OUT.mkdir(parents=True, exist_ok=True)
    with (OUT / f"{name}.txt").open("w") as kept:
        command = [sys.executable, "-m", f"bench.{name}"]
        with subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        ) as process:
            assert process.stdout
            for line in process.stdout:
                print(line, end="", flush=True)
                kept.write(line)
    print(f"    {time.monotonic() - begun:.0f} s, kept in {(OUT / name).relative_to(ROOT)}.txt", flush=True)
    return process.returncode == 0


def main() -> int:
    """Run what was asked for; return the exit status."""
    known, wanted = names(), sys.argv[1:]
    if unknown := [name for name in wanted if name not in known]:
        print(f"no such measurement: {', '.join(unknown)} (there are: {', '.join(known)})", file=sys.stderr)
        return 2
    chosen = wanted or [name for name in known if not name.startswith("fuzz")]
    failed = [name for name in chosen if not run(name)]
    print(f"\n{len(chosen)} run" + (f", FAILED: {', '.join(failed)}" if failed else ""))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
