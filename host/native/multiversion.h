/* SPDX-License-Identifier: Apache-2.0 */
/* Functions compiled for several instruction sets: the processor's best is chosen when the library is loaded. */
#ifndef CLPOOL_NATIVE_MULTIVERSION_H
#define CLPOOL_NATIVE_MULTIVERSION_H

#include <limits.h> /* says whether the C library is glibc */

/* The choice is made by the dynamic linker, before a sanitizer is ready. Clang names such functions in a way of its own
 * until its version 18 or so, and gets one version. */
#if defined(__x86_64__) && defined(__ELF__) && defined(__GLIBC__) && !defined(__clang__) && defined(__GNUC__) &&       \
    __GNUC__ >= 12 && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define MULTIVERSION __attribute__((target_clones("arch=x86-64-v4", "avx2", "default")))
#else
#define MULTIVERSION
#endif

/** A part of such functions: it must become part of each version. */
#if defined(__GNUC__)
#define MULTIVERSION_PART static inline __attribute__((always_inline))
#else
#define MULTIVERSION_PART static inline
#endif

/** Before a loop over the lanes of a place: GCC unrolls it too early, else, to make a vector of it. */
#if defined(__GNUC__) && !defined(__clang__)
#define KEEP_LOOP _Pragma("GCC unroll 1")
#else
#define KEEP_LOOP
#endif

#endif
