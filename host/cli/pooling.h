/* SPDX-License-Identifier: Apache-2.0 */
/* The pooling that the flags describe, and the problem that it makes of an array's shape. */
#ifndef CLI_POOLING_H
#define CLI_POOLING_H

#include <stdbool.h>

#include "clpool.h"
#include "exit_code.h"
#include "npy.h"
#include "numbers.h"

/** Which windows the mode has. */
typedef enum pool_windows { POOL_SLIDING, POOL_GLOBAL, POOL_ADAPTIVE } pool_windows;

/** Zeroed, it is a pooling of which nothing was given. */
typedef struct pooling {
    clpool_mode mode;
    pool_windows windows;
    numbers output_size; /**< required for adaptive windows, and only for those */
    numbers kernel;      /**< required for sliding windows, and like what follows it down to auto_pad only for those */
    numbers stride;      /**< not given: the kernel */
    numbers padding_lo;
    numbers padding_hi;
    numbers dilation; /**< not given: 1 */
    bool ceil;
    bool has_auto_pad; /**< excludes padding and ceil */
    clpool_auto_pad auto_pad;
    clpool_layout layout;
    bool has_mask_form; /**< for maximum, like the NaN rule */
    clpool_mask_form mask_form;
    bool has_nan_rule;
    clpool_nan_rule nan_rule;
    bool has_divisor; /**< for average, like the flag below, which says a divisor too */
    clpool_divisor_rule divisor_rule;
    size_t divisor; /**< 0 unless the rule is CLPOOL_FIXED_DIVISOR */
    bool count_include_pad;
    unsigned p;     /**< required for Lp, and only for that; 0: not given */
    bool is_bf16;   /**< arrays of u16 hold bf16, for which NumPy has no dtype */
    bool has_dtype; /**< compare and bench only: x is to have the dtype that follows */
    clpool_dtype dtype;
    const char *strategy; /**< NULL: the library chooses */
} pooling;

/** A mode as the command line has it: what is computed, and over which windows. */
typedef struct pool_mode {
    const char *name;
    clpool_mode mode;
    pool_windows windows;
} pool_mode;

/** The index-th of all modes; NULL past the last. */
const pool_mode *pool_mode_at(size_t index);

/** What the command line calls the pooling's mode. */
const char *pooling_mode_name(const pooling *given);

/** Checks what can be checked without an array: that the mode has the flags that were given, and was given those that
 * it needs. */
exit_code pooling_check(const pooling *given);

/** Checks that the mode has a mask where `flag`, which is about one, was given. */
exit_code pooling_check_mask(const pooling *given, const char *flag, bool flag_given);

/** True if a flag said which windows there are. */
bool pooling_gives_windows(const pooling *given);

/** True if any of its flags was given. */
bool pooling_is_given(const pooling *given);

/** Which operations the command runs: bits by clpool_op. */
enum { RUNS_FORWARD = 1 << CLPOOL_FORWARD, RUNS_BACKWARD = 1 << CLPOOL_BACKWARD, RUNS_UNPOOL = 1 << CLPOOL_UNPOOL };

/** True if the operation has a strategy of this name. */
bool strategy_exists(clpool_op op, const char *name);

/** Checks that a strategy that was asked for is one of these operations'. */
exit_code pooling_check_strategy(const pooling *given, unsigned runs);

/** The dtype that an array holds; `name` is what errors call it. */
exit_code pooling_dtype(const pooling *given, const char *name, npy_dtype held, clpool_dtype *dtype);

/** Makes the problem for x of this shape, in the order of the layout, and dtype, and checks it. `x_name` is what
 * errors call x. */
exit_code pooling_problem(const pooling *given, const char *x_name, clpool_dtype dtype, unsigned rank,
                          const size_t *shape, clpool_problem *problem);

/** Writes the shape of x, in the order of the layout, and returns its number of axes. */
unsigned problem_x_shape(const clpool_problem *problem, size_t shape[CLPOOL_MAX_RANK + 2]);

/** Writes the shape of y and dy, and returns its number of axes. The problem must be a checked one. */
unsigned problem_y_shape(const clpool_problem *problem, size_t shape[CLPOOL_MAX_RANK + 2]);

/** Writes the shape that an array of the problem's mask has, and returns its number of axes: that of y, or in the
 * packed forms one axis of bytes. The problem must be a checked one of maximum. */
unsigned problem_mask_shape(const clpool_problem *problem, size_t shape[CLPOOL_MAX_RANK + 2]);

/** The dtype of the problem's mask. The problem must be a checked one. */
npy_dtype problem_mask_dtype(const clpool_problem *problem);

#endif
