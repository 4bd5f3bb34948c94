/* SPDX-License-Identifier: Apache-2.0 */
#include "native/lp.h"
#include "native/pairwise.h"
#include "native/reference.h"
#include "native/window.h"

#include <math.h>

struct forward {
    const struct geometry *geometry;
    const void *x;
    void *y;
    struct pairwise sum; /* of the window at hand */
};

double lp_power(const struct dtype *dtype, double base, uint32_t exponent)
{
    double power = 1;
    for (unsigned bit = 32; bit-- > 0;) {
        power = dtype->multiply(power, power);
        if ((exponent >> bit & 1u) != 0) {
            power = dtype->multiply(power, base);
        }
    }
    return power;
}

/** The p-th root of a sum. A sum of m * 2^(q * p) is taken as m^(1/p) * 2^q, since the error of 1/p counts as often as
 * the sum has digits before its point. */
static double root(double sum, uint32_t p)
{
    if (p == 1 || !(sum > 0) || isinf(sum)) {
        return sum;
    }
    int exponent = 0;
    (void)frexp(sum, &exponent);
    const int steps = p > 1000 ? 0 : exponent / (int)p;
    return ldexp(pow(ldexp(sum, -steps * (int)p), 1 / (double)p), steps);
}

static void add_power(void *context, size_t position, size_t index)
{
    struct forward *forward = context;
    const struct dtype *dtype = forward->geometry->dtype;
    (void)index;
    pairwise_add(&forward->sum, dtype, lp_power(dtype, fabs(dtype->load(forward->x, position)), forward->geometry->p));
}

static void norm_of_window(void *context, size_t n, size_t c, const size_t place[CLPOOL_MAX_RANK])
{
    struct forward *forward = context;
    const struct geometry *geometry = forward->geometry;
    const struct dtype *dtype = geometry->dtype;
    forward->sum = (struct pairwise){.count = 0};
    window_each(geometry, n, c, place, add_power, forward);
    dtype->store(forward->y, strides_offset(&geometry->y, n, c, place),
                 root(pairwise_total(&forward->sum, dtype), geometry->p));
}

void reference_lp_forward(const struct geometry *geometry, const void *x, void *y)
{
    struct forward forward = {.geometry = geometry, .x = x, .y = y};
    outputs_each(geometry, norm_of_window, &forward);
}
