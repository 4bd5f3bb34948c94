#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# test_fused.sh: the C of docs/fused.md compiles and runs, each block in a function of fused_blocks.c. CC, CFLAGS and LIBS
# build a program that uses the library.
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=ci/common.sh
source "$here/../../ci/common.sh"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# run PAGE: builds and runs its blocks.
run() {
    awk '
        /^```c$/ { print "static void block_" ++blocks "(void)\n{\n    VARIABLES"; inside = 1; next }
        /^```$/ && inside { print "    END\n}"; inside = 0; next }
        inside
        END {
            printf "static void (*const blocks[])(void) = {"
            for (i = 1; i <= blocks; i++) printf "block_%d, ", i
            print "};"
        }' "$1" >"$work/blocks.h"
    # shellcheck disable=SC2086 # several flags
    "${CC:-cc}" -std=c11 -Wall -Wextra -Werror -Wno-unused-variable -I"$work" $CFLAGS "$here/fused_blocks.c" $LIBS \
        -o "$work/blocks" 2>"$work/log" && "$work/blocks" >"$work/out" 2>>"$work/log"
}

sed 's/"x \* p0 + p1"/"x * p0 + p1; y"/' "$root/docs/fused.md" >"$work/planted.md"
must_catch "a wrong expression" run "$work/planted.md"
grep -q "load_expression has ';'" "$work/log" || fail "a planted error was caught for another reason: $(cat "$work/log")"
run "$root/docs/fused.md" || fail "docs/fused.md: $(cat "$work/log")"
[ "$(wc -l <"$work/out")" = "$(grep -c '^```c$' "$root/docs/fused.md")" ] || fail "not every block ran"
echo "$(wc -l <"$work/out") blocks of docs/fused.md ran"
