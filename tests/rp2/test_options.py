"""The runtime of a clip and that of the target bench are built with the same options."""

from pathlib import Path

BENCH = Path(__file__).resolve().parents[1] / "target" / "port" / "mpconfigport.h"


def test_the_bench_counts_what_the_clip_runs() -> None:
    from rp2build.runtime import OPTIONS

    header = BENCH.read_text("utf-8")
    for option in OPTIONS:
        name, _, value = option.removeprefix("-D").partition("=")
        assert f"#define {name} ({value})\n" in header
