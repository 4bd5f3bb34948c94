/* SPDX-License-Identifier: Apache-2.0 */
/* When a later tap of a window replaces the best one: for float and double alike. `rule` is a constant wherever this
 * becomes part of a loop. */
#ifndef CLPOOL_NATIVE_REPLACE_H
#define CLPOOL_NATIVE_REPLACE_H

#include "native/combine.h"

/** Whether `value` does; both are of one floating-point type. */
#define CLPOOL_REPLACES(rule, value, best)                                                                             \
    ((rule) == COMBINE_PROPAGATE ? ((value) > (best)) | ((value) != (value))                                           \
     : (rule) == COMBINE_IGNORE  ? ((value) > (best)) | (((best) != (best)) & ((value) == (value)))                    \
                                 : (value) > (best))

/** Lets it, and its tap, replace the best one and the winner. */
#define CLPOOL_REPLACE(type, rule, value, tap, best, winner)                                                           \
    do {                                                                                                               \
        const type value_ = (value);                                                                                   \
        const int32_t tap_ = (tap);                                                                                    \
        const bool is_better_ = CLPOOL_REPLACES(rule, value_, best);                                                   \
        (best) = is_better_ ? value_ : (best);                                                                         \
        (winner) = is_better_ ? tap_ : (winner);                                                                       \
    } while (0)

#endif
