/* SPDX-License-Identifier: Apache-2.0 */
#include "problem/mask.h"

#include "base/size.h"
#include "base/status.h"
#include "problem/mode.h"

bool mask_form_exists(clpool_mask_form form)
{
    return form >= CLPOOL_MASK_WINDOW && form <= CLPOOL_MASK_WINDOW_4BIT;
}

bool mask_form_numbers_taps(clpool_mask_form form)
{
    return form == CLPOOL_MASK_WINDOW || form == CLPOOL_MASK_WINDOW_2BIT || form == CLPOOL_MASK_WINDOW_4BIT;
}

/** Taps that a packed form can number: one less where it must also say that there is none. */
static clpool_status check_packed(const struct geometry *geometry, const char *name, unsigned bits,
                                  clpool_status failure)
{
    const size_t most = ((size_t)1 << bits) - (geometry->has_empty_windows ? 1 : 0);
    if (geometry->taps > most) {
        return status_fail(
            failure, "%s has %u bits a value, enough for windows of %zu taps%s; this one has %zu", name, bits, most,
            geometry->has_empty_windows ? " where some window may have none inside the tensor" : "", geometry->taps);
    }
    return CLPOOL_SUCCESS;
}

clpool_status mask_form_check(const struct geometry *geometry, const char *name, clpool_mask_form form,
                              clpool_status failure)
{
    switch (form) {
    case CLPOOL_MASK_WINDOW:
    case CLPOOL_MASK_PLANE_I64:
    case CLPOOL_MASK_TENSOR:
    case CLPOOL_MASK_TENSOR_COLMAJOR:
        return CLPOOL_SUCCESS;
    case CLPOOL_MASK_PLANE_I32:
        return geometry->in_plane <= INT32_MAX
                   ? CLPOOL_SUCCESS
                   : status_fail(
                         failure,
                         "%s is CLPOOL_MASK_PLANE_I32, which numbers %ld elements at most; a plane of x has %zu", name,
                         (long)INT32_MAX, geometry->in_plane);
    case CLPOOL_MASK_WINDOW_2BIT:
        return check_packed(geometry, name, 2, failure);
    case CLPOOL_MASK_WINDOW_4BIT:
        return check_packed(geometry, name, 4, failure);
    }
    return status_fail(failure, "%s is %d; it must be CLPOOL_MASK_WINDOW to CLPOOL_MASK_WINDOW_4BIT (0 to 6)", name,
                       (int)form);
}

clpool_status mask_mode_check(const struct geometry *geometry)
{
    return geometry->mode == CLPOOL_MAX
               ? CLPOOL_SUCCESS
               : status_fail(CLPOOL_UNSUPPORTED, "mode is %s; only CLPOOL_MAX has masks", mode_name(geometry->mode));
}

struct mask_format mask_format_of(clpool_mask_form form, size_t taps)
{
    switch (form) {
    case CLPOOL_MASK_WINDOW_2BIT:
        return (struct mask_format){.bytes = 1, .bits = 2, .per_element = 4};
    case CLPOOL_MASK_WINDOW_4BIT:
        return (struct mask_format){.bytes = 1, .bits = 4, .per_element = 2};
    case CLPOOL_MASK_WINDOW: {
        const size_t bytes = taps <= UINT8_MAX ? 1 : taps <= UINT16_MAX ? 2 : 4;
        return (struct mask_format){.bytes = bytes, .bits = bytes * 8, .per_element = 1};
    }
    case CLPOOL_MASK_PLANE_I32:
        return (struct mask_format){.bytes = 4, .bits = 32, .per_element = 1};
    default:
        return (struct mask_format){.bytes = 8, .bits = 64, .per_element = 1};
    }
}

size_t mask_elements(const struct mask_format *format, size_t values)
{
    return size_divide_up(values, format->per_element);
}

void mask_form_set(struct geometry *geometry, clpool_mask_form form)
{
    geometry->mask_form = form;
    geometry->mask_format = mask_format_of(form, geometry->taps);
    geometry->mask_elements = mask_elements(&geometry->mask_format, geometry->y_elements);
}

