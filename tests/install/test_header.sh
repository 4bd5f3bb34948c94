#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# test_header.sh HEADER: the public header compiles alone, without a warning, as C99, C11 and C++17.
set -euo pipefail

header=$1
compile() { # COMPILER LANGUAGE STANDARD
    echo "-- $1 $3"
    "$1" -x "$2" -std="$3" -DCL_TARGET_OPENCL_VERSION=120 -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror \
        -fsyntax-only -include "$header" /dev/null
}

compile cc c c99
compile cc c c11
compile c++ c++ c++17
if printf '#include "%s"\nint x = CLPOOL_NO_SUCH_NAME;\n' "$header" | cc -x c -std=c11 -DCL_TARGET_OPENCL_VERSION=120 -fsyntax-only - 2>/dev/null; then
    echo "FAILED: the check takes a planted error" >&2
    exit 1
fi
