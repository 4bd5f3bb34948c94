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

#endif
