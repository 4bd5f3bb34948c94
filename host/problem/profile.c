/* SPDX-License-Identifier: Apache-2.0 */
#include "problem/profile.h"

#include "base/size.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIELD_OP, FIELD_MODE, FIELD_DTYPE, FIELD_LAYOUT, FIELD_MASK, FIELD_WINDOW, FIELD_SHAPE };
enum { MOST_DIGITS = 15, SHAPE_NUMBERS = CLPOOL_MAX_RANK + 2, TEXT_BYTES = 128 };

static const char *const op_names[] = {"forward", "backward", "unpool"};
static const char *const mode_names[] = {"max", "avg", "lp"};
static const char *const layout_names[] = {"nchw", "nhwc"};
static const char *const mask_names[] = {"window",          "plane_i32",   "plane",       "tensor",
                                         "tensor_colmajor", "window_2bit", "window_4bit", "none"};
enum { OPS = 3, MODES = 3, LAYOUTS = 2, MASKS = 8, MASK_NONE = 7 };
static const char global_name[] = "global";
static const char adaptive_name[] = "adaptive";

/* ---- from a problem ---- */

static bool are_disjoint(const struct profile *profile)
{
    bool disjoint = true;
    for (size_t i = 0; i < CLPOOL_MAX_RANK; i++) {
        size_t extent = 0;
        disjoint = disjoint && window_extent(profile->window[i], profile->dilation[i], &extent) &&
                   profile->stride[i] >= extent;
    }
    return disjoint;
}

static enum window_kind kind_of(const struct geometry *geometry)
{
    bool is_global = geometry->out_plane == 1 && geometry->taps == geometry->in_plane;
    bool is_adaptive = false;
    for (size_t i = 0; i < CLPOOL_MAX_RANK; i++) {
        const struct axis *axis = &geometry->axis[i];
        is_global = is_global && axis->pad_lo == 0 && axis->kernel == axis->in && axis->dilation == 1;
        is_adaptive = is_adaptive || axis->adaptive;
    }
    return is_global ? WINDOWS_GLOBAL : is_adaptive ? WINDOWS_ADAPTIVE : WINDOWS_OVERLAP;
}

/** What global and adaptive windows do not have is 1, and the padding 0. */
static void set_windows(const struct geometry *geometry, struct profile *profile)
{
    for (size_t i = 0; i < CLPOOL_MAX_RANK; i++) {
        const struct axis *axis = &geometry->axis[i];
        const bool slides = profile->kind == WINDOWS_OVERLAP;
        profile->in[i] = axis->in;
        profile->window[i] = slides ? axis->kernel : profile->kind == WINDOWS_ADAPTIVE ? axis->out : 1;
        profile->stride[i] = slides ? axis->stride : 1;
        profile->dilation[i] = slides ? axis->dilation : 1;
        profile->pad[i] = slides ? axis->pad_lo : 0;
    }
    if (profile->kind == WINDOWS_OVERLAP && are_disjoint(profile)) {
        profile->kind = WINDOWS_DISJOINT;
    }
}

struct profile profile_from_geometry(clpool_op op, const struct geometry *geometry)
{
    struct profile profile = {
        .op = op,
        .mode = geometry->mode,
        .dtype = geometry->dtype,
        .layout = geometry->layout,
        .mask_form = geometry->mode == CLPOOL_MAX ? geometry->mask_form : CLPOOL_MASK_WINDOW,
        .kind = kind_of(geometry),
        .batch = size_max(geometry->batch, 1),
        .channels = geometry->channels,
    };
    set_windows(geometry, &profile);
    return profile;
}

/* ---- as text ---- */

/** Axes that the text leaves out: those in front that a problem of lower rank lacks. */
static size_t first_axis(const struct profile *profile)
{
    size_t first = 0;
    while (first + 1 < CLPOOL_MAX_RANK && profile->in[first] == 1 && profile->window[first] == 1 &&
           profile->stride[first] == 1 && profile->pad[first] == 0) {
        first++;
    }
    return first;
}

/** One number for all axes where they are equal, else one for each with x between them. */
static void add_numbers(char text[TEXT_BYTES], const char *prefix, const size_t values[CLPOOL_MAX_RANK], size_t first,
                        bool may_shorten)
{
    size_t last = first;
    for (size_t i = first; i < CLPOOL_MAX_RANK; i++) {
        last = !may_shorten || values[i] != values[first] ? CLPOOL_MAX_RANK - 1 : last;
    }
    for (size_t i = first; i <= last; i++) {
        const size_t used = strlen(text);
        (void)snprintf(text + used, TEXT_BYTES - used, "%s%zu", i == first ? prefix : "x", values[i]);
    }
}

