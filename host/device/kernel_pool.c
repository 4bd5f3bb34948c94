/* SPDX-License-Identifier: Apache-2.0 */
#include "device/kernel_pool.h"

#include "base/status.h"

#include <stdatomic.h>
#include <stdlib.h>

enum { KERNEL_POOL_SLOTS = 16 };

struct kernel_pool {
    cl_program program; /* retained */
    const char *entry;
    _Atomic(cl_kernel) slots[KERNEL_POOL_SLOTS];
};

static clpool_status create_kernel(const struct kernel_pool *pool, cl_kernel *kernel)
{
    cl_int code = CL_SUCCESS;
    *kernel = clCreateKernel(pool->program, pool->entry, &code);
    return code == CL_SUCCESS ? CLPOOL_SUCCESS : status_fail_cl(code, "clCreateKernel(%s) failed", pool->entry);
}

clpool_status kernel_pool_create(cl_program program, const char *entry, struct kernel_pool **pool)
{
    *pool = NULL;
    struct kernel_pool *made = calloc(1, sizeof(*made));
    if (made == NULL) {
        return status_fail(CLPOOL_OUT_OF_MEMORY, "no memory for kernel objects of %s", entry);
    }
    made->entry = entry;
    for (size_t i = 0; i < KERNEL_POOL_SLOTS; i++) {
        atomic_init(&made->slots[i], NULL);
    }
    clpool_status status = CLPOOL_SUCCESS;
    cl_kernel first = NULL;
    const cl_int code = clRetainProgram(program);
    if (code != CL_SUCCESS) {
        status = status_fail_cl(code, "clRetainProgram failed");
    } else {
        made->program = program;
        status = create_kernel(made, &first);
    }
    if (status != CLPOOL_SUCCESS) {
        kernel_pool_destroy(made);
        return status;
    }
    kernel_pool_give(made, first);
    *pool = made;
    return CLPOOL_SUCCESS;
}

void kernel_pool_destroy(struct kernel_pool *pool)
{
    if (pool == NULL) {
        return;
    }
    for (size_t i = 0; i < KERNEL_POOL_SLOTS; i++) {
        cl_kernel kernel = atomic_exchange(&pool->slots[i], NULL);
        if (kernel != NULL) {
            (void)clReleaseKernel(kernel);
        }
    }
    if (pool->program != NULL) {
        (void)clReleaseProgram(pool->program);
    }
    free(pool);
}

const char *kernel_pool_entry(const struct kernel_pool *pool)
{
    return pool->entry;
}

clpool_status kernel_pool_take(struct kernel_pool *pool, cl_kernel *kernel)
{
    for (size_t i = 0; i < KERNEL_POOL_SLOTS; i++) {
        *kernel = atomic_exchange(&pool->slots[i], NULL);
        if (*kernel != NULL) {
            return CLPOOL_SUCCESS;
        }
    }
    return create_kernel(pool, kernel);
}

void kernel_pool_give(struct kernel_pool *pool, cl_kernel kernel)
{
    for (size_t i = 0; i < KERNEL_POOL_SLOTS; i++) {
        cl_kernel empty = NULL;
        if (atomic_compare_exchange_strong(&pool->slots[i], &empty, kernel)) {
            return;
        }
    }
    (void)clReleaseKernel(kernel);
}