int64_t mask_plane_index(const struct geometry *geometry, const size_t output[CLPOOL_MAX_RANK], size_t tap)
{
    const struct axis *axis = geometry->axis;
    if (tap >= geometry->taps) {
        return -1;
    }
    const size_t taps[] = {tap / axis[2].kernel / axis[1].kernel, tap / axis[2].kernel % axis[1].kernel,
                           tap % axis[2].kernel};
    size_t index = 0;
    for (size_t i = 0; i < CLPOOL_MAX_RANK; i++) {
        size_t position = 0;
        if (!tap_position(&axis[i], output[i], taps[i], &position)) {
            return -1;
        }
        index = index * axis[i].in + position;
    }
    return (int64_t)index;
}

/** The index-th value as it is stored, without its sign. */
static uint64_t load_bits(const struct mask_format *format, const void *mask, size_t index)
{
    const size_t element = index / format->per_element;
    switch (format->bytes) {
    case 1: {
        const unsigned shift = (unsigned)(index % format->per_element * format->bits);
        return ((const uint8_t *)mask)[element] >> shift & ((1u << format->bits) - 1u);
    }
    case 2:
        return ((const uint16_t *)mask)[element];
    case 4:
        return ((const uint32_t *)mask)[element];
    default:
        return ((const uint64_t *)mask)[element];
    }
}

/** The value as a signed number; the sentinel of every form comes out as -1, unless a tap has its bits. */
static int64_t load_value(const struct geometry *geometry, const void *mask, size_t index)
{
    const struct mask_format *format = &geometry->mask_format;
    const uint64_t value = load_bits(format, mask, index);
    if (!mask_form_numbers_taps(geometry->mask_form)) {
        return format->bits == 32 ? (int32_t)value : (int64_t)value;
    }
    return value == ((uint64_t)1 << format->bits) - 1 && value >= geometry->taps ? -1 : (int64_t)value;
}

static void store_value(const struct mask_format *format, void *mask, size_t index, int64_t value)
{
    const size_t element = index / format->per_element;
    switch (format->bytes) {
    case 1: {
        const unsigned shift = (unsigned)(index % format->per_element * format->bits);
        const unsigned used = ((1u << format->bits) - 1u) << shift;
        uint8_t *byte = (uint8_t *)mask + element;
        *byte = (uint8_t)((*byte & ~used) | ((unsigned)value << shift & used));
        break;
    }
    case 2:
        ((uint16_t *)mask)[element] = (uint16_t)value;
        break;
    case 4:
        ((uint32_t *)mask)[element] = (uint32_t)value;
        break;
    default:
        ((int64_t *)mask)[element] = value;
        break;
    }
}

/** First index of plane (n, c) in the forms that count through the whole tensor, 0 in those that do not. */
static int64_t plane_base(const struct geometry *geometry, size_t n, size_t c)
{
    const bool counts_tensor =
        geometry->mask_form == CLPOOL_MASK_TENSOR || geometry->mask_form == CLPOOL_MASK_TENSOR_COLMAJOR;
    return counts_tensor ? (int64_t)((n * geometry->channels + c) * geometry->in_plane) : 0;
}

/** Between the row-major and the column-major index of a place in a plane. */
static int64_t to_column_major(const struct axis *axis, int64_t index)
{
    const size_t w = (size_t)index % axis[2].in;
    const size_t h = (size_t)index / axis[2].in % axis[1].in;
    const size_t d = (size_t)index / axis[2].in / axis[1].in;
    return (int64_t)((w * axis[1].in + h) * axis[0].in + d);
}

static int64_t from_column_major(const struct axis *axis, int64_t index)
{
    const size_t d = (size_t)index % axis[0].in;
    const size_t h = (size_t)index / axis[0].in % axis[1].in;
    const size_t w = (size_t)index / axis[0].in / axis[1].in;
    return (int64_t)((d * axis[1].in + h) * axis[2].in + w);
}

