/* SPDX-License-Identifier: Apache-2.0 */
#include "problem/geometry.h"

#include "base/size.h"
#include "base/status.h"
#include "problem/load.h"
#include "problem/mask.h"
#include "problem/mode.h"

/* Positions are computed as start + tap * dilation, both up to the padded length, in signed arithmetic of its width. */
static const size_t longest_axis = PTRDIFF_MAX / 4;

static clpool_status check_choices(const clpool_problem *problem)
{
    const struct {
        const char *field;
        int value;
        bool known;
        const char *supported;
    } choices[] = {
        {"mode", (int)problem->mode, mode_exists(problem->mode), "CLPOOL_MAX to CLPOOL_LP (0 to 2)"},
        {"dtype", (int)problem->dtype, dtype_find(problem->dtype) != NULL, "CLPOOL_F32 to CLPOOL_I32 (0 to 6)"},
        {"layout", (int)problem->layout,
         problem->layout == CLPOOL_CHANNELS_FIRST || problem->layout == CLPOOL_CHANNELS_LAST,
         "CLPOOL_CHANNELS_FIRST and CLPOOL_CHANNELS_LAST"},
        {"nan_rule", (int)problem->nan_rule,
         problem->nan_rule == CLPOOL_NAN_PROPAGATE || problem->nan_rule == CLPOOL_NAN_IGNORE,
         "CLPOOL_NAN_PROPAGATE and CLPOOL_NAN_IGNORE"},
        {"windows", (int)problem->windows, problem->windows == CLPOOL_SLIDING || problem->windows == CLPOOL_ADAPTIVE,
         "CLPOOL_SLIDING and CLPOOL_ADAPTIVE"},
        {"rounding", (int)problem->rounding, problem->rounding == CLPOOL_FLOOR || problem->rounding == CLPOOL_CEIL,
         "CLPOOL_FLOOR and CLPOOL_CEIL"},
        {"mask_form", (int)problem->mask_form, mask_form_exists(problem->mask_form),
         "CLPOOL_MASK_WINDOW to CLPOOL_MASK_WINDOW_4BIT (0 to 6)"},
    };
    for (size_t i = 0; i < sizeof(choices) / sizeof(choices[0]); i++) {
        if (!choices[i].known) {
            return status_fail(CLPOOL_UNSUPPORTED, "%s is %d; this version supports %s", choices[i].field,
                               choices[i].value, choices[i].supported);
        }
    }
    return CLPOOL_SUCCESS;
}

static clpool_status check_at_least_one(const char *field, const size_t *values, unsigned rank)
{
    for (unsigned axis = 0; axis < rank; axis++) {
        if (values[axis] == 0) {
            return status_fail(CLPOOL_INVALID_PROBLEM, "%s[%u] is 0; each %s must be at least 1", field, axis, field);
        }
    }
    return CLPOOL_SUCCESS;
}

static clpool_status check_fields(const clpool_problem *problem)
{
    if (problem->rank < 1 || problem->rank > CLPOOL_MAX_RANK) {
        return status_fail(CLPOOL_INVALID_PROBLEM, "rank is %u; the number of spatial axes must be 1, 2 or 3",
                           problem->rank);
    }
    if (problem->channels == 0) {
        return status_fail(CLPOOL_INVALID_PROBLEM, "channels is 0; it must be at least 1");
    }
    const struct {
        const char *field;
        const size_t *values;
        bool looked_at;
    } extents[] = {
        {"in", problem->in, true},
        {"out", problem->out, problem->windows == CLPOOL_ADAPTIVE},
        {"kernel", problem->kernel, problem->windows == CLPOOL_SLIDING},
        {"stride", problem->stride, problem->windows == CLPOOL_SLIDING},
        {"dilation", problem->dilation, problem->windows == CLPOOL_SLIDING},
    };
    clpool_status status = CLPOOL_SUCCESS;
    for (size_t i = 0; status == CLPOOL_SUCCESS && i < sizeof(extents) / sizeof(extents[0]); i++) {
        if (extents[i].looked_at) {
            status = check_at_least_one(extents[i].field, extents[i].values, problem->rank);
        }
    }
    return status;
}

clpool_status problem_load(const clpool_problem *problem, clpool_problem *own)
{
    if (problem == NULL) {
        return status_fail(CLPOOL_INVALID_ARGUMENT, "problem is NULL");
    }
    clpool_status status =
        load_struct("clpool_problem", own, sizeof(*own), sizeof(clpool_problem), problem, problem->struct_size);
    if (status == CLPOOL_SUCCESS) {
        status = check_choices(own);
    }
    if (status == CLPOOL_SUCCESS) {
        status = check_fields(own);
    }
    return status == CLPOOL_SUCCESS ? mode_check(own) : status;
}

