/* SPDX-License-Identifier: Apache-2.0 */
/* A launch: runs before its enqueueing returns, in several orders of groups and work-items, each on the same memory;
 * all of them must leave the same bytes. */
#include "checked_device/group.h"
#include "checked_device/objects.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#if defined(__SSE__)
#include <xmmintrin.h>
#endif

enum order { ORDER_FORWARD, ORDER_REVERSE, ORDER_SHUFFLED, ORDERS };

/** Local memory is filled with these, a value of its own in each order, so that who reads what nobody wrote shows. */
static const unsigned char local_fill[ORDERS] = {0x5a, 0xff, 0x00};

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

/* ---- checks ---- */

static cl_int check_range(cl_kernel kernel, cl_uint dimensions, const size_t *global, const size_t *local,
                          struct range *range)
{
    const size_t *required = kernel->signature->group;
    size_t items = 1;
    for (cl_uint i = 0; i < RANGE_DIMENSIONS; i++) {
        const size_t size = i < dimensions ? global[i] : 1;
        range->local[i] = i < dimensions && local != NULL ? local[i] : 1;
        if (size == 0 || range->local[i] == 0 || size % range->local[i] != 0 ||
            (required[0] != 0 && required[i] != range->local[i])) {
            return CL_INVALID_WORK_GROUP_SIZE;
        }
        range->groups[i] = size / range->local[i];
        items *= range->local[i];
    }
    return items <= kernel->program->context->device->profile->group_limit ? CL_SUCCESS : CL_INVALID_WORK_GROUP_SIZE;
}

static cl_int check_arguments(cl_kernel kernel)
{
    cl_ulong local_bytes = 0;
    for (size_t i = 0; i < kernel->signature->count; i++) {
        if (!kernel->arguments[i].is_set) {
            return CL_INVALID_KERNEL_ARGS;
        }
        local_bytes += kernel->signature->parameters[i].kind == PARAMETER_LOCAL ? kernel->arguments[i].size : 0;
    }
    return local_bytes <= kernel->program->context->device->profile->local_bytes ? CL_SUCCESS : CL_OUT_OF_RESOURCES;
}

/* ---- one run ---- */

/** Numbers from 0 on in an order. */
static size_t *make_order(enum order order, size_t count)
{
    size_t *numbers = malloc(count * sizeof(*numbers));
    unsigned long long state = count;
    for (size_t i = 0; i < count; i++) {
        numbers[i] = order == ORDER_REVERSE ? count - 1 - i : i;
    }
    for (size_t i = count; order == ORDER_SHUFFLED && i > 1; i--) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        const size_t other = (size_t)(state >> 33) % i;
        const size_t number = numbers[i - 1];
        numbers[i - 1] = numbers[other];
        numbers[other] = number;
    }
    return numbers;
}

