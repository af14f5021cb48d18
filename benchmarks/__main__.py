"""All benchmarks, one after the other: `make bench`."""

from __future__ import annotations

from benchmarks import raw_load, registers, run_time, survey

if __name__ == "__main__":
    raw_load.main()
    registers.main()
    survey.main()
    run_time.main(["--install"])