static void write_window(const struct profile *profile, size_t first, char text[TEXT_BYTES])
{
    static const size_t ones[CLPOOL_MAX_RANK] = {1, 1, 1};
    static const size_t zeros[CLPOOL_MAX_RANK] = {0, 0, 0};
    text[0] = '\0';
    if (profile->kind == WINDOWS_GLOBAL) {
        (void)snprintf(text, TEXT_BYTES, "%s", global_name);
        return;
    }
    add_numbers(text, profile->kind == WINDOWS_ADAPTIVE ? adaptive_name : "", profile->window, first, false);
    if (profile->kind == WINDOWS_ADAPTIVE) {
        return;
    }
    add_numbers(text, "s", profile->stride, first, true);
    if (memcmp(profile->pad, zeros, sizeof(zeros)) != 0) {
        add_numbers(text, "p", profile->pad, first, true);
    }
    if (memcmp(profile->dilation, ones, sizeof(ones)) != 0) {
        add_numbers(text, "d", profile->dilation, first, true);
    }
}

void profile_write(const struct profile *profile, char text[PROFILE_BYTES])
{
    const size_t first = first_axis(profile);
    char window[TEXT_BYTES];
    char spatial[TEXT_BYTES] = "";
    write_window(profile, first, window);
    add_numbers(spatial, "x", profile->in, first, false);
    (void)snprintf(text, PROFILE_BYTES, "%s %s %s %s %s %s %zux%zu%s", op_names[profile->op], mode_names[profile->mode],
                   profile->dtype->name, layout_names[profile->layout],
                   mask_names[profile->mode == CLPOOL_MAX ? (int)profile->mask_form : MASK_NONE], window,
                   profile->batch, profile->channels, spatial);
}

/* ---- from text ---- */

static bool find_name(const char *field, const char *text, const char *const *names, size_t count, size_t *found,
                      char why[PROFILE_WHY_BYTES])
{
    for (*found = 0; *found < count; (*found)++) {
        if (strcmp(text, names[*found]) == 0) {
            return true;
        }
    }
    int used = snprintf(why, PROFILE_WHY_BYTES, "%s is '%.20s'; it must be one of", field, text);
    for (size_t i = 0; i < count && used < PROFILE_WHY_BYTES; i++) {
        used += snprintf(why + used, PROFILE_WHY_BYTES - (size_t)used, "%s %s", i == 0 ? "" : ",", names[i]);
    }
    return false;
}

static bool find_dtype(const char *text, const struct dtype **found, char why[PROFILE_WHY_BYTES])
{
    for (int id = 0; (*found = dtype_find((clpool_dtype)id)) != NULL; id++) {
        if (strcmp((*found)->name, text) == 0) {
            return true;
        }
    }
    (void)snprintf(why, PROFILE_WHY_BYTES, "dtype is '%.20s'; it must be one of f32, f64, f16, bf16, i8, u8, i32",
                   text);
    return false;
}

/** Reads numbers with x between them and moves *at behind them; 0 where that is not what is there. */
static size_t read_numbers(const char **at, size_t values[SHAPE_NUMBERS])
{
    for (size_t count = 0; count < SHAPE_NUMBERS;) {
        const size_t digits = strspn(*at, "0123456789");
        if (digits == 0 || digits > MOST_DIGITS) {
            return 0;
        }
        values[count++] = (size_t)strtoull(*at, NULL, 10);
        *at += digits;
        if (**at != 'x') {
            return count;
        }
        (*at)++;
    }
    return 0;
}

/** The numbers of the last `rank` axes, or one for all of them; each at least `least`. */
static bool read_axes(const char **at, size_t rank, size_t least, size_t axes[CLPOOL_MAX_RANK])
{
    size_t values[SHAPE_NUMBERS] = {0};
    const size_t count = read_numbers(at, values);
    if (count != 1 && count != rank) {
        return false;
    }
    for (size_t i = 0; i < rank; i++) {
        axes[CLPOOL_MAX_RANK - rank + i] = values[count == 1 ? 0 : i];
    }
    for (size_t i = 0; i < count; i++) {
        if (values[i] < least) {
            return false;
        }
    }
    return true;
}

static bool read_sliding(const char *at, size_t rank, struct profile *profile)
{
    if (!read_axes(&at, rank, 1, profile->window) || *at++ != 's' || !read_axes(&at, rank, 1, profile->stride)) {
        return false;
    }
    if (*at == 'p' && (at++, !read_axes(&at, rank, 0, profile->pad))) {
        return false;
    }
    if (*at == 'd' && (at++, !read_axes(&at, rank, 1, profile->dilation))) {
        return false;
    }
    profile->kind = are_disjoint(profile) ? WINDOWS_DISJOINT : WINDOWS_OVERLAP;
    return *at == '\0';
}

