#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# check_document.sh DOCUMENT: runs every block of a document like docs/coming-from.md, in the current folder, which has
# its arrays. Needs clpool and docs_arrays on PATH; CC, CFLAGS and LIBS build a program that uses the library.
#
# Blocks are fenced by ```sh or ```c, and nothing else. A comment that states what an array holds is checked. Each
# paragraph of C becomes a function. In the tables, each `code` of the second column is in a block of its section.
set -euo pipefail

document=$1
tests=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() {
    echo "$document: $*" >&2
    exit 1
}

# count PATTERN FILE: how many lines match.
count() {
    grep -cE -- "$1" "$2" || true
}

# Every line of a block keeps the number that it has in the document: sh.N and c.N begin with empty lines.
awk -v work="$work" '
    /```|~~~/ && !/^```/ { print "line " NR ": a fence must stand at the beginning of its line"; exit 1 }
    /^```/ && kind == "" {
        if ($0 != "```sh" && $0 != "```c") { print "line " NR ": blocks are sh or c, not " $0; exit 1 }
        kind = substr($0, 4); file = work "/" kind "." ++blocks
        printf "" >file
        for (i = 1; i <= NR; i++) print "" >file
        next
    }
    /^```/ { if ($0 != "```") { print "line " NR ": a block within a block"; exit 1 } close(file); kind = ""; next }
    kind != "" { print >file }
    END { if (kind != "") { print "the last block has no end"; exit 1 } }
' "$document" >"$work/wrong" || fail "$(cat "$work/wrong")"
shopt -s nullglob
shells=("$work"/sh.*)
sources=("$work"/c.*)
blocks=$((${#shells[@]} + ${#sources[@]}))
[ "$blocks" -gt 0 ] || fail "no block was found"
[ "$(count '```' "$document")" = $((2 * blocks)) ] || fail "there are fences that belong to no block"

# Tables: a row says what does it here, and a block of its section does that; or that nothing does ("none"), or that no
# option is needed ("always").
awk '
    function check(   i, n, cells, spans, s) {
        for (i = 1; i <= rows; i++) {
            n = split(row[i], cells, /[ ]*\|[ ]*/)
            if (n != 5) { print "line " line[i] ": a row has 3 columns"; exit 1 }
            n = split(cells[3], spans, "`")
            if (n < 2 && cells[3] != "none" && cells[3] != "always") {
                print "line " line[i] ": no `code`, none or always in the second column"; exit 1
            }
            for (s = 2; s <= n; s += 2)
                if (index(text, spans[s]) == 0) {
                    print "line " line[i] ": no block of the section has " spans[s]; exit 1
                }
            checked++
        }
        rows = 0; text = ""
    }
    /^## / { check() }
    /^```/ { inside = !inside; next }
    inside { text = text "\n" $0; next }
    /^\|/ {
        gsub(/\\\|/, "/")
        if ($0 ~ /^\| --- \| --- \| --- \|$/) { rows--; next } # the row before was the head
        row[++rows] = $0; line[rows] = NR
    }
    END { check(); print (checked + 0) " rows" }
' "$document" >"$work/rows" || fail "$(cat "$work/rows")"

# Commands, each block in a shell of its own that stops at the first failure.
cat >"$work/first" <<'EOF_FIRST'
trap 'echo "line $LINENO: $BASH_COMMAND" >&2' ERR; set -eEu; clpool() { command clpool "$@"; echo >>"$RAN"; }; docs_arrays() { command docs_arrays "$@"; echo >>"$RAN"; }
EOF_FIRST
export RAN=$work/ran
: >"$RAN"
written=0
for block in "${shells[@]}"; do
    stated='^# [a-z]+\.npy: [^ ]'
    [ "$(count '^#.*\.npy:' "$block")" = "$(count "$stated" "$block")" ] || fail "a comment is nearly a statement: $(grep -E '^#.*\.npy:' "$block")"
    written=$((written + $(count '^clpool ' "$block") + $(count "$stated" "$block")))
    { cat "$work/first" && sed -n '2,$p' "$block" | sed -E 's/^# ([a-z]+\.npy): (.*)/docs_arrays expect \1 \2/'; } >"$block.run"
    bash "$block.run" >"$work/output" 2>&1 || fail "$(cat "$work/output")"
done
[ "$(count '' "$RAN")" = "$written" ] || fail "$written commands and statements, but $(count '' "$RAN") ran"

# C: all paragraphs in one program, each in a function with everything that paragraph.h gives it.
paragraphs=0
if [ ${#sources[@]} -gt 0 ]; then
    awk -v name="$document" '
        function finish() { if (open) print "PARAGRAPH_END }"; open = 0 }
        function wrong(why) { print FILENAME ": line " FNR ": " why >"/dev/stderr"; failed = 1; exit 1 }
        BEGIN { print "#include \"docs/paragraph.h\"" }
        FNR == 1 { finish() }
        /^$/ { finish(); next }
        !open { print "static void paragraph_" ++paragraphs "(void) { PARAGRAPH_BEGIN"; printf "#line %d \"%s\"\n", FNR, name; open = 1 }
        /^\/\* [a-z]+: / {
            if ($0 !~ /^\/\* (y|dx|plane|argmax): [-0-9.einfa ]+ \*\/$/) wrong("a comment is nearly a statement")
            array = substr($2, 1, length($2) - 1); sub(/^\/\* [a-z]+: /, ""); sub(/ \*\/$/, "")
            print "EXPECT_" array "(\"" $0 "\")"; next
        }
        /^status = / { if ($0 !~ /;$/) wrong("a status is set in one line"); print $0 " PARAGRAPH_STATUS"; next }
        { print }
        END {
            if (failed) exit 1
            finish()
            print "int main(void) {"
            for (i = 1; i <= paragraphs; i++) print "paragraph_" i "();"
            print "printf(\"" paragraphs "\\n\"); return 0; }"
        }
    ' "${sources[@]}" >"$work/paragraphs.c"
    paragraphs=$(awk 'FNR == 1 { before = 0 } { if ($0 != "" && !before) n++; before = $0 != "" } END { print n + 0 }' "${sources[@]}")
    # shellcheck disable=SC2086 # the words of these are arguments
    "$CC" -std=c11 -Wall -Wextra -Wpedantic -Werror -I"$tests" ${CFLAGS-} "$work/paragraphs.c" -o "$work/paragraphs" $LIBS ||
        fail "its C does not compile"
    [ "$("$work/paragraphs")" = "$paragraphs" ] || fail "its C fails"
fi

echo "$document: $(cat "$work/rows"), $blocks blocks, $written commands and statements, $paragraphs paragraphs of C"
