/* SPDX-License-Identifier: Apache-2.0 */
/* The values that clpool compare makes itself. */
#ifndef CLI_COMPARE_VALUES_H
#define CLI_COMPARE_VALUES_H

#include "array.h"
#include "clpool.h"

/** Turns an f32 array of samples from 0 to 255 into one of this dtype. Floats keep the values; i8 and i32 get them
 * spread over their range, from the least value to the greatest. */
exit_code compare_convert(clpool_dtype dtype, array *x);

/** Turns an array (N, C, spatial) into (N, spatial, C). */
exit_code compare_to_channels_last(array *x);

/** Random elements for x: few values, so that some windows have ties. */
void compare_fill_x(clpool_dtype dtype, array *x);

/** Random elements for dy, of a float type: none is zero, and adding those of f32 and f64 in another order gives other
 * bits. */
void compare_fill_dy(clpool_dtype dtype, array *dy);

#endif
