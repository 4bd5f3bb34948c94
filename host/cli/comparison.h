/* SPDX-License-Identifier: Apache-2.0 */
/* The same work on the host and on devices: are the bits the same, and where does the time go? */
#ifndef CLI_COMPARISON_H
#define CLI_COMPARISON_H

#include "compare_cases.h"
#include "difference.h"
#include "measurement.h"
#include "target_choice.h"

/** The most tensors that an operation writes. */
#define ROW_OUTPUTS 2

/** One operation of one case on one target. */
typedef struct comparison_row {
    const compare_case *of;
    const target *on;
    clpool_op op;
    bool failed;   /**< it did not run; the rest is not set */
    double native; /**< what the host took, in seconds */
    measurement measured;
    unsigned outputs;
    struct row_output {
        const char *name; /**< "y", "mask" or "dx" */
        size_t elements;
        bool has_bound;         /**< sums of average and Lp, whose bits may differ */
        difference from_native; /**< of bits, or where there is a bound, beyond it */
    } output[ROW_OUTPUTS];
} comparison_row;

/** Zeroed, it is empty. */
typedef struct comparison {
    target native;
    target_list devices; /**< the host may be among them; it is not compared with itself */
    compare_cases cases;
    comparison_row *rows; /**< by case, then operation, then target, the host first */
    size_t count;
    size_t compared;  /**< tensors that were compared with the host's */
    size_t different; /**< those of them that differ */
    size_t failed;    /**< rows that did not run */
} comparison;

/** Runs every case of `made`, whose targets and cases are set, on the host and on every device, each operation once to
 * warm up and then `runs` times. A device that fails costs its row and the exit status, and the others go on. */
exit_code comparison_run(comparison *made, const char *strategy, size_t runs);

/** True where every output of a row has the host's bits, or keeps the bound where it has one. */
bool comparison_row_equal(const comparison_row *of);

/** True where an output of a row has a bound. */
bool comparison_row_has_bound(const comparison_row *of);

/** True where a row's times of kernel and transfers mean something. Some drivers' events say next to nothing
 * (rusticl of Mesa 22.3: one nanosecond, whatever the work); what is below a microsecond, the cost of a launch, is
 * taken for that. */
bool comparison_row_timed(const comparison_row *of);

/** Prints the devices, cases, the table, what differs, and a sentence about all. */
void comparison_print(const comparison *of);

/** Writes the same as JSON. */
exit_code comparison_write_json(const comparison *of, output_file *file);

void comparison_free(comparison *freed);

#endif
