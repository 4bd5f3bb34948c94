#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# test_commands.sh BUILD: the blocks of README.md, docs/performance.md and docs/tuning.md, which other tests of pages do not run
# whole, and the commands in sentences, are right; check_blocks.py lists which of them no test runs, and why.
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=ci/common.sh
source "$here/../../ci/common.sh"
build=${1:?usage: test_commands.sh BUILD}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/bin"
ln -s "$build/host/cli/clpool" "$work/bin/clpool"
export PATH=$work/bin:$PATH
cd "$work"
ctest_entries "$build" >entries
check() { # PROJECT
    python3 -B "$here/check_blocks.py" "$1" entries
}
check "$root"

# planted FILE WHY SED-SCRIPT: an error in a copy of the file is caught, for that reason.
planted() {
    local output
    rm -rf copy
    mkdir -p copy/examples
    cp -r "$root/README.md" "$root/docs" "$root/ci" copy
    ln -s "$root/examples/data" copy/examples/data
    sed -E -i "$3" "copy/$1"
    ! cmp -s "copy/$1" "$root/$1" || fail "the planted error is not in $1: $3"
    if output=$(check copy 2>&1); then
        fail "did not catch a planted error: $3"
    fi
    grep -qE -- "$2" <<<"$output" || fail "a planted error was caught for another reason than '$2': $3: $output"
}
planted docs/performance.md 'usage: ci/peers' 's/^(ci\/peers .*)--layout nhwc/\1--layuot nhwc/'
planted docs/performance.md "layout is 'nwhc'" 's/^(ci\/peers .*)nhwc/\1nwhc/'
planted docs/performance.md "unknown flag '--bach'" 's/^(clpool bench --fused .*) --batch/\1 --bach/'
planted docs/performance.md "no case of the suite" 's/^(clpool bench .*) --only pool/\1 --only puddle/'
planted docs/performance.md "is not one of alexnet" 's/bench --suite vgg --op/bench --suite vggg --op/'
planted docs/tuning.md "is not one of alexnet" 's/^clpool tune --suite resnet,vgg/clpool tune --suite resnett,vgg/'
planted docs/tuning.md 'the tuning file is none: .*line 6' 's/1\.1030ms/1.1030 miles/'
planted docs/tuning.md '0 rows of BLOCKS' 's/^clpool tune --quick/clpool bench/'
planted README.md '0 rows of BLOCKS' 's/^ci\/test$/ci\/check/'
# shellcheck disable=SC2016 # ` is Markdown's
planted README.md 'rows of BLOCKS' 's/^### Build and install/```sh\nci\/more\n```\n\n&/'
echo "the planted errors were caught"
