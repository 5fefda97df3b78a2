#!/bin/sh
# Makes a Python with AllEars in it:  sh tools/setup.sh [test]
# Uses the active virtual environment, else .venv in the checkout (made here if need be). AllEars is installed to run
# from the checkout, so that it stays what the checkout holds; with "test", with the test tools. Prints the path of
# that Python on stdout, all else on stderr.
set -eu
cd "$(dirname "$0")/.."
purpose=${1:-run}

say() { echo "setup: $*" >&2; }

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@" >&2; else sudo "$@" >&2; fi
}

# Install Debian packages, saying so; fails where this is no Debian machine or nobody may.
debian_install() {
    command -v apt-get >/dev/null || return 1
    [ "$(id -u)" = 0 ] || command -v sudo >/dev/null || return 1
    say "installing Debian packages: $*"
    export DEBIAN_FRONTEND=noninteractive
    as_root apt-get install -y -qq --no-install-recommends "$@" && return 0
    as_root apt-get update -qq && as_root apt-get install -y -qq --no-install-recommends "$@"
}

new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

find_python() {
    for name in python3 python3.11 python3.12 python3.13 python3.14; do
        if command -v "$name" >/dev/null && new_enough "$name"; then
            command -v "$name"
            return 0
        fi
    done
    say "no Python 3.11 or newer on PATH; install one (Debian 12: apt-get install python3 python3-venv)"
    return 1
}

make_environment() {
    base=$(find_python)
    if ! "$base" -c 'import ensurepip, venv' 2>/dev/null; then
        version=$("$base" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
        debian_install "python$version-venv" || {
            say "$base cannot make virtual environments; install its venv package (Debian: python3-venv)"
            return 1
        }
    fi
    say "making the virtual environment .venv with $base"
    "$base" -m venv --clear .venv
}

# True if this environment runs the sources of this very checkout, with the packages that they ask for now.
runs_from_checkout() {
    cmp -s pyproject.toml "$installed_for" && "$python" - <<'PY' 2>/dev/null
import pathlib, sys
import allears
sys.exit(not pathlib.Path(allears.__file__).is_relative_to(pathlib.Path("host").resolve()))
PY
}

if [ -n "${VIRTUAL_ENV:-}" ]; then
    python=$VIRTUAL_ENV/bin/python
else
    [ -x .venv/bin/python ] && new_enough .venv/bin/python || make_environment
    python=$PWD/.venv/bin/python
fi
new_enough "$python" || { say "$python is older than Python 3.11"; exit 1; }

installed_for=${python%/bin/python}/allears-pyproject.toml
install() { "$python" -m pip install -qq --disable-pip-version-check "$@" >&2; }

if [ "$purpose" = test ]; then
    say "installing AllEars and the test tools"
    extras=test
    # The network's training is tested where PyTorch can be had; elsewhere those tests skip and say so.
    if "$python" -c 'import torch' 2>/dev/null || install torch==2.13.0; then
        extras=test,models
    else
        say "torch 2.13.0 cannot be had here: the tests of training will skip"
    fi
    install -e ".[$extras]"
    # A page is judged in a real browser.
    command -v chromium >/dev/null || debian_install chromium || say "no chromium: the tests of pages will skip"
elif ! runs_from_checkout; then
    say "installing AllEars"
    install -e .
fi
cp pyproject.toml "$installed_for"
echo "$python"
