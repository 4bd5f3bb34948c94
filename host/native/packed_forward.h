/* SPDX-License-Identifier: Apache-2.0 */
/* What forward in lanes works on. */
#ifndef CLPOOL_NATIVE_PACKED_FORWARD_H
#define CLPOOL_NATIVE_PACKED_FORWARD_H

#include "native/fast_job.h"
#include "native/fork_join.h"
#include "native/pack.h"

/** Results: values and winners. */
struct packed_part {
    void *best;
    int32_t *winner;
};

struct packed_scratch {
    void *x;
    struct packed_part part[2];
    void *temporary;
};

struct packed_forward {
    const struct forward_job *job;
    const struct wide *wide;
    struct labels labels;
    struct combine_taps taps; /* of a whole window, or of a row of it */
    struct packed_scratch scratch[FORK_JOIN_MOST_THREADS];
    size_t padded[CLPOOL_MAX_RANK]; /* places of the grid of x */
    size_t bands;
    size_t band_rows;    /* of outputs */
    bool by_axes;        /* whether the axes are reduced in turn */
    bool may_be_padding; /* the winner of an output that is -inf */
};

/** What is done at a time. */
struct packed_band {
    const struct packed_forward *forward;
    const struct packed_scratch *scratch;
    struct pack pack;
    size_t first; /* output row */
    size_t count; /* of output rows */
    enum combine_rule rule;
    unsigned part;     /* that holds the newest results */
    size_t rows_begin; /* of the rows of the grid that are no padding */
    size_t rows_end;
};

/** Place `place` of a grid of values. */
static inline void *packed_place(const struct packed_forward *forward, void *grid, size_t place)
{
    return (unsigned char *)grid + place * GRID_LANES * forward->wide->loops->bytes;
}

/** Taps of the shortest windows along a row, from which those of all taps are made in the fewest steps. */
size_t packed_first_columns(size_t kernel);

/** Pools a band along W, then along H, into the newest results; forward->taps has the taps of those shortest
 * windows. */
void packed_pool_by_axes(struct packed_band *band);

/** Computes those outputs of slice `d` again whose winners may be padding. */
void packed_check_padding(const struct packed_band *band, size_t d);

#endif
