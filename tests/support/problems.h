/* SPDX-License-Identifier: Apache-2.0 */
/* Problems for tests: a fluent builder, a random generator, and their text. */
#ifndef CLPOOL_TESTS_PROBLEMS_H
#define CLPOOL_TESTS_PROBLEMS_H

#include "clpool.h"
#include "support/random.h"

/** Starts from a valid problem of that rank: batch 1, channels 1, every axis 8 long, kernel 2, stride 2. Each
 * function below returns its argument with one property changed, of all axes where axes have it. */
clpool_problem problem_of_rank(unsigned rank);
clpool_problem with_in(clpool_problem problem, size_t d, size_t h, size_t w);
clpool_problem with_kernel(clpool_problem problem, size_t kernel);
clpool_problem with_stride(clpool_problem problem, size_t stride);
clpool_problem with_dilation(clpool_problem problem, size_t dilation);
clpool_problem with_padding(clpool_problem problem, size_t low, size_t high);
clpool_problem with_planes(clpool_problem problem, size_t batch, size_t channels);
clpool_problem with_ceil(clpool_problem problem);
clpool_problem with_dtype(clpool_problem problem, clpool_dtype dtype);
clpool_problem with_mask_form(clpool_problem problem, clpool_mask_form form);

/** A valid random problem with at most `most_elements` in any tensor, of any dtype and layout, some of them strided:
 * kernels, strides, dilations, padding and rounding independent on each axis, extents around the kernel and around
 * powers of two. */
clpool_problem random_problem(struct random *random, size_t most_elements);

/** Gives a random problem what programs are compiled for (dtype, mode, p, layout, NaN rule, form of mask) from another,
 * so that a run of problems needs few programs. */
void random_variant(clpool_problem *problem, const clpool_problem *variant);

/** Draws only the extents, batch and channels anew, keeping the window. False where none was found that is valid. */
int random_extents(struct random *random, size_t most_elements, clpool_problem *problem);

/** The same problem with dense tensors in this layout. */
clpool_problem packed(clpool_problem problem, clpool_layout layout);

/** Draws a small window in planes, as most networks have them. */
void random_small_window(struct random *random, clpool_problem *problem);

/** Draws a small window with a depth. */
void random_deep_window(struct random *random, clpool_problem *problem);

/** Draws a large window in planes, and a dtype other than f64. */
void random_large_window(struct random *random, clpool_problem *problem);

/** Replaces the window by one that does not overlap its neighbours. */
void random_disjoint_window(struct random *random, clpool_problem *problem);

/** The problem as one line of text, valid until the next call on this thread. */
const char *problem_text(const clpool_problem *problem);

/** The pooling as flags of the clpool command, which has none for strides; valid until the next call on this thread. */
const char *problem_flags(const clpool_problem *problem);

#endif
