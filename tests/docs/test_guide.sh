#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# test_guide.sh: what docs/strategies.md tells a reader to write compiles, C and kernel, without a warning; in a long run of
# the tests the copy is built, and the new strategy runs on PoCL against the reference. CC and CFLAGS as given.
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=ci/common.sh
source "$here/../../ci/common.sh"
page=$root/docs/strategies.md

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
copy() { # FOLDER
    mkdir -p "$1"
    (cd "$root" && cp -r CMakeLists.txt LICENSE README.md ci cmake docs examples host include kernels tests tuning "$1")
}

compiles() { # PROJECT
    local file value
    for file in takes strategies; do
        # shellcheck disable=SC2086
        "${CC:-cc}" -std=c11 -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror -DCL_TARGET_OPENCL_VERSION=120 ${CFLAGS-} \
            -I"$1/include" -I"$1/host" -fsyntax-only "$1/host/plan/$file.c" || return 1
    done
    grep -q ' pairs ' "$1/CMakeLists.txt" || return 1
    for value in U8 F32 F64 I32; do
        cat "$1"/kernels/{value,sum,lanes,fused,window,cells,pairs}.cl |
            clang -x cl -cl-std=CL1.2 -Xclang -finclude-default-header -Wall -Wextra -Werror -Wno-unused-parameter -Wno-unused-function \
                -Wno-unused-macros -fsyntax-only -DCLPOOL_INDEX_BITS=32 -DCLPOOL_MASK_BITS=8 -DCLPOOL_MASK_WINDOW=1 \
                -DCLPOOL_MASK_TENSOR=0 -DCLPOOL_MASK_COLMAJOR=0 -DCLPOOL_NAN_IGNORE=0 -DCLPOOL_CHANNELS_LAST=0 \
                -DCLPOOL_FLUSHES_DENORMALS=0 "-DCLPOOL_DTYPE_$value=1" - || return 1
    done
}

need clang
copy "$work/project"
python3 -B "$here/apply_guide.py" "$page" "$work/project"
compiles "$work/project" || fail "what the guide says does not compile"

# planted SED-SCRIPT: an error in a copy of the guide is caught.
planted() {
    sed "$1" "$page" >"$work/planted.md"
    ! cmp -s "$page" "$work/planted.md" || fail "the planted error is not in the guide: $1"
    rm -rf "$work/copy"
    copy "$work/copy"
    if python3 -B "$here/apply_guide.py" "$work/planted.md" "$work/copy" >"$work/log" 2>&1 && compiles "$work/copy" >"$work/log" 2>&1; then
        fail "did not catch a planted error: $1"
    fi
}
planted 's/geometry->mask_format.per_element/geometry->mask_format.elements/'
planted 's/clpool_beats(/clpool_wins(/'
planted 's/above bool takes_disjoint_windows/above bool takes_other_windows/'
planted 's/ direct pairs / direct /'

if [ "${CLPOOL_TEST_LONG:-}" = 1 ]; then
    "$work/project/ci/build" "$work/build" -DCLPOOL_WERROR=ON -DCLPOOL_BUILD_TESTS=ON -DCLPOOL_BUILD_COMMAND=OFF >"$work/log" 2>&1 ||
        fail "the copy does not build: $(tail -n 20 "$work/log")"
    CLPOOL_TEST_DEVICE="Portable Computing Language" CLPOOL_TEST_STRATEGY=pairs CLPOOL_TEST_PROBLEMS=500 "$work/build/tests/sweep_rows" ||
        fail "the guide's strategy fails"
else
    echo "not run: the guide's strategy, whose build takes minutes; CLPOOL_TEST_LONG=1 does"
fi
echo "the guide's strategy compiles, and the planted errors were caught"