/** Where buffers that are not there lie: like NULL it must not be touched, but offsets may be added to it. */
static void *nowhere(void)
{
    static void *page;
    if (page == NULL) {
        page = mmap(NULL, 1, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (page == MAP_FAILED) {
            checked_fail("no memory for a page that must not be touched");
        }
    }
    return page;
}

/** Where arguments lie. Local memory is of exactly the size that was asked for. */
static void **make_arguments(cl_kernel kernel)
{
    const size_t count = kernel->signature->count;
    void **arguments = calloc(count + 1, sizeof(*arguments));
    for (size_t i = 0; i < count; i++) {
        struct argument *argument = &kernel->arguments[i];
        void *address = argument->buffer == NULL ? nowhere() : argument->buffer->bytes;
        arguments[i] = argument->value;
        if (kernel->signature->parameters[i].kind == PARAMETER_LOCAL) {
            address = malloc(argument->size);
        }
        if (kernel->signature->parameters[i].kind != PARAMETER_VALUE) {
            memcpy(argument->value, (void *)&address, sizeof(address));
        }
    }
    return arguments;
}

/** The local memory of an argument. */
static void *local_of(const struct argument *argument)
{
    void *address = NULL;
    memcpy((void *)&address, argument->value, sizeof(address));
    return address;
}

static void free_arguments(cl_kernel kernel, void **arguments)
{
    for (size_t i = 0; i < kernel->signature->count; i++) {
        if (kernel->signature->parameters[i].kind == PARAMETER_LOCAL) {
            free(local_of(&kernel->arguments[i]));
        }
    }
    free((void *)arguments);
}

static void fill_local(cl_kernel kernel, enum order order)
{
    for (size_t i = 0; i < kernel->signature->count; i++) {
        if (kernel->signature->parameters[i].kind == PARAMETER_LOCAL) {
            memset(local_of(&kernel->arguments[i]), local_fill[order], kernel->arguments[i].size);
        }
    }
}

/** Makes arithmetic as the device's profile says it is; returns how it was. */
static unsigned set_denormals(const struct profile *profile)
{
#if defined(__SSE__)
    const unsigned old = _mm_getcsr();
    const unsigned flush = 0x8040; /* results, and operands */
    _mm_setcsr(profile->keeps_denormals ? old : old | flush);
    return old;
#else
    (void)profile;
    return 0;
#endif
}

static void restore_denormals(unsigned old)
{
#if defined(__SSE__)
    _mm_setcsr(old);
#else
    (void)old;
#endif
}

static void run_in_order(cl_kernel kernel, const struct range *range, enum order order)
{
    const size_t group_count = range->groups[0] * range->groups[1] * range->groups[2];
    size_t *groups = make_order(order, group_count);
    size_t *items = make_order(order, range->local[0] * range->local[1] * range->local[2]);
    const struct work work = {.name = kernel->signature->name,
                              .call = module_call(kernel->program->module, kernel->signature),
                              .arguments = make_arguments(kernel),
                              .range = *range,
                              .order = items};
    const unsigned old = set_denormals(kernel->program->context->device->profile);
    for (size_t i = 0; i < group_count; i++) {
        fill_local(kernel, order);
        group_run(&work, groups[i]);
    }
    restore_denormals(old);
    free_arguments(kernel, work.arguments);
    free(items);
    free(groups);
}

/* ---- all runs ---- */

/** The memory behind an argument that a kernel may write, as it was, and as the first run left it. */
struct copy {
    cl_mem root; /* NULL: not such an argument */
    unsigned char *before;
    unsigned char *after;
};

static unsigned char *copy_bytes(cl_mem root)
{
    unsigned char *bytes = malloc(root->size);
    memcpy(bytes, root->bytes, root->size);
    return bytes;
}

static struct copy *copy_before(cl_kernel kernel)
{
    struct copy *copies = calloc(kernel->signature->count + 1, sizeof(*copies));
    for (size_t i = 0; i < kernel->signature->count; i++) {
        cl_mem mem = kernel->arguments[i].buffer;
        if (kernel->signature->parameters[i].kind == PARAMETER_BUFFER && mem != NULL) {
            copies[i].root = mem->parent == NULL ? mem : mem->parent;
            copies[i].before = copy_bytes(copies[i].root);
        }
    }
    return copies;
}

static void compare(cl_kernel kernel, const struct copy *copy, size_t argument)
{
    for (size_t i = 0; i < copy->root->size; i++) {
        if (copy->root->bytes[i] != copy->after[i]) {
            checked_fail("%s: the order of work-items decides on byte %zu of argument %zu", kernel->signature->name, i,
                         argument);
        }
    }
}

static void run_in_all_orders(cl_kernel kernel, const struct range *range)
{
    struct copy *copies = copy_before(kernel);
    for (int order = 0; order < ORDERS; order++) {
        for (size_t i = 0; i < kernel->signature->count && order > 0; i++) {
            if (copies[i].root != NULL) {
                memcpy(copies[i].root->bytes, copies[i].before, copies[i].root->size);
            }
        }
        run_in_order(kernel, range, (enum order)order);
        for (size_t i = 0; i < kernel->signature->count; i++) {
            if (copies[i].root != NULL && order == 0) {
                copies[i].after = copy_bytes(copies[i].root);
            } else if (copies[i].root != NULL) {
                compare(kernel, &copies[i], i);
            }
        }
    }
    for (size_t i = 0; i < kernel->signature->count; i++) {
        free(copies[i].before);
        free(copies[i].after);
    }
    free(copies);
}

cl_int clEnqueueNDRangeKernel(cl_command_queue queue, cl_kernel kernel, cl_uint dimensions, const size_t *offset,
                              const size_t *global, const size_t *local, cl_uint num_wait, const cl_event *wait_list,
                              cl_event *event)
{
    struct range range;
    (void)num_wait, (void)wait_list;
    cl_int code = offset == NULL ? check_range(kernel, dimensions, global, local, &range) : CL_INVALID_GLOBAL_OFFSET;
    if (code == CL_SUCCESS) {
        code = check_arguments(kernel);
    }
    if (code != CL_SUCCESS) {
        return code;
    }
    (void)pthread_mutex_lock(&mutex);
    run_in_all_orders(kernel, &range);
    (void)pthread_mutex_unlock(&mutex);
    return event_give(queue, CL_COMMAND_NDRANGE_KERNEL, event);
}
