#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# test_pipeline.sh PIPELINE PIPELINE_SVM PLANTED: examples/pipeline gives plain C's bits on the device that CLPOOL_DEVICE
# names, from a buffer and from shared memory, and says what the device lacks; a planted error is found.
# shellcheck source=tests/examples/common.sh
source "$(dirname "$0")/common.sh"
pipeline=$1
pipeline_svm=$2
planted=$3
picture=$data/chelsea.png

need_device "$pipeline" "$picture" out.png
run_well "$pipeline" "$picture" out.png
says stdout '^compute queue: (out of order$|in order; the device has none)'
says stdout '^memory: one buffer, [0-9]+ bytes in 7 regions$'
says stdout '^check: 25425 values and as many bytes equal those of plain C$'
says stdout '^picture: 451 x 300 became 113 x 75$'
cp out.png whole.png

# rusticl on llvmpipe has no shared memory in Debian 12's Mesa; in Debian 13's it has, and PoCL always.
if [[ $CLPOOL_DEVICE = rusticl* ]] && ! "$pipeline_svm" "$picture" shared.png >/dev/null 2>&1; then
    run 3 "$pipeline_svm" "$picture" shared.png
    says stderr '^pipeline_svm: the device has no shared virtual memory; this program needs'
    [ ! -e shared.png ] || fail "shared.png was written without shared memory"
else
    run_well "$pipeline_svm" "$picture" shared.png
    says stdout '^memory: one allocation of shared virtual memory, with a buffer on it,'
    says stdout '^check: 25425 values and as many bytes equal those of plain C$'
    cmp whole.png shared.png
fi

run 1 "$planted" "$picture" out.png
says stderr '^pipeline_planted: value [0-9]+ of the pooled planes is .*; plain C has '
cmp out.png whole.png # nothing was written

run 0 "$pipeline" --help
run 2 "$pipeline" "$picture"
says stderr '^pipeline: 1 files are named; there must be 2$'
run 2 "$pipeline" missing.png out.png
says stderr '^pipeline: missing.png cannot be read as a PNG: '
run 2 "$pipeline" "$picture" missing/out.png
says stderr '^pipeline: missing/out.png cannot be written: '
run 2 "$pipeline" --wrong "$picture" out.png
run 3 "$pipeline" --device "no such device" "$picture" out.png
says stderr "^pipeline: device 'no such device' was not found; it must be part of"
all_is_well "the pipeline gives plain C's bits"
