#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# test_pages.sh BUILD: every block of docs/'s pages runs, on an installed copy of the build, and prints what the page says;
# and errors that are planted in copies are caught. CC, CFLAGS and CLPOOL_DEVICE as in the environment.
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=ci/common.sh
source "$here/../../ci/common.sh"
build=${1:?usage: test_pages.sh BUILD}
pages=(tutorial semantics pipelines faq)

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cmake --install "$build" --prefix "$work/prefix" >"$work/install.log" || fail "cmake --install: $(cat "$work/install.log")"
library=$(find "$work/prefix" -name libclpool.so)
# The Python that has the modules which ci/setup test installs, as in ci/check-python.
ln -s "${CLPOOL_PYTHON:-/usr/bin/python3}" "$work/prefix/bin/python3"
export PATH=$work/prefix/bin:$PATH LD_LIBRARY_PATH=${library%/*} PKG_CONFIG_PATH=${library%/*}/pkgconfig
export CLPOOL_LIBRARY=$library PYTHONPATH=$root/python
mkdir "$work/sandbox"
cd "$work/sandbox"
cp "$root/examples/data/chelsea.png" .

# What the pages link to lies where it lies in the project.
check_pages() { # PAGE...
    python3 -B "$here/check_pages.py" "$@"
}
check_pages "${pages[@]/%/.md}" "$root/README.md" 2>/dev/null && fail "pages that are not there pass"
for page in "${pages[@]}"; do
    check_pages "$root/docs/$page.md"
done

# planted PAGE WHY SED-SCRIPT: an error in a copy of the page, beside it for its links, is caught for that reason.
planted() {
    local copy=$root/docs/.planted-$$.md output
    sed -E "$3" "$root/docs/$1.md" >"$copy"
    if cmp -s "$root/docs/$1.md" "$copy"; then
        rm -f "$copy"
        fail "the planted error is not in the page: $3"
    fi
    if output=$(check_pages "$copy" 2>&1); then
        rm -f "$copy"
        fail "did not catch a planted error: $3"
    fi
    rm -f "$copy"
    grep -qE -- "$2" <<<"$output" || fail "a planted error was caught for another reason than '$2': $3: $output"
}
planted tutorial 'what is printed is' 's/^\[\[9\. 6\.\]$/[[9. 7.]/'
planted tutorial 'what is printed is' 's/^y = 9 6 9 9, mask = 3 3 2 2$/y = 9 6 9 9/'
planted tutorial 'exit status 2' 's/^(clpool forward .*) --kernel 2$/\1 --kernels 2/'
planted tutorial 'AttributeError' 's/clpool\.max_pool2d\(/clpool.maximum_pool2d(/'
# shellcheck disable=SC2016 # sed's scripts have $ and `
planted tutorial 'has no end' '$d;/^\[\[3 3\]$/,$d'
# shellcheck disable=SC2016
planted tutorial "sh, c, python or text, not 'bash'" 's/^```sh$/```bash/'
planted tutorial 'a link leads nowhere: pipeline\.md' 's/\(pipelines\.md\)/(pipeline.md)/'
planted faq 'a link leads to no heading' 's/semantics\.md#backward/semantics.md#backwards/'
planted pipelines 'too few arguments' 's/, 1, &convolved, &pooled\)/, 1, \&convolved)/'
echo "the planted errors were caught"
