/* SPDX-License-Identifier: Apache-2.0 */
/* The table of strategies: one row for each way to run an operation. Selection, plans, tests and checks all walk it, so
 * a kernel that is not in it cannot run, and one that is cannot go untested. */
#ifndef CLPOOL_PLAN_STRATEGIES_H
#define CLPOOL_PLAN_STRATEGIES_H

#include "device/capabilities.h"
#include "plan/tiles.h"
#include "problem/geometry.h"

/** Arguments that only some kernels take, in this order. */
enum extra_arguments {
    EXTRA_DIVISOR = 1, /* where the padded input ends, fixed divisor or 0, whether padding is excluded */
    EXTRA_PLANES = 2,  /* of all images */
    EXTRA_CHANNELS = 4,
    EXTRA_SEGMENTS = 8 /* of a plane */
};

enum { PARAMETERS_MOST = 3, PARAMETER_VALUES_MOST = 8, SETTINGS_BYTES = 128 };

/** A number that a strategy may run with. */
struct parameter {
    const char *name;                       /* NULL: there is none */
    const char *macro;                      /* kernels are built with it as that; NULL where only the launch knows it */
    unsigned values[PARAMETER_VALUES_MOST]; /* that it may have, 0 past the last; the first is the default */
};

/** The values of a strategy's parameters. */
struct settings {
    unsigned value[PARAMETERS_MOST];
};

struct strategy {
    const char *name;   /* the same for rows that differ only in the mode */
    const char *reason; /* why a problem that it takes is given to it */
    clpool_op op;
    const unsigned char *source; /* of its family, see kernels/ */
    const char *entry;           /* forward without a mask, backward, unpooling without a count */
    const char *other_entry;     /* forward with a mask, backward of maximum from x, unpooling with a count; or NULL */
    const char *third_entry;     /* backward of unpooling, a work-item for each output; else NULL */
    bool fuses;                  /* values may pass through expressions, see kernels/fused.cl */
    bool specialised; /* dense tensors; window, stride and dilation are constants of the build, not arguments */
    unsigned extra;   /* arguments behind the geometry: bits of enum extra_arguments */
    bool (*takes)(const struct geometry *geometry);
    bool (*suits)(const struct capabilities *capabilities); /* chosen only for such devices; NULL: any */
    bool exact_floats;        /* compares and adds floats as the device does, which must keep denormals */
    bool shares;              /* a few work-items, in groups of one, share the work; else there are `items` of them */
    enum tiling tiling;       /* or each group makes a tile; so the first kernel, */
    enum tiling other_tiling; /* so the other */
    struct parameter parameters[PARAMETERS_MOST]; /* the first is the launch's, see PARAMETER_LAUNCH */
    size_t (*items)(const struct geometry *geometry,
                    const struct settings *settings); /* work-items of a launch; NULL where groups make tiles */
    size_t (*other_items)(const struct geometry *geometry,
                          const struct settings *settings); /* other_entry's, if not so */
    size_t (*loops)(const struct geometry *geometry);       /* iterations of a work-item's loops, at most */
};

/** The first parameter of every strategy: work-items of a group, at most ("group"), or where work-items share the work,
 * so many for each compute unit ("workers"). */
enum { PARAMETER_LAUNCH = 0 };

/** The second parameter where groups make tiles: rows that a work-item makes ("outputs"). */
enum { PARAMETER_OUTPUTS = 1 };

/** Whether kernels are built for groups of exactly so many work-items, so that they may wait for each other. */
static inline bool strategy_has_fixed_group(const struct strategy *strategy)
{
    return strategy->parameters[PARAMETER_LAUNCH].macro != NULL;
}

/** Whether a strategy's kernels for an operation, or the other one alone, do all that a problem asks for. Backward from
 * a mask reads gradients as they are, and unpooling does too. */
static inline bool strategy_fuses_enough(const struct strategy *strategy, bool is_other,
                                         const struct geometry *geometry)
{
    const bool reads_x = strategy->op == CLPOOL_FORWARD || (strategy->op == CLPOOL_BACKWARD && is_other);
    return strategy->fuses || !geometry->is_fused || !reads_x;
}

/** Whether a strategy has the other kernel of its operation for a problem that it takes. */
static inline bool strategy_has_other(const struct strategy *strategy, const struct geometry *geometry)
{
    return strategy->other_entry != NULL && strategy_fuses_enough(strategy, true, geometry);
}

/** A strategy that was chosen, and what it runs with. */
struct choice {
    const struct strategy *strategy; /* NULL: none */
    struct settings settings;
    clpool_chosen_by by;
};

/** Parts into which unpooling divides a plane, so that few planes too give work to a device. */
size_t unpool_segments(const struct geometry *geometry);

/** The index-th strategy of an operation in order of preference; NULL past the last. */
const struct strategy *strategy_at(clpool_op op, size_t index);

/** The strategy that a text names; the name may be followed by values of its parameters, as in "generic:group=128".
 * Errors: CLPOOL_INVALID_ARGUMENT for an unknown name, parameter or value, CLPOOL_UNSUPPORTED where it does not take
 * the problem, CLPOOL_DEVICE_LACKS where the device cannot run it. */
clpool_status strategy_choose_named(clpool_op op, const char *text, const struct geometry *geometry,
                                    const struct capabilities *capabilities, struct choice *choice);

/** The first strategy that takes the problem, that the device can run, and that suits it.
 * Errors: CLPOOL_DEVICE_LACKS. */
clpool_status strategy_choose_first(clpool_op op, const struct geometry *geometry,
                                    const struct capabilities *capabilities, struct choice *choice);

/** What follows a choice that turned out not to run: the same strategy in smaller groups, where its groups are fixed,
 * or the first of those behind it, with `needs_other` one that has the other kernel of the operation.
 * Errors: CLPOOL_DEVICE_LACKS. */
clpool_status strategy_choose_next(clpool_op op, bool needs_other, const struct geometry *geometry,
                                   const struct capabilities *capabilities, struct choice *choice);

/** The first strategy that takes the problem, that the device can run, and that has the other kernel of an operation:
 * for a plan whose strategy of choice lacks it. Errors: CLPOOL_DEVICE_LACKS. */
clpool_status strategy_choose_other(clpool_op op, const struct geometry *geometry,
                                    const struct capabilities *capabilities, struct choice *choice);

#endif
