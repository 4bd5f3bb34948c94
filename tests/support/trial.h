/* SPDX-License-Identifier: Apache-2.0 */
/* One problem with random data through every strategy of a device: each against the reference, bit for bit, or (average
 * and Lp forward) within the bound of the header; with canaries around each tensor, odd offsets, masks with arbitrary
 * contents, and both widths of offsets. Walks the table of strategies, so a new one is tested by being there. */
#ifndef CLPOOL_TESTS_TRIAL_H
#define CLPOOL_TESTS_TRIAL_H

#include "plan/strategies.h"
#include "support/device.h"
#include "support/tensors.h"

#define TRIAL_OPERATIONS 3  /* of clpool_op */
#define TRIAL_STRATEGIES 16 /* of an operation, at most */
#define TRIAL_ROWS 32       /* in the table */
#define TRIAL_PARAMETERS 8  /* of a strategy, at most */
#define TRIAL_SETTINGS_BYTES 128

/** What a trial is; the same one gives the same result. */
struct trial {
    clpool_problem problem;
    uint64_t seed;          /* of the data, and of whatever else is drawn */
    int only_generic;       /* the strategies that need no program of their own for each window */
    unsigned operations;    /* these alone: bits 1 << clpool_op; 0: all of them */
    int has_wild_mask;      /* and only operations that read a mask */
    int is_bare;            /* tensors fill their buffers, for a tool that watches where these end */
    int is_wide;            /* with 64-bit offsets, which make programs of their own, too */
    const char *strategy;   /* this one alone, with its settings, where an operation has it; NULL: all of them */
    uint64_t settings_seed; /* of the values of the strategies' parameters; 0: the default ones */
};

/** Zeroed, nothing has failed. */
struct trial_result {
    int has_failed;
    clpool_op op;                        /* what failed, like the following */
    char strategy[TRIAL_SETTINGS_BYTES]; /* with the values of its parameters */
    unsigned flags;
    char message[512];
    char settings[SETTINGS_BYTES];                   /* of the strategy; see clpool_plan_options */
    size_t runs[TRIAL_OPERATIONS][TRIAL_STRATEGIES]; /* that were made, added to what was there */
    size_t rows[TRIAL_OPERATIONS][TRIAL_ROWS];       /* the same by rows of the table, of which some have one name */
    unsigned values_left[TRIAL_OPERATIONS][TRIAL_STRATEGIES][TRIAL_PARAMETERS]; /* bits: values that were never drawn */
    unsigned char values_known[TRIAL_OPERATIONS][TRIAL_STRATEGIES][TRIAL_PARAMETERS]; /* whether that says something */
    size_t lacking; /* and those that the device lacks something for */
};

/** Runs a trial, up to its first failure. */
void trial_run(const struct test_device *device, clpool_engine *engine, const struct trial *trial,
               struct trial_result *result);

/** The same, and gives the data, for the caller to free. */
void trial_run_kept(const struct test_device *device, clpool_engine *engine, const struct trial *trial,
                    struct trial_result *result, struct tensors *tensors);

/** Makes a trial that fails smaller, writes its tensors as .npy files into a new folder, and prints the problem, the
 * failure, and the commands of clpool that show it there. */
void trial_report(const struct test_device *device, clpool_engine *engine, const struct trial *trial);

#endif
