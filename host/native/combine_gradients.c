/* SPDX-License-Identifier: Apache-2.0 */
#include "native/combine.h"
#include "native/multiversion.h"

#include <string.h>

/** The quiet NaN without payload. */
static float canonical_nan(void)
{
    const uint32_t bits = 0x7fc00000u;
    float value = 0;
    memcpy(&value, &bits, sizeof(value));
    return value;
}

MULTIVERSION void combine_add_where(const struct combine_taps *taps, const struct combine_runs *runs,
                                    const int32_t *restrict winner, const float *restrict dy, float *restrict dx,
                                    size_t base)
{
    const size_t n = runs->length;
    for (size_t run = 0; run < runs->count; run++) {
        for (size_t k = 0; k < taps->count; k++) {
            float *restrict to = dx + ((ptrdiff_t)(base + run * runs->x_step) + taps->offset[k]);
            const int32_t tap = taps->tap[k];
            for (size_t i = 0; i < n; i++) {
                const float term = dy[i];
                to[i] += winner[i] == tap ? term : 0.0f;
            }
        }
        dy += runs->best_step;
        winner += n;
    }
}

MULTIVERSION void combine_settle(const float *from, float *to, size_t n)
{
    const float nan = canonical_nan();
    for (size_t i = 0; i < n; i++) {
        const float value = from[i];
        to[i] = value != value ? nan : value;
    }
}

MULTIVERSION void combine_accumulate(const float *restrict from, float *restrict to, size_t n)
{
    const float nan = canonical_nan();
    for (size_t i = 0; i < n; i++) {
        const float value = to[i] + from[i];
        to[i] = value != value ? nan : value;
    }
}
