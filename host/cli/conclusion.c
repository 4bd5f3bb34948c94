/* SPDX-License-Identifier: Apache-2.0 */
#include "conclusion.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* A name is cut to this many bytes, so that the sentences' ends stay. */
#define NAME_FORMAT "%.100s"

/* The device's own name, without its platform's. */
static const char *short_name(const target *of)
{
    const char *separator = strstr(of->name, " / ");
    return separator == NULL ? of->name : separator + 3;
}

/* True for a row on a device, not on the host. */
static bool is_compared(const comparison_row *row)
{
    return row->on->context != NULL;
}

/* The devices of all rows: the name of the one there is, or their number. */
static void add_devices(message *to, const comparison *of)
{
    const target *first = NULL;
    size_t i, count = 0;
    for (i = 0; i < of->devices.count; i++) {
        if (of->devices.targets[i].context != NULL) {
            first = count++ == 0 ? &of->devices.targets[i] : first;
        }
    }
    if (count == 1) {
        message_add(to, NAME_FORMAT, short_name(first));
    } else {
        message_add(to, "%zu devices", count);
    }
}

/* Where a row is, of those that the predicate holds for the first. */
static void add_first(message *to, const comparison *of, bool (*is_wanted)(const comparison_row *))
{
    size_t i;
    for (i = 0; i < of->count && !is_wanted(&of->rows[i]); i++) {
    }
    if (i < of->count) {
        message_add(to, "; the first is %s of %s on %s", comparison_op_name(of->rows[i].op), of->rows[i].of->name,
                    of->rows[i].on->index);
    }
}

static bool has_failed(const comparison_row *row)
{
    return row->state == ROW_FAILED;
}

static bool is_different(const comparison_row *row)
{
    return row->state == ROW_RAN && !comparison_row_agrees(row);
}

static void add_agreement(message *to, const comparison *of)
{
    bool is_one = of->compared == 1;
    message_set(to, is_one ? "The result of " : "All %zu results of ", of->compared);
    add_devices(to, of);
    if (of->bounded == 0) {
        message_add(to, is_one ? " has native's bits." : " have native's bits.");
    } else if (of->bounded == of->compared) {
        message_add(to, is_one ? " is within the bound of its mode." : " are within the bound of their mode.");
    } else {
        message_add(to, " agree with native's: %zu bit for bit, %zu within the bound of their mode.",
                    of->compared - of->bounded, of->bounded);
    }
}

static void add_failures(message *to, const comparison *of)
{
    message_add(to, "%zu of %zu runs failed", of->failed, of->count);
    add_first(to, of, has_failed);
    message_add(to, ".");
}

static conclusion_verdict conclude_results(const comparison *of, message *to)
{
    message_set(to, "%s", "");
    if (of->different > 0) {
        message_set(to, "%zu of %zu results of ", of->different, of->compared);
        add_devices(to, of);
        message_add(to, of->different == 1 ? " differs from native's" : " differ from native's");
        add_first(to, of, is_different);
        message_add(to, of->failed > 0 ? ". " : ".");
    } else if (of->compared > 0) {
        add_agreement(to, of);
        message_add(to, of->failed > 0 ? " But " : "");
    } else if (of->failed == 0) {
        message_set(to, of->unsupported > 0 ? "Nothing was compared: no device supports any of it."
                                            : "Nothing was compared: there is no OpenCL device, and native ran alone.");
    }
    if (of->failed > 0) {
        add_failures(to, of);
    }
    if (of->unsupported > 0 && of->compared > 0) {
        message_add(to, " %zu of %zu runs are not supported by their device.", of->unsupported, of->count);
    }
    return of->different > 0  ? CONCLUDED_DIFFERENT
           : of->failed > 0   ? CONCLUDED_FAILED
           : of->compared > 0 ? CONCLUDED_EQUAL
                              : CONCLUDED_NOTHING;
}

