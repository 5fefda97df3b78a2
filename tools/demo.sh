#!/bin/sh
# Installs AllEars and runs the demonstration:  sh tools/demo.sh [options of `allears demo`]
set -eu
python=$(sh "$(dirname "$0")/setup.sh")
exec "$(dirname "$python")/allears" demo "$@"
