#!/bin/sh
# Installs AllEars with its test tools and runs every check:  sh tools/test.sh [options of pytest]
set -eu
cd "$(dirname "$0")/.."
python=$(sh tools/setup.sh test)
PATH=$(dirname "$python"):$PATH
export PATH

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

if [ -n "$failed" ]; then
    echo "failed:$failed" >&2
    exit 1
fi