/** The tap of a window that lies on a position of one axis; MASK_NO_TAP where none does. */
static size_t tap_at(const struct axis *axis, size_t output, size_t position)
{
    if (axis->adaptive) {
        const size_t begin = output * axis->in / axis->out;
        const size_t end = ((output + 1) * axis->in - 1) / axis->out + 1;
        return position >= begin && position < end ? position - begin : MASK_NO_TAP;
    }
    const size_t start = output * axis->stride;
    const size_t padded = position + axis->pad_lo;
    if (padded < start || (padded - start) % axis->dilation != 0) {
        return MASK_NO_TAP;
    }
    const size_t tap = (padded - start) / axis->dilation;
    return tap < axis->kernel ? tap : MASK_NO_TAP;
}

/** The tap of the output's window that lies on a place of the plane; MASK_NO_TAP where none does. */
static uint32_t tap_of_place(const struct geometry *geometry, const size_t output[CLPOOL_MAX_RANK], size_t index)
{
    const struct axis *axis = geometry->axis;
    const size_t place[] = {index / axis[2].in / axis[1].in, index / axis[2].in % axis[1].in, index % axis[2].in};
    size_t number = 0;
    for (size_t i = 0; i < CLPOOL_MAX_RANK; i++) {
        const size_t tap = tap_at(&axis[i], output[i], place[i]);
        if (tap == MASK_NO_TAP) {
            return MASK_NO_TAP;
        }
        number = number * axis[i].kernel + tap;
    }
    return (uint32_t)number;
}

/** The element of its own plane that a value of a form with indices names; -1 where it names none. */
static int64_t place_of_index(const struct geometry *geometry, int64_t value, size_t n, size_t c)
{
    const int64_t base = plane_base(geometry, n, c);
    if (value < base || value - base >= (int64_t)geometry->in_plane) {
        return -1;
    }
    return geometry->mask_form == CLPOOL_MASK_TENSOR_COLMAJOR ? from_column_major(geometry->axis, value - base)
                                                              : value - base;
}

uint32_t mask_load(const struct geometry *geometry, const void *mask, size_t n, size_t c,
                   const size_t output[CLPOOL_MAX_RANK])
{
    const int64_t value = load_value(geometry, mask, strides_offset(&geometry->mask, n, c, output));
    if (mask_form_numbers_taps(geometry->mask_form)) {
        return value < 0 || (size_t)value >= geometry->taps ? MASK_NO_TAP : (uint32_t)value;
    }
    const int64_t place = place_of_index(geometry, value, n, c);
    return place < 0 ? MASK_NO_TAP : tap_of_place(geometry, output, (size_t)place);
}

bool mask_is_sentinel(const struct geometry *geometry, const void *mask, size_t n, size_t c,
                      const size_t output[CLPOOL_MAX_RANK])
{
    return load_value(geometry, mask, strides_offset(&geometry->mask, n, c, output)) == -1;
}

int64_t mask_load_place(const struct geometry *geometry, const void *mask, size_t n, size_t c,
                        const size_t output[CLPOOL_MAX_RANK])
{
    if (mask_form_numbers_taps(geometry->mask_form)) {
        return mask_plane_index(geometry, output, mask_load(geometry, mask, n, c, output));
    }
    return place_of_index(geometry, load_value(geometry, mask, strides_offset(&geometry->mask, n, c, output)), n, c);
}

void mask_clear_padding(const struct geometry *geometry, void *mask)
{
    const struct mask_format *format = &geometry->mask_format;
    for (size_t i = geometry->y_elements; i < geometry->mask_elements * format->per_element; i++) {
        store_value(format, mask, i, 0);
    }
}

