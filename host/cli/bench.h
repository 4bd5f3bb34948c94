/* SPDX-License-Identifier: Apache-2.0 */
/* How fast the operations are, and what share of the target's memory speed that is. */
#ifndef CLI_BENCH_H
#define CLI_BENCH_H

#include "bench_cases.h"
#include "bench_op.h"
#include "copy_speed.h"
#include "target_choice.h"

typedef enum bench_state {
    BENCH_RAN,
    BENCH_FAILED,      /**< it did not run to its end; stderr said why */
    BENCH_UNSUPPORTED, /**< the device lacks something, and `why` says what */
    BENCH_LEFT_OUT     /**< it might take minutes, and was not asked for by name; `why` says so */
} bench_state;

/** One operation of one case on one target. */
typedef struct bench_row {
    const compare_case *of;
    const target *on;
    bench_op op;
    bench_state state; /**< unless it ran, the rest is not set */
    message why;
    const char *strategy;
    const char *reason;  /**< why that one */
    clpool_chosen_by by; /**< on a device */
    size_t bytes;        /**< that it reads and writes, each once */
    size_t sets;         /**< of tensors, among which the runs went round */
    timing took;
    bool by_event;    /**< the rates are those of event times, not of wall times */
    double rate;      /**< bytes a second, of the median */
    double copy_rate; /**< of a copy of about so many bytes, by the same clock */
} bench_row;

/** Zeroed, it is empty. */
typedef struct bench {
    target_list devices; /**< the host may be among them */
    bench_cases cases;
    unsigned ops; /**< bits 1 << bench_op; 0: all but those that might take minutes */
    bool cold;
    copy_speed *copies; /**< by device */
    bench_row *rows;    /**< by device, then case, then operation */
    size_t count;
    size_t failed;
    size_t unsupported;
    size_t left_out;
} bench;

/** Runs the operations of every case of `made`, whose devices, cases, operations and `cold` are set, on every device.
 * `runs` is as for timing_take(). What fails costs its row and the exit status, and the others go on. */
exit_code bench_run(bench *made, const char *strategy, size_t runs);

/** Prints the table and what the columns are. */
void bench_print(const bench *of);

/** Writes all of it as JSON. */
exit_code bench_write_json(const bench *of, output_file *file);

/** Draws speed over bytes, with the copy's as a line. */
exit_code bench_write_svg(const bench *of, output_file *file);

void bench_free(bench *freed);

#endif
