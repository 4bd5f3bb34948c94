/* SPDX-License-Identifier: Apache-2.0 */
/* Random problems of the kinds that strategies are made for. */
#ifndef CLPOOL_TESTS_PROBLEM_KINDS_H
#define CLPOOL_TESTS_PROBLEM_KINDS_H

#include "clpool.h"
#include "support/random.h"

/** Windows of each kind in turn give every strategy its share. */
enum problem_kind {
    KIND_ANY,
    KIND_DISJOINT,    /* beside each other */
    KIND_SMALL_FIRST, /* of few taps, with channels first; like the following with a mask of taps */
    KIND_SMALL_LAST,  /* and last */
    KIND_MAX,
    KIND_AVERAGE,
    KIND_LARGE, /* of many taps, with a mask of these */
    KIND_DEEP,  /* of few taps and three axes, with channels first and a mask of taps or of indices */
    KINDS
};

/** A problem with at most `most_elements` in any tensor. */
clpool_problem problem_of_kind(struct random *random, size_t most_elements, enum problem_kind kind);

/** The same problem with one window over each plane. */
clpool_problem with_whole_planes(clpool_problem problem);

/** The same with small windows side by side that fill rows of an even number of them. */
clpool_problem with_full_rows(clpool_problem problem);

/** The same with as many planes as two vectors have lanes, or nearly, and planes so small that these are within a
 * tensor's size. */
clpool_problem with_many_planes(clpool_problem problem, size_t most_elements);

/** Of the same dtype (f32 for f64) and rule for NaNs, with 16 channels or more, last, and windows of 3 or 5 taps along
 * both axes that begin at every element. */
clpool_problem with_close_windows(clpool_problem problem, size_t most_elements);

#endif
