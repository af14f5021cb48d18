"""All benchmarks, one after the other: `make bench`."""

from __future__ import annotations

from benchmarks import enquete, make_run, raw_load

if __name__ == "__main__":
    raw_load.main()
    enquete.main()
    make_run.main()
