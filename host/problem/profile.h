/* SPDX-License-Identifier: Apache-2.0 */
/* What of an operation and its problem decides which strategy is the fastest, as tuning files have it:
 * "forward max f32 nchw window 3x3s2p1 8x64x112x112". docs/tuning.md has the meaning of each field. */
#ifndef CLPOOL_PROBLEM_PROFILE_H
#define CLPOOL_PROBLEM_PROFILE_H

#include "problem/geometry.h"

enum { PROFILE_FIELDS = 7, PROFILE_BYTES = 512, PROFILE_WHY_BYTES = 160 };

/** Windows for which different strategies are made. */
enum window_kind { WINDOWS_OVERLAP, WINDOWS_DISJOINT, WINDOWS_GLOBAL, WINDOWS_ADAPTIVE };

/** Three axes, as in struct geometry. */
struct profile {
    clpool_op op;
    clpool_mode mode;
    const struct dtype *dtype;
    clpool_layout layout;
    clpool_mask_form mask_form; /* CLPOOL_MASK_WINDOW for modes without a mask */
    enum window_kind kind;
    size_t batch;
    size_t channels;
    size_t in[CLPOOL_MAX_RANK];
    size_t window[CLPOOL_MAX_RANK]; /* taps; of adaptive windows their number; 1 if global, like the rest of it */
    size_t stride[CLPOOL_MAX_RANK];
    size_t dilation[CLPOOL_MAX_RANK];
    size_t pad[CLPOOL_MAX_RANK]; /* before the first element */
};

struct profile profile_from_geometry(clpool_op op, const struct geometry *geometry);

/** Writes the fields with spaces between them. */
void profile_write(const struct profile *profile, char text[PROFILE_BYTES]);

/** Understands the fields; false, and the rule that is broken, where one of them means nothing. */
bool profile_parse(const char *const fields[PROFILE_FIELDS], struct profile *profile, char why[PROFILE_WHY_BYTES]);

/** How far apart two profiles are: 0 for equal ones, and 1 more for each factor of two between two of their sizes.
 * HUGE_VAL where what is fastest for one says nothing about the other. */
double profile_distance(const struct profile *a, const struct profile *b);

#endif
