/* SPDX-License-Identifier: Apache-2.0 */
/* The same work on the host and on devices: are the bits the same, and where does the time go? */
#ifndef CLI_COMPARISON_H
#define CLI_COMPARISON_H

#include "compare_cases.h"
#include "copy_speed.h"
#include "difference.h"
#include "measurement.h"
#include "target_choice.h"

/** What is run of each case, as far as its mode and dtype have it. */
typedef enum comparison_op {
    COMPARE_FORWARD,
    COMPARE_BACKWARD,  /**< of maximum: from the mask */
    COMPARE_RECOMPUTE, /**< backward of maximum from x, with no mask kept */
    COMPARE_OPS
} comparison_op;

/** As people read it: "forward". */
const char *comparison_op_name(comparison_op op);

/** The most tensors that an operation writes. */
#define ROW_OUTPUTS 2

typedef enum row_state {
    ROW_RAN,
    ROW_FAILED,     /**< it did not run to its end; stderr said why */
    ROW_UNSUPPORTED /**< the device lacks something, and `why` says what */
} row_state;

/** One operation of one case on one target. */
typedef struct comparison_row {
    const compare_case *of;
    const target *on;
    comparison_op op;
    row_state state; /**< unless it ran, the rest is not set */
    message why;
    double native; /**< what the host took, in seconds */
    measurement measured;
    unsigned outputs;
    struct row_output {
        const char *name; /**< "y", "mask" or "dx" */
        size_t elements;
        bool bounded;           /**< it must keep a bound, and not have the host's bits */
        difference from_native; /**< elements with other bits, or outside of the bound */
        double worst;           /**< greatest error in units of the bound; infinite where that means nothing */
    } output[ROW_OUTPUTS];
} comparison_row;

/** Zeroed, it is empty. */
typedef struct comparison {
    target native;
    target_list devices; /**< the host may be among them; it is not compared with itself */
    compare_cases cases;
    comparison_row *rows; /**< by case, then operation, then target, the host first */
    size_t count;
    size_t compared;    /**< tensors that were compared with the host's */
    size_t bounded;     /**< those of them that must keep a bound */
    size_t different;   /**< those of all that differ, or are outside of it */
    size_t failed;      /**< rows that failed */
    size_t unsupported; /**< rows whose device lacks something */
    copy_speed *copies; /**< by target, the host first; NULL: not measured */
} comparison;

/** The number of targets, the host included. */
size_t comparison_targets(const comparison *of);

/** A target by its number: 0 is the host. A device without a context took no part. */
const target *comparison_target(const comparison *of, size_t number);

/** Runs every case of `made`, whose targets and cases are set, on the host and on every device, each operation once to
 * warm up and then `runs` times. A device that fails costs its row and the exit status, and the others go on; one that
 * lacks what the problem needs costs its row alone. */
exit_code comparison_run(comparison *made, const char *strategy, size_t runs);

/** Measures, after the run, how fast each target copies as many bytes as its rows move. `runs` is as for that. */
exit_code comparison_measure_copies(comparison *made, size_t runs);

/** True where every output of a row has the host's bits, or is within its bound. */
bool comparison_row_agrees(const comparison_row *of);

/** True where an output of a row must keep a bound. */
bool comparison_row_bounded(const comparison_row *of);

/** True where a row's times of kernel and transfers mean something. Some drivers' events say next to nothing
 * (rusticl of Mesa 22.3: one nanosecond, whatever the work); what is below a microsecond, the cost of a launch, is
 * taken for that. */
bool comparison_row_timed(const comparison_row *of);

/** Prints the devices, cases, the table, what differs, and a sentence about all. */
void comparison_print(const comparison *of);

/** Writes the same as JSON. */
exit_code comparison_write_json(const comparison *of, output_file *file);

/** Writes all of it as a page for people, complete in itself. */
exit_code comparison_write_html(const comparison *of, output_file *file);

void comparison_free(comparison *freed);

#endif
