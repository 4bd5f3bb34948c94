/* SPDX-License-Identifier: Apache-2.0 */
#include "native/average.h"

#include "native/pairwise.h"
#include "native/reference.h"
#include "native/window.h"

struct forward {
    const struct geometry *geometry;
    const void *x;
    void *y;
};

/** Taps of a window that lie before position `end` of the axis, and (where asked for) not before the tensor. */
static uint32_t count_taps(const struct axis *axis, size_t output, bool only_inside)
{
    uint32_t count = 0;
    size_t position = 0;
    for (size_t tap = 0; tap < axis->kernel; tap++) {
        const bool is_inside = tap_position(axis, output, tap, &position);
        const bool is_padded = !axis->adaptive && output * axis->stride + tap * axis->dilation < axis->padded;
        count += is_inside || (is_padded && !only_inside) ? 1u : 0u;
    }
    return count;
}

uint32_t average_divisor_part(const struct geometry *geometry, size_t a, size_t output)
{
    if (geometry->divisor_rule == CLPOOL_FIXED_DIVISOR) {
        return a == 0 ? geometry->divisor : 1;
    }
    return count_taps(&geometry->axis[a], output, geometry->divisor_rule == CLPOOL_EXCLUDE_PAD);
}

uint32_t average_divisor(const struct geometry *geometry, const size_t place[CLPOOL_MAX_RANK])
{
    uint32_t divisor = 1;
    for (size_t a = 0; a < CLPOOL_MAX_RANK; a++) {
        divisor *= average_divisor_part(geometry, a, place[a]);
    }
    return divisor;
}

/** The sum of a window of floats. */
struct float_sum {
    const struct forward *forward;
    struct pairwise sum;
};

static void add_float(void *context, size_t position, size_t index)
{
    struct float_sum *sum = context;
    (void)index;
    const struct dtype *dtype = sum->forward->geometry->dtype;
    pairwise_add(&sum->sum, dtype, dtype->load(sum->forward->x, position));
}

static void average_floats(void *context, size_t n, size_t c, const size_t place[CLPOOL_MAX_RANK])
{
    const struct forward *forward = context;
    const struct geometry *geometry = forward->geometry;
    const struct dtype *dtype = geometry->dtype;
    const uint32_t divisor = average_divisor(geometry, place);
    struct float_sum sum = {.forward = forward};
    window_each(geometry, n, c, place, add_float, &sum);
    const double total = pairwise_total(&sum.sum, dtype);
    dtype->store(forward->y, strides_offset(&geometry->y, n, c, place),
                 sum.sum.count == 0 ? 0 : dtype->divide(total, divisor));
}

/** The sum of a window of integers. */
struct integer_sum {
    const struct forward *forward;
    int64_t sum;
};

static void add_integer(void *context, size_t position, size_t index)
{
    struct integer_sum *sum = context;
    (void)index;
    sum->sum += (int64_t)sum->forward->geometry->dtype->load(sum->forward->x, position);
}

/** sum / divisor to the nearest integer, a half to the even one. */
static int64_t divide_half_even(int64_t sum, int64_t divisor)
{
    const int64_t magnitude = sum < 0 ? -sum : sum;
    const int64_t twice_rest = magnitude % divisor * 2;
    int64_t quotient = magnitude / divisor;
    if (twice_rest > divisor || (twice_rest == divisor && quotient % 2 == 1)) {
        quotient++;
    }
    return sum < 0 ? -quotient : quotient;
}

static void average_integers(void *context, size_t n, size_t c, const size_t place[CLPOOL_MAX_RANK])
{
    const struct forward *forward = context;
    const struct geometry *geometry = forward->geometry;
    const int64_t least = geometry->dtype->id == CLPOOL_U8 ? 0 : INT8_MIN;
    const int64_t greatest = geometry->dtype->id == CLPOOL_U8 ? UINT8_MAX : INT8_MAX;
    const uint32_t divisor = average_divisor(geometry, place);
    struct integer_sum sum = {.forward = forward};
    window_each(geometry, n, c, place, add_integer, &sum);
    const int64_t average = divisor == 0 ? 0 : divide_half_even(sum.sum, divisor);
    const int64_t stored = average < least ? least : average > greatest ? greatest : average;
    dtype_store_bits(geometry->dtype, forward->y, strides_offset(&geometry->y, n, c, place), (uint64_t)stored);
}

void reference_average_forward(const struct geometry *geometry, const void *x, void *y)
{
    struct forward forward = {geometry, x, y};
    outputs_each(geometry, geometry->dtype->is_float ? average_floats : average_integers, &forward);
}
