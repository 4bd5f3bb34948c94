/* SPDX-License-Identifier: Apache-2.0 */
#include "stages.h"
#include "device.h"
#include "failure.h"
#include "launch.h"
#include "memory.h"

#include <stdio.h>

extern const unsigned char pipeline_stages[];
extern const size_t pipeline_stages_size;

static cl_command_queue make_compute_queue(cl_context context, cl_device_id device)
{
    cl_command_queue_properties has = 0;
    cl_int code = CL_SUCCESS;
    check_cl(clGetDeviceInfo(device, CL_DEVICE_QUEUE_PROPERTIES, sizeof(has), &has, NULL), "clGetDeviceInfo");
    cl_command_queue_properties wanted = has & CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE;
    printf("compute queue: %s\n", wanted != 0
                                      ? "out of order"
                                      : "in order; the device has none that is out of order, which changes no result");
    cl_command_queue queue = clCreateCommandQueue(context, device, wanted, &code);
    check_cl(code, "clCreateCommandQueue");
    return queue;
}

static clpool_plan *plan_plane(clpool_engine *engine, extent plane, struct window window)
{
    clpool_problem problem =
        clpool_problem_2d(1, 1, plane.height, plane.width, window.kernel, window.stride, window.padding);
    clpool_plan_options options = {.struct_size = sizeof(options), .operations = 1U << CLPOOL_FORWARD};
    clpool_plan *plan = NULL;
    check_clpool(clpool_plan_create(engine, &problem, &options, &plan));
    return plan;
}

struct stages stages_create(cl_context context, cl_device_id device, extent picture)
{
    cl_int code = CL_SUCCESS;
    struct stages created = {.picture = picture};
    created.pooled = pooled_extent(picture, first_window);
    created.pooled_twice = pooled_extent(created.pooled, second_window);
    created.compute_queue = make_compute_queue(context, device);
    created.transfer_queue = clCreateCommandQueue(context, device, 0, &code);
    check_cl(code, "clCreateCommandQueue");
    created.program = build_program(context, device, pipeline_stages, pipeline_stages_size, "stages.cl");
    created.split = make_kernel(created.program, "split");
    created.convolve = make_kernel(created.program, "convolve");
    created.rectify = make_kernel(created.program, "rectify");
    created.merge = make_kernel(created.program, "merge");
    check_clpool(clpool_engine_create(context, device, &created.engine));
    created.pool = plan_plane(created.engine, picture, first_window);
    created.pool_again = plan_plane(created.engine, created.pooled, second_window);
    return created;
}

void stages_destroy(struct stages *destroyed)
{
    clpool_plan_destroy(destroyed->pool);
    clpool_plan_destroy(destroyed->pool_again);
    clpool_engine_destroy(destroyed->engine);
    clReleaseKernel(destroyed->split);
    clReleaseKernel(destroyed->convolve);
    clReleaseKernel(destroyed->rectify);
    clReleaseKernel(destroyed->merge);
    clReleaseProgram(destroyed->program);
    clReleaseCommandQueue(destroyed->compute_queue);
    clReleaseCommandQueue(destroyed->transfer_queue);
}

static launch_size items_of(extent plane)
{
    return (launch_size){{plane.width, plane.height, 1}};
}

static cl_event run_split(const struct stages *stages, const struct arena *arena, cl_int colour, cl_int offset,
                          cl_event written)
{
    const argument arguments[] = {ARGUMENT(colour), ARGUMENT(offset)};
    cl_event done = NULL;
    memory_set_argument(arena, stages->split, 0, REGION_PICTURE);
    memory_set_argument(arena, stages->split, 1, REGION_PLANES);
    set_arguments(stages->split, 2, LENGTH(arguments), arguments);
    launch(stages->compute_queue, stages->split, items_of(stages->picture), 1, &written, &done);
    return done;
}

static cl_event run_convolve(const struct stages *stages, const struct arena *arena, cl_int offset,
                             const cl_event wait_list[2])
{
    const argument arguments[] = {ARGUMENT(offset)};
    cl_event done = NULL;
    memory_set_argument(arena, stages->convolve, 0, REGION_PLANES);
    memory_set_argument(arena, stages->convolve, 1, REGION_OUTLINES);
    memory_set_argument(arena, stages->convolve, 2, REGION_FILTER);
    set_arguments(stages->convolve, 3, LENGTH(arguments), arguments);
    launch(stages->compute_queue, stages->convolve, items_of(stages->picture), 2, wait_list, &done);
    return done;
}

