# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# What the tests of the examples share. Source it; it makes the folder `work`, and goes into it.
# shellcheck source=ci/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/../../ci/common.sh"
# shellcheck disable=SC2034 # for the scripts that source this
data=$root/examples/data
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# run STATUS PROGRAM ARGUMENT...: the exit status is that one; stdout and stderr go to files of these names.
runs=0
run() {
    local wanted=$1 status=0
    shift
    runs=$((runs + 1))
    "$@" >stdout 2>stderr || status=$?
    [ "$status" = "$wanted" ] || fail "exit status $status, not $wanted, of: $*"$'\n'"$(cat stdout stderr)"
}

# run_well PROGRAM ARGUMENT...: it succeeds, says nothing on stderr, and leaves no OpenCL object alive where the layer
# that counts them is there.
run_well() {
    rm -f report
    CLPOOL_FAULT_REPORT=$work/report run 0 "$@"
    [ ! -s stderr ] || fail "on stderr of '$*': $(cat stderr)"
    [ -z "${OPENCL_LAYERS:-}" ] || none_alive report "$*"
}

none_alive() { # REPORT PROGRAM
    local kind
    [ -s "$1" ] || fail "no report of '$2'"
    for kind in contexts devices queues buffers programs kernels events; do
        grep -qx "$kind 0" "$1" || fail "left alive by '$2': $(grep "^$kind" "$1")"
    done
}

says() { # FILE PATTERN
    grep -qE -- "$2" "$1" || fail "'$2' is not in $1: $(cat "$1")"
}

# all_is_well WHAT: what a test says at its end.
all_is_well() {
    echo "$1"
    echo "examples: runs $runs"
}

# need_device PROGRAM: skips where the device that CLPOOL_DEVICE names is not there, but not under ci/test.
need_device() {
    local status=0
    "$@" >stdout 2>stderr || status=$?
    if [ "$status" = 3 ] && grep -q "was not found" stderr; then
        [ -z "${CLPOOL_TEST_REQUIRE:-}" ] || fail "$(cat stderr)"
        skip "$(cat stderr)"
    fi
}
