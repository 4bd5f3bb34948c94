/* SPDX-License-Identifier: Apache-2.0 */
/* How fast a target copies memory: what every other speed on it is a share of. */
#ifndef CLI_COPY_SPEED_H
#define CLI_COPY_SPEED_H

#include "timing.h"

/** One amount of memory. */
typedef struct copy_point {
    size_t bytes; /**< read and written together */
    size_t sets;  /**< pairs of buffers among which the runs go round */
    timing took;
} copy_point;

#define COPY_POINTS_MOST 128

/** Zeroed, it is closed. */
typedef struct copy_speed {
    const target *on;
    size_t runs;        /**< of each amount; 0, as it is opened: as many as take a set time */
    cl_program program; /**< NULL on the host, like the kernel */
    cl_kernel kernel;
    copy_point points[COPY_POINTS_MOST]; /**< those measured so far */
    size_t count;
} copy_speed;

/** Builds the kernel. On the host host_copy() takes its place. */
exit_code copy_speed_open(copy_speed *opened, const target *on);

/** Finds how fast a copy is that moves about so many bytes. Measures it, unless one was measured that moves as many but
 * for a tenth. `cold` is as for bench_tensors_open(). The point found stays as it is. */
exit_code copy_speed_find(copy_speed *of, size_t bytes, bool cold, const copy_point **found);

/** Bytes a second, by events or by wall time. */
double copy_point_rate(const copy_point *of, bool by_event);

/** The point with the fewest bytes of those that move more than `after`; NULL past the last. The points are in
 * the order in which they were measured. */
const copy_point *copy_speed_next(const copy_speed *of, size_t after);

void copy_speed_close(copy_speed *closed);

#endif
