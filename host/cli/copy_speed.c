/* SPDX-License-Identifier: Apache-2.0 */
#include "copy_speed.h"

#include <stdint.h>
#include <string.h>

#include "host_copy.h"
#include "memory_sets.h"
#include "report.h"
#include "stopwatch.h"

/* copy.cl, which the build embeds. */
extern const unsigned char cli_copy_kernel[];
extern const size_t cli_copy_kernel_size;

/* An item copies a float4. */
#define ITEM_BYTES 16

/* Of each amount, in seconds, where no number of runs was set. */
#define COPY_BUDGET 0.15

exit_code copy_speed_open(copy_speed *opened, const target *on)
{
    const char *source = (const char *)cli_copy_kernel;
    cl_int code;
    memset(opened, 0, sizeof(*opened));
    opened->on = on;
    if (on->context == NULL) {
        return EXIT_DONE;
    }
    opened->program = clCreateProgramWithSource(on->context, 1, &source, &cli_copy_kernel_size, &code);
    if (opened->program == NULL) {
        return report_cl(code, "clCreateProgramWithSource", on->index);
    }
    code = clBuildProgram(opened->program, 1, &on->device, "", NULL, NULL);
    if (code != CL_SUCCESS) {
        copy_speed_close(opened);
        return report_cl(code, "clBuildProgram of the copy", on->index);
    }
    opened->kernel = clCreateKernel(opened->program, "copy", &code);
    if (opened->kernel == NULL) {
        copy_speed_close(opened);
        return report_cl(code, "clCreateKernel", on->index);
    }
    return EXIT_DONE;
}

/* One amount of memory to copy. */
typedef struct copy_job {
    const copy_speed *of;
    memory_sets from, to;
} copy_job;

static exit_code enqueue_copy(const copy_job *job, size_t set, cl_event *event)
{
    const target *on = job->of->on;
    cl_kernel kernel = job->of->kernel;
    const size_t items = job->from.bytes / ITEM_BYTES;
    const cl_ulong first = set * job->from.pitch / ITEM_BYTES;
    cl_int code = clSetKernelArg(kernel, 0, sizeof(cl_mem), &job->from.buffer);
    if (code == CL_SUCCESS) {
        code = clSetKernelArg(kernel, 1, sizeof(cl_mem), &job->to.buffer);
    }
    if (code == CL_SUCCESS) {
        code = clSetKernelArg(kernel, 2, sizeof(first), &first);
    }
    if (code != CL_SUCCESS) {
        return report_cl(code, "clSetKernelArg of the copy", on->index);
    }
    code = clEnqueueNDRangeKernel(on->queue, kernel, 1, NULL, &items, NULL, 0, NULL, event);
    return code == CL_SUCCESS ? EXIT_DONE : report_cl(code, "clEnqueueNDRangeKernel of the copy", on->index);
}

static exit_code run_copy(const void *context, size_t round, run_seconds *took)
{
    const copy_job *job = context;
    size_t set = round % job->from.count;
    double start = stopwatch_now();
    cl_event event = NULL;
    exit_code code;
    if (job->of->on->context == NULL) {
        host_copy(memory_sets_host(&job->to, set), memory_sets_host(&job->from, set), job->from.bytes);
        took->wall = stopwatch_now() - start;
        return EXIT_DONE;
    }
    code = enqueue_copy(job, set, &event);
    if (code == EXIT_DONE) {
        code = timing_finish(job->of->on, event, start, took);
    }
    if (event != NULL) {
        (void)clReleaseEvent(event);
    }
    return code;
}

static exit_code measure_point(const copy_speed *of, bool cold, copy_point *made)
{
    const size_t half = made->bytes / 2;
    copy_job job = {.of = of};
    exit_code code;
    made->sets = memory_sets_count(of->on, cold, made->bytes, half);
    code = memory_sets_make(of->on, half, made->sets, &job.from);
    if (code == EXIT_DONE) {
        code = memory_sets_make(of->on, half, made->sets, &job.to);
    }
    if (code == EXIT_DONE) {
        code = timing_take(run_copy, &job, of->runs, COPY_BUDGET, &made->took);
    }
    memory_sets_free(&job.to);
    memory_sets_free(&job.from);
    return code;
}

/* The measured amount that is nearest; NULL if there is none. */
static const copy_point *nearest(const copy_speed *of, size_t bytes)
{
    const copy_point *found = NULL;
    size_t least = SIZE_MAX;
    size_t i;
    for (i = 0; i < of->count; i++) {
        const copy_point *at = &of->points[i];
        size_t apart = at->bytes > bytes ? at->bytes - bytes : bytes - at->bytes;
        if (apart < least) {
            least = apart;
            found = at;
        }
    }
    return found;
}

static bool is_near(const copy_point *point, size_t bytes)
{
    return point->bytes >= bytes / 10 * 9 && bytes >= point->bytes / 10 * 9;
}

/* Rounded up, each half of it to whole pages of 4 KiB or where it matters little 64: the drivers find a good local size
 * for a number of items with many divisors. */
static size_t amount_for(size_t bytes)
{
    size_t step = bytes < (size_t)2 << 20 ? (size_t)2 << 12 : (size_t)2 << 16;
    return bytes < SIZE_MAX - step ? (bytes + step - 1) / step * step : bytes / step * step;
}

exit_code copy_speed_find(copy_speed *of, size_t bytes, bool cold, const copy_point **found)
{
    copy_point *added = &of->points[of->count];
    size_t amount = amount_for(bytes);
    exit_code code;
    *found = nearest(of, amount);
    if (*found != NULL && (is_near(*found, amount) || of->count == COPY_POINTS_MOST)) {
        return EXIT_DONE;
    }
    added->bytes = amount;
    code = measure_point(of, cold, added);
    if (code == EXIT_DONE) {
        of->count++;
        *found = added;
    }
    return code;
}

double copy_point_rate(const copy_point *of, bool by_event)
{
    double seconds = by_event ? of->took.event.median : of->took.wall.median;
    return seconds > 0 ? (double)of->bytes / seconds : 0;
}

const copy_point *copy_speed_next(const copy_speed *of, size_t after)
{
    const copy_point *found = NULL;
    size_t i;
    for (i = 0; i < of->count; i++) {
        if (of->points[i].bytes > after && (found == NULL || of->points[i].bytes < found->bytes)) {
            found = &of->points[i];
        }
    }
    return found;
}

void copy_speed_close(copy_speed *closed)
{
    if (closed->kernel != NULL) {
        (void)clReleaseKernel(closed->kernel);
    }
    if (closed->program != NULL) {
        (void)clReleaseProgram(closed->program);
    }
    memset(closed, 0, sizeof(*closed));
}
