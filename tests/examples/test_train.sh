#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# test_train.sh TRAIN: examples/train learns the digits, two runs give the same weights bit for bit, and it says what is
# wrong with its arguments and files.
# shellcheck source=tests/examples/common.sh
source "$(dirname "$0")/common.sh"
need script
train=$1

run_well "$train" --data "$data" --loss-curve curve.svg --weights first.npy
says stdout '^training: 1438 digits, 20 epochs in batches of 64$'
accuracy=$(sed -n 's/^test accuracy: \([0-9.]*\) % ([0-9]* of 359 digits)$/\1/p' stdout)
awk -v accuracy="$accuracy" 'BEGIN { exit !(accuracy > 97 && accuracy <= 100) }' || fail "accuracy is '$accuracy'; it must be above 97"
says curve.svg '^<svg xmlns='
says curve.svg '^<polyline '
[[ $(tail -n 1 curve.svg) = *"</svg>" ]] || fail "the end of curve.svg is missing"
points=$(sed -n 's/^<polyline.*points="\(.*\) "\/>$/\1/p' curve.svg | wc -w)
[ "$points" = $((22 * 20 + 20)) ] || fail "the loss curve has $points points"
cp stdout first.txt
run_well "$train" --data "$data" --weights second.npy
cmp first.npy second.npy
cmp first.txt stdout
[ "$(stat -c %s first.npy)" = $((128 + 4 * 6090)) ] || fail "first.npy has $(stat -c %s first.npy) bytes"

# A bar on a terminal alone; above, nothing was on stderr.
script --quiet --return --command "'$train' --data '$data' --epochs 2" terminal.txt >stdout 2>stderr
says terminal.txt '\[###############\.{15}\] epoch 1 of 2, test loss '
says terminal.txt '\[#{30}\] epoch 2 of 2, test loss '

run 0 "$train" --help
says stdout '^usage: train '
run 2 "$train" --data "$work"
says stderr '^train: .*/digits-images.npy cannot be read: '
mkdir damaged
cp "$data"/digits-*.npy damaged
head -c 200 "$data/digits-images.npy" >damaged/digits-images.npy
run 2 "$train" --data damaged
says stderr '^train: damaged/digits-images.npy has 72 values; there must be 64 for each digit$'
head -c 256 "$data/digits-images.npy" >damaged/digits-images.npy
run 2 "$train" --data damaged
says stderr '^train: damaged has 2 images and 1797 labels; there must be as many$'
head -c 100 "$data/digits-images.npy" >damaged/digits-images.npy
run 2 "$train" --data damaged
says stderr "^train: damaged/digits-images.npy is not what it must be: an array of bytes"
{ head -c 128 "$data/digits-images.npy" && printf '\021%0127d' 0; } >damaged/digits-images.npy
run 2 "$train" --data damaged
says stderr '^train: value 0 of damaged/digits-images.npy is 17; the greatest must be 16$'
run 2 "$train" --epochs 0
says stderr "^train: --epochs is '0'; it must be a whole number from 1 to 1000$"
run 2 "$train" --rate much
says stderr "^train: --rate is 'much'; it must be a number above 0, and at most 1$"
run 2 "$train" surplus
says stderr "^train: 'surplus' is not an option; there must be nothing else$"
run 2 "$train" --wrong
run 2 "$train" --data "$data" --epochs 1 --weights missing/weights.npy
says stderr '^train: missing/weights.npy cannot be written: '
run 3 "$train" --data "$data" --device "no such device"
says stderr "^train: device 'no such device' was not found; it must be part of"
all_is_well "train recognises $accuracy % of the test digits, twice with the same bits"