/* The times of one device's rows. The means are geometric. */
typedef struct device_times {
    const target *on;
    size_t rows;
    double speed;     /* how many times as fast as native the kernels are */
    size_t moved;     /* rows with transfers */
    double transfers; /* how many times as long as the kernels they take */
    const comparison_row *best;
} device_times;

static double speed_of(const comparison_row *row)
{
    return row->native / row->measured.times.kernel;
}

static device_times sum_times(const comparison *of, const target *on)
{
    device_times made = {.on = on};
    size_t i;
    for (i = 0; i < of->count; i++) {
        const comparison_row *row = &of->rows[i];
        const double moved = row->measured.times.to_device + row->measured.times.from_device;
        if (row->on != on || !comparison_row_timed(row) || !(row->native > 0)) {
            continue;
        }
        made.rows++;
        made.speed += log(speed_of(row));
        made.moved += moved > 0 ? 1 : 0;
        made.transfers += moved > 0 ? log(moved / row->measured.times.kernel) : 0;
        made.best = made.best == NULL || speed_of(row) > speed_of(made.best) ? row : made.best;
    }
    made.speed = made.rows > 0 ? exp(made.speed / (double)made.rows) : 0;
    made.transfers = made.moved > 0 ? exp(made.transfers / (double)made.moved) : 0;
    return made;
}

/* The device whose kernels are the fastest; without rows where no times are known. */
static device_times find_fastest(const comparison *of)
{
    device_times fastest = {.rows = 0};
    size_t i;
    for (i = 0; i < of->devices.count; i++) {
        if (of->devices.targets[i].context != NULL) {
            device_times times = sum_times(of, &of->devices.targets[i]);
            fastest = times.speed > fastest.speed ? times : fastest;
        }
    }
    return fastest;
}

/* "1.9 times", "14 times" */
static void add_times(message *to, double ratio)
{
    message_add(to, ratio < 9.95 ? "%.1f times" : "%.0f times", ratio);
}

static void add_speed(message *to, const device_times *of)
{
    const bool is_one = of->rows == 1;
    message_add(to, is_one ? "The kernel of " NAME_FORMAT : "The kernels of " NAME_FORMAT, short_name(of->on));
    if (of->speed >= 1) {
        message_add(to, is_one ? " is " : " are ");
        add_times(to, of->speed);
        message_add(to, " as fast as native on ");
    } else {
        message_add(to, is_one ? " takes " : " take ");
        add_times(to, 1 / of->speed);
        message_add(to, " as long as native on ");
    }
    if (is_one) {
        message_add(to, "%s of %s", comparison_op_name(of->best->op), of->best->of->name);
        return;
    }
    message_add(to, "%zu runs (geometric mean; at best ", of->rows);
    add_times(to, speed_of(of->best));
    message_add(to, " as fast, on %s of %s)", comparison_op_name(of->best->op), of->best->of->name);
}

static void add_transfers(message *to, const device_times *of)
{
    if (of->moved == 0) {
        message_add(to, ".");
    } else if (of->transfers >= 1) {
        message_add(to, of->speed >= 1 ? ", but transfers take " : ", and transfers take ");
        add_times(to, of->transfers);
        message_add(to, " that: keep tensors on the device.");
    } else {
        message_add(to, ", and transfers add %.0f%% to that.", 100 * of->transfers);
    }
}

static void conclude_times(const comparison *of, message *to)
{
    device_times fastest = find_fastest(of);
    size_t i;
    message_set(to, "%s", "");
    if (fastest.rows > 0) {
        add_speed(to, &fastest);
        add_transfers(to, &fastest);
        return;
    }
    for (i = 0; i < of->count && !(is_compared(&of->rows[i]) && of->rows[i].state == ROW_RAN); i++) {
    }
    if (i < of->count) {
        message_set(to, "No device gives usable times of its kernels.");
    }
}

void conclusion_make(const comparison *of, conclusion *made)
{
    made->verdict = conclude_results(of, &made->result);
    conclude_times(of, &made->advice);
}