static cl_event run_rectify(const struct stages *stages, const struct arena *arena, cl_int offset, cl_event convolved)
{
    const argument arguments[] = {ARGUMENT(offset)};
    cl_event done = NULL;
    memory_set_argument(arena, stages->rectify, 0, REGION_OUTLINES);
    set_arguments(stages->rectify, 1, LENGTH(arguments), arguments);
    launch(stages->compute_queue, stages->rectify, items_of(stages->picture), 1, &convolved, &done);
    return done;
}

/* One colour from bytes to a plane that was pooled twice. Another colour's stages may run between or beside these. The
 * last one runs on the other queue. */
static cl_event run_colour(const struct stages *stages, const struct arena *arena, size_t colour,
                           cl_event picture_written, cl_event filter_written)
{
    size_t offset = colour * pixels_of(stages->picture);
    size_t pooled_offset = colour * pixels_of(stages->pooled);
    size_t pooled_twice_offset = colour * pixels_of(stages->pooled_twice);
    cl_event split = run_split(stages, arena, (cl_int)colour, (cl_int)offset, picture_written);
    cl_event split_and_filter[2] = {split, filter_written};
    cl_event convolved = run_convolve(stages, arena, (cl_int)offset, split_and_filter);
    cl_event rectified = run_rectify(stages, arena, (cl_int)offset, convolved);
    cl_event pooled = NULL;
    cl_event pooled_twice = NULL;
    check_clpool(clpool_enqueue_forward(stages->pool, clpool_at(arena->regions[REGION_OUTLINES], offset),
                                        clpool_at(arena->regions[REGION_POOLED], pooled_offset), clpool_none(),
                                        stages->compute_queue, 1, &rectified, &pooled));
    check_clpool(clpool_enqueue_forward(stages->pool_again, clpool_at(arena->regions[REGION_POOLED], pooled_offset),
                                        clpool_at(arena->regions[REGION_POOLED_TWICE], pooled_twice_offset),
                                        clpool_none(), stages->transfer_queue, 1, &pooled, &pooled_twice));
    clReleaseEvent(split);
    clReleaseEvent(convolved);
    clReleaseEvent(rectified);
    clReleaseEvent(pooled);
    return pooled_twice;
}

static cl_event run_merge(const struct stages *stages, const struct arena *arena, const cl_event pooled_twice[COLOURS])
{
    cl_event done = NULL;
    memory_set_argument(arena, stages->merge, 0, REGION_POOLED_TWICE);
    memory_set_argument(arena, stages->merge, 1, REGION_RESULT);
    launch(stages->compute_queue, stages->merge, items_of(stages->pooled_twice), COLOURS, pooled_twice, &done);
    return done;
}

stages_result stages_run(const struct stages *stages, struct arena *arena, const unsigned char *picture)
{
    stages_result result;
    cl_event pooled_twice[COLOURS];
    cl_event read[2] = {NULL, NULL};
    cl_event picture_written = memory_write(arena, REGION_PICTURE, picture);
    cl_event filter_written = memory_write(arena, REGION_FILTER, outline_filter);
    /* What the other queue waits for must be on its way. */
    check_cl(clFlush(stages->transfer_queue), "clFlush");
    for (size_t colour = 0; colour < COLOURS; colour++) {
        pooled_twice[colour] = run_colour(stages, arena, colour, picture_written, filter_written);
    }
    cl_event merged = run_merge(stages, arena, pooled_twice);
    result.planes = memory_read(arena, REGION_POOLED_TWICE, merged, &read[0]);
    result.picture = memory_read(arena, REGION_RESULT, merged, &read[1]);
    check_cl(clFlush(stages->compute_queue), "clFlush");
    check_cl(clFlush(stages->transfer_queue), "clFlush");
    check_cl(clWaitForEvents(2, read), "clWaitForEvents");
    for (size_t colour = 0; colour < COLOURS; colour++) {
        clReleaseEvent(pooled_twice[colour]);
    }
    clReleaseEvent(picture_written);
    clReleaseEvent(filter_written);
    clReleaseEvent(merged);
    clReleaseEvent(read[0]);
    clReleaseEvent(read[1]);
    return result;
}
