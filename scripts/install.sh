#!/bin/sh
# Makes the environment and installs the locked packages: install.sh <folder> <uv requirement> <lock file>...
# Called by make, which keeps a stamp; safe to run again after it was interrupted.
set -eu
folder=$1 uv=$2
shift 2
started=$(date +%s)

usable() {
    "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null
}

find_python() {
    for name in ${PYTHON:-} python3.12 python3.11 python3.13 python3; do
        if command -v "$name" >/dev/null 2>&1 && usable "$name"; then
            echo "$name"
            return
        fi
    done
    echo "No Python 3.11, 3.12 or 3.13 was found." >&2
    echo "What to do: install one (Debian 12: apt install python3 python3-venv), or set PYTHON=/path/to/python3." >&2
    exit 1
}

if ! usable "$folder/bin/python"; then
    python=$(find_python)
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        echo "$python cannot make an environment: its module ensurepip or venv is missing." >&2
        echo "What to do: apt install python3-venv (or the venv package of that Python)." >&2
        exit 1
    fi
    echo "making $folder with $("$python" --version)"
    rm -rf "$folder"
    "$python" -m venv "$folder"
fi

set -- --require-hashes $(printf -- '-r %s ' "$@")
export PIP_DISABLE_PIP_VERSION_CHECK=1
if [ ! -x "$folder/bin/uv" ]; then
    "$folder/bin/python" -m pip install --quiet "$uv" || echo "no uv for this machine"
fi
# uv does not read pip's configuration; a package index of one's own is often set there only.
index=${PIP_INDEX_URL:-$("$folder/bin/python" -m pip config get global.index-url 2>/dev/null || true)}
[ -z "$index" ] || export UV_DEFAULT_INDEX="${UV_DEFAULT_INDEX:-$index}"

# What does not import this project (PROJECT=none) is installed without it.
with_uv() {
    [ -x "$folder/bin/uv" ] || return 1
    # Compiling now, on all cores, is faster than every process doing so at its first start.
    "$folder/bin/uv" pip install --quiet --compile-bytecode --python "$folder/bin/python" "$@" &&
        { [ "${PROJECT:-}" = none ] || "$folder/bin/uv" pip install --quiet --python "$folder/bin/python" --no-deps --editable .; }
}

with_pip() {
    echo "installing with pip, which takes some minutes"
    # The lock files name everything; pip would ask a hash for every extra that a package asks of another.
    "$folder/bin/python" -m pip install --quiet --no-deps "$@" &&
        { [ "${PROJECT:-}" = none ] || "$folder/bin/python" -m pip install --quiet --no-deps --editable .; }
}

echo "installing packages"
with_uv "$@" || with_pip "$@"
echo $(($(date +%s) - started)) >"$folder/.install_seconds"