static bool read_window(const char *text, size_t rank, struct profile *profile)
{
    if (strcmp(text, global_name) == 0) {
        profile->kind = WINDOWS_GLOBAL;
        return true;
    }
    if (strncmp(text, adaptive_name, strlen(adaptive_name)) == 0) {
        const char *at = text + strlen(adaptive_name);
        profile->kind = WINDOWS_ADAPTIVE;
        return read_axes(&at, rank, 1, profile->window) && *at == '\0';
    }
    return read_sliding(text, rank, profile);
}

/** Returns the number of spatial axes; 0 where the text is no shape. */
static size_t read_shape(const char *text, struct profile *profile)
{
    size_t values[SHAPE_NUMBERS];
    const size_t count = read_numbers(&text, values);
    if (count < 3 || *text != '\0') {
        return 0;
    }
    for (size_t i = 0; i < count; i++) {
        if (values[i] == 0) {
            return 0;
        }
    }
    profile->batch = values[0];
    profile->channels = values[1];
    memcpy(profile->in + CLPOOL_MAX_RANK + 2 - count, values + 2, (count - 2) * sizeof(*values));
    return count - 2;
}

bool profile_parse(const char *const fields[PROFILE_FIELDS], struct profile *profile, char why[PROFILE_WHY_BYTES])
{
    size_t op = 0;
    size_t mode = 0;
    size_t layout = 0;
    size_t mask = 0;
    *profile = (struct profile){.in = {1, 1, 1}, .window = {1, 1, 1}, .stride = {1, 1, 1}, .dilation = {1, 1, 1}};
    if (!find_name("op", fields[FIELD_OP], op_names, OPS, &op, why) ||
        !find_name("mode", fields[FIELD_MODE], mode_names, MODES, &mode, why) ||
        !find_dtype(fields[FIELD_DTYPE], &profile->dtype, why) ||
        !find_name("layout", fields[FIELD_LAYOUT], layout_names, LAYOUTS, &layout, why) ||
        !find_name("mask", fields[FIELD_MASK], mask_names, MASKS, &mask, why)) {
        return false;
    }
    profile->op = (clpool_op)op;
    profile->mode = (clpool_mode)mode;
    profile->layout = (clpool_layout)layout;
    profile->mask_form = mask == MASK_NONE ? CLPOOL_MASK_WINDOW : (clpool_mask_form)mask;
    if ((mask == MASK_NONE) != (profile->mode != CLPOOL_MAX)) {
        (void)snprintf(why, PROFILE_WHY_BYTES, "mask is '%s'; it must be none for avg and lp, and only for those",
                       mask_names[mask]);
        return false;
    }
    const size_t rank = read_shape(fields[FIELD_SHAPE], profile);
    if (rank == 0) {
        (void)snprintf(why, PROFILE_WHY_BYTES,
                       "shape is '%.40s'; it must be N, C and 1 to %d spatial extents, as in 8x64x112x112",
                       fields[FIELD_SHAPE], CLPOOL_MAX_RANK);
        return false;
    }
    if (!read_window(fields[FIELD_WINDOW], rank, profile)) {
        (void)snprintf(why, PROFILE_WHY_BYTES, "window is '%.40s'; it must be as in 3x3s2p1, global or adaptive7x7",
                       fields[FIELD_WINDOW]);
        return false;
    }
    return true;
}

/* ---- compared ---- */

static double octaves(size_t a, size_t b)
{
    return fabs(log2((double)a) - log2((double)b));
}

double profile_distance(const struct profile *a, const struct profile *b)
{
    if (a->op != b->op || a->mode != b->mode || a->dtype->bytes != b->dtype->bytes || a->layout != b->layout ||
        a->mask_form != b->mask_form || a->kind != b->kind) {
        return HUGE_VAL;
    }
    double distance = a->dtype == b->dtype ? 0 : 1;
    distance += octaves(a->batch, b->batch) + octaves(a->channels, b->channels);
    for (size_t i = 0; i < CLPOOL_MAX_RANK; i++) {
        distance += octaves(a->in[i], b->in[i]) + octaves(a->window[i], b->window[i]) +
                    octaves(a->stride[i], b->stride[i]) + octaves(a->dilation[i], b->dilation[i]) +
                    octaves(a->pad[i] + 1, b->pad[i] + 1);
    }
    return distance;
}
