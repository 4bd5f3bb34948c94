#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What bash and zsh offer behind a command line, by the scripts in host/cli/completions.
# usage: test_shells.sh COMPLETIONS COMMAND
set -euo pipefail
completions=$1
command=$2
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
ln -s "$command" "$folder/clpool"
PATH=$folder:$PATH
cd "$folder"
touch x.npy "two words.npy"

expect() { # SHELL LINE WANTED GOT
    [ "$3" = "$4" ] || { echo "$1: behind 'clpool $2' it offers '$4', not '$3'" >&2 && exit 1; }
}

# Each word behind the command is one of the arguments, the last the one that is typed.
in_bash() {
    bash -c 'source "$1/clpool.bash"
        shift
        COMP_WORDS=(clpool "$@")
        COMP_CWORD=$#
        _clpool
        printf "%s\n" "${COMPREPLY[@]}"' bash "$completions" "$@" | sort | paste -sd '|'
}

# zsh's own functions print what they are given.
in_zsh() {
    zsh -fc 'completions=$1
        shift
        words=(clpool "$@")
        CURRENT=$#words
        _files() { print -l -- *"${words[CURRENT]}"*(N) }
        _describe() { local word; for word in "${(@P)2}"; do print -r -- "${word%%:*}"; done }
        source $completions/_clpool' zsh "$completions" "$@" | sort | paste -sd '|'
}

for shell in bash zsh; do
    command -v "$shell" >/dev/null || {
        echo "$shell is not installed; ci/setup test installs it" >&2
        exit 1
    }
    expect "$shell" "be" "bench" "$("in_$shell" be)"
    expect "$shell" "forward --la" "--layout" "$("in_$shell" forward --la)"
    expect "$shell" "forward --layout n" "nchw|nhwc" "$("in_$shell" forward --layout n)"
    expect "$shell" "forward x" "x.npy" "$("in_$shell" forward x)"
    expect "$shell" "forward -o two" "two words.npy" "$("in_$shell" forward -o two)"
done
echo "bash and zsh complete what they should"