void mask_store(const struct geometry *geometry, void *mask, size_t n, size_t c, const size_t output[CLPOOL_MAX_RANK],
                uint32_t tap)
{
    int64_t value = -1;
    if (tap != MASK_NO_TAP && mask_form_numbers_taps(geometry->mask_form)) {
        value = tap;
    } else if (tap != MASK_NO_TAP) {
        const int64_t index = mask_plane_index(geometry, output, tap);
        value = plane_base(geometry, n, c) +
                (geometry->mask_form == CLPOOL_MASK_TENSOR_COLMAJOR ? to_column_major(geometry->axis, index) : index);
    }
    store_value(&geometry->mask_format, mask, strides_offset(&geometry->mask, n, c, output), value);
}

clpool_status clpool_mask_to_plane(const clpool_problem *problem, const void *mask, int64_t *plane)
{
    struct geometry geometry;
    clpool_status status = geometry_from_problem(problem, &geometry);
    if (status == CLPOOL_SUCCESS) {
        status = mask_mode_check(&geometry);
    }
    if (status != CLPOOL_SUCCESS || geometry.y_elements == 0) {
        return status;
    }
    if (mask == NULL || plane == NULL) {
        return status_fail(CLPOOL_INVALID_ARGUMENT, "%s is NULL", mask == NULL ? "mask" : "plane");
    }
    const struct axis *axis = geometry.axis;
    for (size_t n = 0; n < geometry.batch; n++) {
        for (size_t c = 0; c < geometry.channels; c++) {
            for (size_t i = 0; i < geometry.out_plane; i++) {
                const size_t output[] = {i / axis[2].out / axis[1].out, i / axis[2].out % axis[1].out, i % axis[2].out};
                const uint32_t tap = mask_load(&geometry, mask, n, c, output);
                plane[strides_offset(&geometry.mask, n, c, output)] = mask_plane_index(&geometry, output, tap);
            }
        }
    }
    return CLPOOL_SUCCESS;
}

/** Goes through two masks of one geometry that differ in their form. */
static void convert(const struct geometry *from_geometry, const void *from, const struct geometry *to_geometry,
                    void *to)
{
    const struct axis *axis = from_geometry->axis;
    for (size_t n = 0; n < from_geometry->batch; n++) {
        for (size_t c = 0; c < from_geometry->channels; c++) {
            for (size_t i = 0; i < from_geometry->out_plane; i++) {
                const size_t output[] = {i / axis[2].out / axis[1].out, i / axis[2].out % axis[1].out, i % axis[2].out};
                const uint32_t tap = mask_load(from_geometry, from, n, c, output);
                const bool is_inside = mask_plane_index(from_geometry, output, tap) >= 0;
                mask_store(to_geometry, to, n, c, output, is_inside ? tap : MASK_NO_TAP);
            }
        }
    }
}

clpool_status clpool_convert_mask(const clpool_problem *problem, const void *from, clpool_mask_form from_form, void *to,
                                  clpool_mask_form to_form)
{
    struct geometry from_geometry = {.planes = 0};
    clpool_status status = geometry_from_problem(problem, &from_geometry);
    if (status == CLPOOL_SUCCESS) {
        status = mask_mode_check(&from_geometry);
    }
    if (status == CLPOOL_SUCCESS) {
        status = mask_form_check(&from_geometry, "from_form", from_form, CLPOOL_INVALID_ARGUMENT);
    }
    if (status == CLPOOL_SUCCESS) {
        status = mask_form_check(&from_geometry, "to_form", to_form, CLPOOL_INVALID_ARGUMENT);
    }
    if (status != CLPOOL_SUCCESS || from_geometry.y_elements == 0) {
        return status;
    }
    if (from == NULL || to == NULL) {
        return status_fail(CLPOOL_INVALID_ARGUMENT, "%s is NULL", from == NULL ? "from" : "to");
    }
    struct geometry to_geometry = from_geometry;
    mask_form_set(&from_geometry, from_form);
    mask_form_set(&to_geometry, to_form);
    mask_clear_padding(&to_geometry, to);
    convert(&from_geometry, from, &to_geometry, to);
    return CLPOOL_SUCCESS;
}
