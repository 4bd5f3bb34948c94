/* SPDX-License-Identifier: Apache-2.0 */
/* Two threads that pool on one device and count in one number, or each in its own: for the check that ThreadSanitizer
 * catches the first among OpenCL's own threads. */
#include "support/cmocka.h"
#include "support/device.h"

#include <pthread.h>

enum { CALLS = 20, ELEMENTS = 64 };

struct caller {
    const struct test_device *device;
    const clpool_plan *plan;
    int *count;
    int passed;
};

static int numbers[2];
static pthread_barrier_t both; /* so that nothing orders the first steps of the two */

static void *pool_and_count(void *argument)
{
    struct caller *caller = argument;
    float y[ELEMENTS / 4];
    const float x[ELEMENTS] = {1};
    const struct test_device *device = caller->device;
    cl_command_queue queue = clCreateCommandQueue(device->context, device->device, 0, NULL);
    struct guarded to = guarded_make(device, ELEMENTS / 4, sizeof(float), 0, NULL);
    struct guarded from = guarded_make(device, ELEMENTS, sizeof(float), 0, x);
    (void)pthread_barrier_wait(&both);
    for (int i = 0; i < CALLS; i++) {
        ++*caller->count;
        if (clpool_enqueue_forward(caller->plan, guarded_at(&from), guarded_at(&to), clpool_none(), queue, 0, NULL,
                                   NULL) == CLPOOL_SUCCESS &&
            clEnqueueReadBuffer(queue, to.mem, CL_TRUE, 0, sizeof(y), y, 0, NULL, NULL) == CL_SUCCESS && y[0] == 1) {
            caller->passed++;
        }
    }
    guarded_release(&from);
    guarded_release(&to);
    (void)clReleaseCommandQueue(queue);
    return NULL;
}

int main(int argument_count, char **arguments)
{
    const int is_race = argument_count > 1 && strcmp(arguments[1], "race") == 0;
    const clpool_problem problem = clpool_problem_2d(1, 1, 8, 8, 2, 2, 0);
    struct test_device device;
    clpool_engine *engine = NULL;
    clpool_plan *plan = NULL;
    pthread_t other;
    test_device_open(&device);
    if (clpool_engine_create(device.context, device.device, &engine) != CLPOOL_SUCCESS ||
        clpool_plan_create(engine, &problem, NULL, &plan) != CLPOOL_SUCCESS) {
        return 2;
    }
    struct caller callers[] = {{&device, plan, &numbers[0], 0}, {&device, plan, &numbers[is_race ? 0 : 1], 0}};
    if (pthread_barrier_init(&both, NULL, 2) != 0 || pthread_create(&other, NULL, pool_and_count, &callers[0]) != 0) {
        return 2;
    }
    (void)pool_and_count(&callers[1]);
    const int failed = pthread_join(other, NULL) != 0 || callers[0].passed + callers[1].passed != 2 * CALLS;
    (void)pthread_barrier_destroy(&both);
    clpool_plan_destroy(plan);
    clpool_engine_destroy(engine);
    test_device_close(&device);
    return failed ? 2 : 0;
}
