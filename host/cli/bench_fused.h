/* SPDX-License-Identifier: Apache-2.0 */
/* How much time fusing saves: scale, bias, ReLU and maximum in one kernel, beside a kernel for the elementwise work and
 * one that pools. */
#ifndef CLI_BENCH_FUSED_H
#define CLI_BENCH_FUSED_H

#include "bench.h"

/** Measures every case of `of`, whose devices, cases and `cold` are set, and prints a table. The host is left out, and
 * what is not maximum in f32. `runs` is as for timing_take(). */
exit_code bench_fused_run(const bench *of, const char *strategy, size_t runs);

#endif
