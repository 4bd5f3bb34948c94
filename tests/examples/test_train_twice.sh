#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# test_train_twice.sh TRAIN: on the device that CLPOOL_DEVICE names examples/train learns in one epoch already, and two
# runs give the same weights bit for bit. For devices that are too slow for test_train.sh.
# shellcheck source=tests/examples/common.sh
source "$(dirname "$0")/common.sh"
train=$1

need_device "$train" --data "$data" --epochs 1 --weights first.npy
run_well "$train" --data "$data" --epochs 1 --weights second.npy
accuracy=$(sed -n 's/^test accuracy: \([0-9.]*\) % ([0-9]* of 359 digits)$/\1/p' stdout)
awk -v accuracy="$accuracy" 'BEGIN { exit !(accuracy > 60 && accuracy <= 100) }' || fail "accuracy is '$accuracy'; it must be above 60"
cmp first.npy second.npy
[ "$(stat -c %s first.npy)" = $((128 + 4 * 6090)) ] || fail "first.npy has $(stat -c %s first.npy) bytes"
all_is_well "train recognises $accuracy % of the test digits after an epoch, twice with the same bits"
