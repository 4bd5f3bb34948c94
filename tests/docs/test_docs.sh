#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# test_docs.sh CLPOOL DOCS_ARRAYS: every line of C and every command in docs/coming-from.md runs and gives what the page
# says, and so do README's commands. CC, CFLAGS and LIBS as in check_document.sh.
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=ci/common.sh
source "$here/../../ci/common.sh"
page=$root/docs/coming-from.md

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/bin" "$work/sandbox"
ln -s "$1" "$work/bin/clpool"
ln -s "$2" "$work/bin/docs_arrays"
export PATH=$work/bin:$PATH CLPOOL_DEVICE=native
cd "$work/sandbox"
ln -s "$root/tests" tests
ln -s "$root/examples/data/chelsea.png" cat.png
docs_arrays make

"$here/check_document.sh" "$page"

# planted WHY SED-SCRIPT: an error in a copy of the page is caught, for that reason, and the script does change it.
planted() {
    sed -E "$2" "$page" >"$work/planted.md"
    ! cmp -s "$page" "$work/planted.md" || fail "the planted error is not in the page: $2"
    if output=$("$here/check_document.sh" "$work/planted.md" 2>&1); then
        fail "did not catch a planted error: $2"
    fi
    grep -qE -- "$1" <<<"$output" || fail "a planted error was caught for another reason than '$1': $2: $output"
}
# shellcheck disable=SC2016 # sed's scripts have $ and `
plant_errors() {
    planted "'excluded' is not include" 's/^(clpool.* --divisor) exclude$/\1 excluded/'
    planted 'y.npy holds 5 2.236.*; expected 4.497941' 's/^(clpool.* --mode lp --p) 3 /\1 2 /'
    planted 'y.npy holds 6 8 14 16; expected 6 8 14 17' '0,/^# y\.npy: 6 8 14 16/s//# y.npy: 6 8 14 17/'
    planted 'y.npy holds 6 8 14 16; expected 6 8 14$' '0,/^# y\.npy: 6 8 14 16/s//# y.npy: 6 8 14/'
    planted 'nearly a statement' '0,/^# y\.npy: 6 8/s//# y.npy:6 8/'
    planted 'cmp y.npy' 's/^clpool.*case078-x.*/& --nan ignore/'
    planted 'no member named' 's/^problem\.dilation\[1\]/problem.dilated[1]/'
    planted 'CLPOOL_INVALID_PROBLEM' 's/^problem\.dilation\[1\] = 2/problem.dilation[1] = 0/'
    planted 'y\[1\] is 5, not 6' '0,/^\/\* y: 3\.5 5/s//\/* y: 3.5 6/'
    planted 'unused' '0,/^problem\.mode = CLPOOL_AVERAGE;/s//&\nint unused = 1;/'
    planted 'blocks are sh or c' '0,/^```sh/s//```bash/'
    planted 'the last block has no end' '$d'
    planted 'commands and statements, but' '0,/^clpool forward/s//exit 0\n&/'
    planted 'no block of the section has --divisor excluded' '0,/`--divisor exclude` \|/s//`--divisor excluded` |/'
    planted 'no `code`, none or always' '0,/\| `--ceil` \|/s//| |/'
}
plant_errors

# README: its commands run, its C compiles.
block() { # KIND HEADING: the first block of that kind below the heading
    awk -v fence="\`\`\`$1" -v heading="$2" '$0 == heading { below = 1 } below && $0 == "```" { exit } inside { print } below && $0 == fence { inside = 1 }' "$root/README.md"
}
docs_arrays make-readme
block sh "## Use the command" >"$work/readme.sh"
[ "$(grep -c '^clpool ' "$work/readme.sh")" -ge 8 ] || fail "README's commands were not found"
# What is fused is for OpenCL devices.
sed -i 's/^clpool .*--load-expression/CLPOOL_DEVICE="Portable Computing Language" &/' "$work/readme.sh"
bash -eu "$work/readme.sh" >"$work/output" 2>&1 || fail "README's commands fail: $(tail -n 5 "$work/output")"
{
    echo '#define CL_TARGET_OPENCL_VERSION 120'
    echo '#include <clpool.h>'
    echo 'void use(cl_context context, cl_device_id device, cl_command_queue queue, cl_mem x, cl_mem y, cl_mem mask, cl_mem dy, cl_mem dx, cl_event pooled);'
    echo 'void use(cl_context context, cl_device_id device, cl_command_queue queue, cl_mem x, cl_mem y, cl_mem mask, cl_mem dy, cl_mem dx, cl_event pooled)'
    echo '{'
    block c "## Use the library"
    echo '}'
} >"$work/readme.c"
grep -q clpool_enqueue_backward "$work/readme.c" || fail "README's C was not found"
# shellcheck disable=SC2086
"$CC" -std=c11 -Wall -Wextra -Wpedantic -Werror ${CFLAGS-} -fsyntax-only "$work/readme.c" || fail "README's C does not compile"

echo "README's $(grep -c '^clpool ' "$work/readme.sh") commands ran"
