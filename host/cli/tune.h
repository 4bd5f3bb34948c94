/* SPDX-License-Identifier: Apache-2.0 */
/* Which strategies and parameters are the fastest on a device, and how far from them the choice without tuning is. */
#ifndef CLI_TUNE_H
#define CLI_TUNE_H

#include "bench.h"
#include "tune_previous.h"
#include "tune_search.h"

/** One operation of one case. */
typedef struct tune_row {
    const compare_case *of;
    bench_op op;
    bench_state state; /**< unless it ran, the rest is not set */
    message why;
    tune_result result;
} tune_row;

/** Zeroed, it is empty. */
typedef struct tune {
    target on;
    bench_cases cases;
    unsigned ops; /**< bits 1 << bench_op; 0: forward and backward but those that might take minutes */
    bool cold;
    tune_effort effort;
    double within;  /**< how many times slower the choice without tuning may be; 0: no matter */
    tune_row *rows; /**< by case, then operation */
    size_t count;
    size_t ran;
    size_t failed;
    tune_previous previous; /**< the file whose place the new one takes */
} tune;

/** Measures every operation of every case. The device must be open, with an engine that does without a tuning file.
 * What fails costs its row and the exit status, and the others go on. */
exit_code tune_run(tune *made);

/** The geometric mean of what tuning gains; 1 where nothing ran. */
double tune_mean_gain(const tune *of);

/** How many rows gain more than that. */
size_t tune_count_beyond(const tune *of, double gain);

/** Prints the table and what it comes to. */
void tune_print(const tune *of);

/** Writes the tuning file: what was measured, and what the previous one has for other problems. */
exit_code tune_write(const tune *of, output_file *file);

/** Writes all of it as JSON. */
exit_code tune_write_json(const tune *of, output_file *file);

void tune_free(tune *freed);

#endif
