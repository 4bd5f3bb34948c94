# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# What the scripts in ci/ share. Source it; it sets `root` and stops the script at the first error.
set -euo pipefail

# shellcheck disable=SC2034 # for the scripts that source this
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

# Exit status with which ctest shows a check as skipped.
skipped=77

fail() {
    echo "${0##*/}: $*" >&2
    exit 1
}

skip() {
    echo "${0##*/}: skipped: $*" >&2
    exit "$skipped"
}

have() {
    command -v "$1" >/dev/null 2>&1
}

# need TOOL: a checker's tool. Missing, it is a failure under ci/test, which installs it, and a skip elsewhere.
need() {
    have "$1" && return
    [ -z "${CLPOOL_TEST_REQUIRE:-}" ] || fail "'$1' is not installed; ci/setup test installs it"
    skip "'$1' is not installed; ci/setup test installs it"
}

# must_catch WHAT COMMAND...: a planted error must make the command fail.
must_catch() {
    local what=$1
    shift
    if "$@" >/dev/null 2>&1; then
        fail "did not catch a planted error: $what"
    fi
}

# C sources and headers of the project.
c_files() {
    git -C "$root" ls-files --cached --others --exclude-standard -- 'host/*.[ch]' 'include/*.h' 'tests/*.[ch]' 'examples/*.[ch]'
}

# ctest_entries BUILD: their names; not from ctest --show-only, which overwrites the log of a ctest that runs.
ctest_entries() {
    cat "$1"/tests/CTestTestfile.cmake "$1"/tests/*/CTestTestfile.cmake |
        sed -n -E 's/^add_test\((\[=*\[)?"?([a-z]+\.[A-Za-z0-9_-]+).*/\2/p'
}
