#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# test_install.sh BUILD SOURCE: installs the build into a temporary prefix, moves that prefix, and builds and runs
# examples/minimal.c against it with CMake and with pkg-config, shared and static, and all of examples/ with CMake. Also
# looks at what was installed.
set -euo pipefail

build=$1
source=$2
example=$source/examples/minimal.c
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() {
    echo "FAILED: $*" >&2
    exit 1
}

expect_output() { # NAME PROGRAM
    echo "-- $1"
    "$2" >"$work/output" || fail "$1: exit status $?"
    tail -n 3 "$work/output" | tr '\n' '/' | grep -qx '7 7 8 9/9 9 7 7/7 8 9 9/' || fail "$1: wrong output: $(cat "$work/output")"
}

cmake --install "$build" --prefix "$work/installed" >"$work/install.log" || fail "cmake --install: $(cat "$work/install.log")"
mv "$work/installed" "$work/prefix" # an installed tree may be moved
prefix=$work/prefix
libdir=$(dirname "$(find "$prefix" -name 'libclpool.a')")
export LD_LIBRARY_PATH=$libdir
export PKG_CONFIG_PATH=$libdir/pkgconfig

echo "-- files"
for file in "$prefix/include/clpool.h" "$prefix/bin/clpool" "$prefix/share/man/man1/clpool.1" "$prefix/share/man/man1/clpool-bench.1" \
    "$prefix/share/bash-completion/completions/clpool" "$prefix/share/zsh/site-functions/_clpool" "$libdir/libclpool.so" \
    "$libdir/cmake/clpool/clpoolConfig.cmake" "$libdir/cmake/clpool/clpoolConfigVersion.cmake" "$libdir/pkgconfig/clpool.pc"; do
    [ -e "$file" ] || fail "$file was not installed"
done
version=$(pkg-config --modversion clpool)
[ "$("$prefix/bin/clpool" --version)" = "clpool $version" ] || fail "the command does not say 'clpool $version'"
objdump -p "$libdir/libclpool.so" | grep -q "SONAME *libclpool.so.${version%.*}$" || fail "SONAME is not libclpool.so.${version%.*}"
foreign=$(nm -D --defined-only "$libdir/libclpool.so" | awk '{print $3}' | grep -v '^clpool_' || true)
[ -z "$foreign" ] || fail "exported symbols that are not API: $foreign"
for symbol in $(grep -oE '\bclpool_[a-z0-9_]+\(' "$prefix/include/clpool.h" | sort -u | tr -d '('); do
    grep -qE "static inline .*\b$symbol\(" "$prefix/include/clpool.h" ||
        nm -D --defined-only "$libdir/libclpool.so" | grep -q " T $symbol$" || fail "$symbol is declared but not exported"
done
pkg-config --print-requires clpool | grep -q '^OpenCL' || fail "clpool.pc does not require OpenCL"

mkdir "$work/user"
cp "$example" "$work/user/"
cat >"$work/user/CMakeLists.txt" <<'EOF'
cmake_minimum_required(VERSION 3.20)
project(user C CXX)
find_package(clpool ${WANTED} REQUIRED CONFIG)
add_executable(minimal_shared minimal.c)
target_link_libraries(minimal_shared PRIVATE clpool::clpool)
add_executable(minimal_static minimal.c)
target_link_libraries(minimal_static PRIVATE clpool::clpool_static)
set(CMAKE_CXX_STANDARD 11)
foreach(library IN ITEMS clpool clpool_static)
    add_executable(cpp_${library} user.cpp)
    target_link_libraries(cpp_${library} PRIVATE clpool::${library})
    target_compile_definitions(cpp_${library} PRIVATE CL_TARGET_OPENCL_VERSION=120)
endforeach()
EOF
cp "$source/tests/portability/user.c" "$work/user/user.cpp"
if ! { cmake -S "$work/user" -B "$work/user/build" -DCMAKE_PREFIX_PATH="$prefix" -DWANTED="${version%.*}" &&
    cmake --build "$work/user/build"; } >"$work/cmake.log" 2>&1; then
    fail "CMake package: $(cat "$work/cmake.log")"
fi
expect_output "CMake, shared" "$work/user/build/minimal_shared"
expect_output "CMake, static" "$work/user/build/minimal_static"
echo "-- CMake, C++, shared and static"
"$work/user/build/cpp_clpool" || fail "C++, shared: exit status $?"
"$work/user/build/cpp_clpool_static" || fail "C++, static: exit status $?"

echo "-- versions"
takes() { # VERSION-OR-RANGE CMAKE-OPTION...
    rm -rf "$work/user/version"
    cmake -S "$work/user" -B "$work/user/version" -DCMAKE_PREFIX_PATH="$prefix" "-DWANTED=$1" "${@:2}" >"$work/version.log" 2>&1
}
major=${version%%.*} minor=${version#*.} minor=${minor%%.*}
next=$major.$((minor + 1))
for wanted in "$version" "$version;EXACT" "$major.$minor...<$next" "$version...$version"; do
    takes "$wanted" || fail "version $version is not taken for '$wanted': $(cat "$work/version.log")"
done
for wanted in "$next" "$next...99.0" "$major.$minor.99" "$version.1;EXACT" "$major.$minor...<$version"; do
    ! takes "$wanted" || fail "version $version is taken for '$wanted'"
done
# The library that was installed has one type of build; programs of any may use it.
takes "$version" -DCMAKE_BUILD_TYPE=Debug || fail "a Debug build does not find it: $(cat "$work/version.log")"
cmake --build "$work/user/version" >"$work/cmake.log" 2>&1 || fail "programs built as Debug: $(cat "$work/cmake.log")"
if cmake -S "$work/user" -B "$work/user/newer" -DCMAKE_PREFIX_PATH="$prefix" -DWANTED=99.0 >/dev/null 2>&1; then
    fail "the CMake package takes a request for version 99.0"
fi

# shellcheck disable=SC2046 # the words of pkg-config are arguments
cc "$example" -o "$work/minimal_shared" $(pkg-config --cflags --libs clpool) || fail "pkg-config, shared"
expect_output "pkg-config, shared" "$work/minimal_shared"
# shellcheck disable=SC2046
cc "$example" -o "$work/minimal_static" $(pkg-config --cflags clpool) -L"$libdir" -Wl,-Bstatic -lclpool -Wl,-Bdynamic \
    $(pkg-config --static --libs clpool) || fail "pkg-config, static"
expect_output "pkg-config, static" "$work/minimal_static"

echo "-- all examples"
if ! { cmake -S "$source/examples" -B "$work/examples" -DCMAKE_PREFIX_PATH="$prefix" &&
    cmake --build "$work/examples" --parallel "$(nproc)"; } >"$work/cmake.log" 2>&1; then
    fail "the examples with the installed clpool: $(cat "$work/cmake.log")"
fi
"$work/examples/pipeline/pipeline" --help >/dev/null || fail "examples/pipeline does not start"

echo "installed version $version: all checks passed"
