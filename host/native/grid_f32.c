/* SPDX-License-Identifier: Apache-2.0 */
#define VALUE float
#define VALUE_BITS uint32_t
#define VALUE_NAN 0x7fc00000u
#include "native/grid_loops.h"

#include "native/grid_link_loops.h"
#include "native/transpose.h"

const struct grid_loops grid_f32 = {.bytes = sizeof(VALUE),
                                    .pool = pool,
                                    .join = join,
                                    .gather = gather,
                                    .average_links = average_links,
                                    .add_links = add_links,
                                    .pool_links = pool_links,
                                    .gather_links = gather_links,
                                    .divide_places = divide_places,
                                    .add = add,
                                    .has_nan = has_nan,
                                    .has_least = has_least,
                                    .fill_least = fill_least,
                                    .to_lanes = transpose_to_lanes_4,
                                    .from_lanes = transpose_from_lanes_4};
