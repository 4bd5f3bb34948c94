#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# test_gradients.sh TRAIN PLANTED: the gradients of examples/train are those of its loss, and it finds a backward that
# routes them to the wrong elements.
# shellcheck source=tests/examples/common.sh
source "$(dirname "$0")/common.sh"

run_well "$1" --check-gradients --data "$data"
says stdout '^gradients: right, within 0.02 of finite differences$'
[ "$(grep -c ' relative error 0\.0[01]' stdout)" = 6 ] || fail "not all six tensors are right: $(cat stdout)"

run 1 "$2" --check-gradients --data "$data"
says stderr '^train_planted: the gradient of convolution 1 weights has a relative error of 0\.[1-9]'
says stdout '^dense weights +relative error 0\.0000' # which no pooling comes before
all_is_well "the gradients are right, and wrong ones are found"