bool window_extent(size_t kernel, size_t dilation, size_t *extent)
{
    return size_multiply(dilation, kernel - 1, extent) && size_add(*extent, 1, extent);
}

static size_t output_extent(const struct axis *axis, clpool_rounding rounding)
{
    const size_t room = axis->padded - axis->extent;
    if (rounding == CLPOOL_FLOOR) {
        return room / axis->stride + 1;
    }
    const size_t steps = size_divide_up(room, axis->stride);
    /* steps * stride < room + stride may exceed SIZE_MAX, so the start of the last window is compared by division. */
    const bool last_starts_inside = steps == 0 || (axis->in + axis->pad_lo - 1) / steps >= axis->stride;
    return last_starts_inside ? steps + 1 : steps;
}

static size_t greatest_common_divisor(size_t a, size_t b)
{
    while (b != 0) {
        const size_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

/** With in = q * out + r, window o has q + ceil((f + r) / out) elements, where f = o * r mod out runs through the
 * multiples of gcd(r, out) below out. */
static clpool_status adaptive_axis(const clpool_problem *problem, unsigned index, struct axis *axis)
{
    const size_t in = problem->in[index];
    const size_t out = problem->out[index];
    const size_t rest = in % out;
    size_t product = 0;
    if (in > longest_axis || out > longest_axis || !size_multiply(in, out + 1, &product) || product > PTRDIFF_MAX) {
        return status_fail(CLPOOL_INVALID_PROBLEM, "in[%u] = %zu and out[%u] = %zu are too long for adaptive windows",
                           index, in, index, out);
    }
    *axis = (struct axis){.adaptive = rest != 0, .in = in, .out = out, .dilation = 1, .padded = in};
    axis->kernel = in / out + (rest == 0 ? 0 : rest == greatest_common_divisor(rest, out) ? 1 : 2);
    axis->extent = axis->kernel;
    axis->stride = axis->kernel;
    return CLPOOL_SUCCESS;
}

static clpool_status axis_from_problem(const clpool_problem *problem, unsigned index, struct axis *axis)
{
    const size_t pad_hi = problem->pad_hi[index];
    *axis = (struct axis){.in = problem->in[index],
                          .kernel = problem->kernel[index],
                          .stride = problem->stride[index],
                          .dilation = problem->kernel[index] == 1 ? 1 : problem->dilation[index],
                          .pad_lo = problem->pad_lo[index]};
    if (!size_add(axis->in, axis->pad_lo, &axis->padded) || !size_add(axis->padded, pad_hi, &axis->padded) ||
        axis->padded > longest_axis) {
        return status_fail(CLPOOL_INVALID_PROBLEM,
                           "in[%u] = %zu with padding %zu:%zu is too long; a padded axis may have %zu elements", index,
                           axis->in, axis->pad_lo, pad_hi, longest_axis);
    }
    if (!window_extent(axis->kernel, axis->dilation, &axis->extent)) {
        return status_fail(CLPOOL_INVALID_PROBLEM, "kernel[%u] = %zu with dilation %zu overflows the size of a window",
                           index, axis->kernel, axis->dilation);
    }
    if (axis->extent > axis->padded) {
        return status_fail(CLPOOL_INVALID_PROBLEM,
                           "kernel[%u] = %zu with dilation %zu spans %zu elements, but in[%u] = %zu with padding "
                           "%zu:%zu has %zu; a window must fit into the padded input",
                           index, axis->kernel, axis->dilation, axis->extent, index, axis->in, axis->pad_lo, pad_hi,
                           axis->padded);
    }
    axis->out = output_extent(axis, problem->rounding);
    if (axis->out == 1) {
        axis->stride = axis->extent;
    }
    return CLPOOL_SUCCESS;
}

/** Elements of a plane and of the whole dense tensor; false where that, or an image of it, exceeds PTRDIFF_MAX
 * bytes. */
static bool tensor_size(const size_t extents[CLPOOL_MAX_RANK], size_t batch, size_t channels, size_t element_bytes,
                        size_t *plane, size_t *elements)
{
    size_t image = 0;
    size_t bytes = 0;
    return size_multiply(extents[0], extents[1], plane) && size_multiply(*plane, extents[2], plane) &&
           size_multiply(*plane, channels, &image) && size_multiply(image, element_bytes, &bytes) &&
           bytes <= PTRDIFF_MAX && size_multiply(image, batch, elements) &&
           size_multiply(*elements, element_bytes, &bytes) && bytes <= PTRDIFF_MAX;
}

static clpool_status count_elements(const clpool_problem *problem, struct geometry *geometry)
{
    const struct axis *axis = geometry->axis;
    const size_t in[] = {axis[0].in, axis[1].in, axis[2].in};
    const size_t out[] = {axis[0].out, axis[1].out, axis[2].out};
    const struct dtype *dtype = dtype_find(problem->dtype);
    geometry->dtype = dtype;
    geometry->element_bytes = dtype->bytes;
    if (!size_multiply(axis[0].kernel, axis[1].kernel, &geometry->taps) ||
        !size_multiply(geometry->taps, axis[2].kernel, &geometry->taps) || geometry->taps > UINT32_MAX) {
        return status_fail(CLPOOL_UNSUPPORTED, "kernel %zu x %zu x %zu has too many taps; a window may have %lu",
                           axis[0].kernel, axis[1].kernel, axis[2].kernel, (unsigned long)UINT32_MAX);
    }
    const size_t y_bytes = size_max(dtype->bytes, mask_format_of(problem->mask_form, geometry->taps).bytes);
    if (!tensor_size(in, problem->batch, problem->channels, dtype->bytes, &geometry->in_plane, &geometry->x_elements)) {
        return status_fail(CLPOOL_INVALID_PROBLEM,
                           "x has %zu x %zu x %zu x %zu x %zu elements of %s; a tensor may have %zu bytes",
                           problem->batch, problem->channels, in[0], in[1], in[2], dtype->name, (size_t)PTRDIFF_MAX);
    }
    if (!tensor_size(out, problem->batch, problem->channels, y_bytes, &geometry->out_plane, &geometry->y_elements)) {
        return status_fail(CLPOOL_INVALID_PROBLEM,
                           "y has %zu x %zu x %zu x %zu x %zu elements of %s; a tensor may have %zu bytes",
                           problem->batch, problem->channels, out[0], out[1], out[2], dtype->name, (size_t)PTRDIFF_MAX);
    }
    geometry->batch = problem->batch;
    geometry->channels = problem->channels;
    geometry->planes = problem->batch * problem->channels;
    return CLPOOL_SUCCESS;
}

/** Whether a window of the axis may have no tap inside the tensor: the first one ends before it, the last one begins
 * behind it, or (not looked at closely) taps are so far apart that two may lie around it. */
static bool may_be_empty(const struct axis *axis)
{
    return !axis->adaptive && (axis->pad_lo >= axis->extent ||
                               (axis->out - 1) * axis->stride >= axis->in + axis->pad_lo || axis->dilation > axis->in);
}

/** Whether all windows of the axis have as many taps to count: none hangs over the tensor, or over its padding where
 * that counts too. */
static bool counts_alike(const struct axis *axis, bool only_inside)
{
    const size_t end = (axis->out - 1) * axis->stride + axis->extent;
    return !axis->adaptive && (only_inside ? axis->pad_lo == 0 && end <= axis->in : end <= axis->padded);
}

uint32_t geometry_divisor(const struct geometry *geometry)
{
    const bool only_inside = geometry->divisor_rule == CLPOOL_EXCLUDE_PAD;
    if (geometry->divisor_rule == CLPOOL_FIXED_DIVISOR) {
        return geometry->divisor;
    }
    for (size_t i = 0; i < CLPOOL_MAX_RANK; i++) {
        if (!counts_alike(&geometry->axis[i], only_inside)) {
            return 0;
        }
    }
    return (uint32_t)geometry->taps;
}

/** What only the problem's own mode looks at. */
static clpool_status set_mode(const clpool_problem *problem, struct geometry *geometry)
{
    for (size_t i = 0; i < CLPOOL_MAX_RANK; i++) {
        geometry->has_empty_windows = geometry->has_empty_windows || may_be_empty(&geometry->axis[i]);
    }
    geometry->mode = problem->mode;
    geometry->divisor_rule = problem->divisor_rule;
    geometry->divisor = problem->divisor_rule == CLPOOL_FIXED_DIVISOR ? (uint32_t)problem->divisor : 0;
    geometry->p = problem->p;
    if (problem->mode != CLPOOL_MAX) {
        mask_form_set(geometry, CLPOOL_MASK_WINDOW);
        return CLPOOL_SUCCESS;
    }
    geometry->nan_rule = problem->nan_rule;
    mask_form_set(geometry, problem->mask_form);
    return mask_form_check(geometry, "mask_form", problem->mask_form, CLPOOL_INVALID_PROBLEM);
}

/** The caller's strides, or dense ones where all of them are zero. */
static struct strides choose_strides(const clpool_problem *problem, const size_t given[CLPOOL_MAX_RANK + 2],
                                     const struct extents *extents)
{
    bool is_given = false;
    for (unsigned i = 0; i < problem->rank + 2; i++) {
        is_given = is_given || given[i] != 0;
    }
    if (!is_given) {
        return strides_dense(problem->layout, extents);
    }
    struct strides strides = {.n = given[0], .c = given[1]};
    for (unsigned i = 0; i < problem->rank; i++) {
        strides.axis[CLPOOL_MAX_RANK - problem->rank + i] = given[2 + i];
    }
    return strides;
}

static clpool_status lay_out(const clpool_problem *problem, const char *name, const size_t given[CLPOOL_MAX_RANK + 2],
                             const struct extents *extents, size_t element_bytes, struct strides *strides, size_t *span)
{
    size_t bytes = 0;
    *strides = choose_strides(problem, given, extents);
    if (!strides_span(strides, extents, span) || !size_multiply(*span, element_bytes, &bytes) || bytes > PTRDIFF_MAX) {
        return status_fail(
            CLPOOL_INVALID_PROBLEM,
            "%s_stride is %zu, %zu, %zu, %zu, %zu (n, c, d, h, w); no two elements may fall together, and "
            "the tensor may span %zu bytes",
            name, strides->n, strides->c, strides->axis[0], strides->axis[1], strides->axis[2], (size_t)PTRDIFF_MAX);
    }
    return CLPOOL_SUCCESS;
}

static bool equal_strides(const struct strides *a, const struct strides *b)
{
    return a->n == b->n && a->c == b->c && memcmp(a->axis, b->axis, sizeof(a->axis)) == 0;
}

static clpool_status lay_out_all(const clpool_problem *problem, struct geometry *geometry)
{
    const struct axis *axis = geometry->axis;
    const struct extents in = {problem->batch, problem->channels, {axis[0].in, axis[1].in, axis[2].in}};
    const struct extents out = {problem->batch, problem->channels, {axis[0].out, axis[1].out, axis[2].out}};
    const size_t bytes = geometry->element_bytes;
    const struct strides dense_x = strides_dense(problem->layout, &in);
    geometry->layout = problem->layout;
    geometry->mask = strides_dense(problem->layout, &out);
    clpool_status status = lay_out(problem, "x", problem->x_stride, &in, bytes, &geometry->x, &geometry->x_span);
    if (status == CLPOOL_SUCCESS) {
        status = lay_out(problem, "y", problem->y_stride, &out, bytes, &geometry->y, &geometry->y_span);
    }
    geometry->dense = equal_strides(&geometry->x, &dense_x) && equal_strides(&geometry->y, &geometry->mask);
    return status;
}

clpool_status geometry_from_problem(const clpool_problem *problem, struct geometry *geometry)
{
    static const struct axis absent = {
        .in = 1, .out = 1, .kernel = 1, .stride = 1, .dilation = 1, .pad_lo = 0, .extent = 1, .padded = 1};
    clpool_problem own = {.struct_size = 0};
    clpool_status status = problem_load(problem, &own);
    if (status != CLPOOL_SUCCESS) {
        return status;
    }
    *geometry = (struct geometry){.axis = {absent, absent, absent}};
    for (unsigned axis = 0; axis < own.rank && status == CLPOOL_SUCCESS; axis++) {
        struct axis *to = &geometry->axis[CLPOOL_MAX_RANK - own.rank + axis];
        status = own.windows == CLPOOL_ADAPTIVE ? adaptive_axis(&own, axis, to) : axis_from_problem(&own, axis, to);
    }
    if (status == CLPOOL_SUCCESS) {
        status = count_elements(&own, geometry);
    }
    if (status == CLPOOL_SUCCESS) {
        status = set_mode(&own, geometry);
    }
    return status == CLPOOL_SUCCESS ? lay_out_all(&own, geometry) : status;
}

clpool_status clpool_problem_check(const clpool_problem *problem)
{
    struct geometry geometry;
    return geometry_from_problem(problem, &geometry);
}
