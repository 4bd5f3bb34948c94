/* SPDX-License-Identifier: Apache-2.0 */
#include "checked_device/group.h"

#include "base/half.h"
#include "checked_device/objects.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>

#define EXPORTED __attribute__((visibility("default")))

enum { STACK_BYTES = 4 << 20, PAGE_BYTES = 4096 };

/** A stack on which work-items run one after the other, until one of them waits at a barrier. */
struct fibre {
    ucontext_t context;
    char *stack;
    size_t item; /* the one that runs, or waits */
    bool waits;
    int place; /* of the barrier, by its number, and by its line */
    int line;
};

/** The group that runs; the process has no other. */
static struct {
    const struct work *work;
    size_t group[RANGE_DIMENSIONS];
    size_t items;
    size_t next; /* in the order, of the first that has not begun */
    ucontext_t scheduler;
    struct fibre *current;
} run;

static struct fibre *fibres;
static size_t fibre_count;

/** The C library's own: AddressSanitizer puts another in its place, which forgets what it knows of the whole stack that
 * it goes on with, each time. */
static int (*switch_context)(ucontext_t *from, const ucontext_t *to);

/* ---- what kernels call; see builtins.cl ---- */

EXPORTED unsigned long checked_item(int what, unsigned dimension);
EXPORTED void checked_barrier(int place, int line);
EXPORTED float checked_from_half(unsigned short half_bits);
EXPORTED unsigned short checked_to_half(float value);

unsigned long checked_item(int what, unsigned dimension)
{
    const struct range *range = &run.work->range;
    if (dimension >= RANGE_DIMENSIONS) {
        return what == 1 || what == 3 || what == 5;
    }
    size_t local_id = run.current->item;
    for (unsigned i = 0; i < dimension; i++) {
        local_id /= range->local[i];
    }
    local_id %= range->local[dimension];
    switch (what) {
    case 0:
        return run.group[dimension] * range->local[dimension] + local_id;
    case 1:
        return range->groups[dimension] * range->local[dimension];
    case 2:
        return local_id;
    case 3:
        return range->local[dimension];
    case 4:
        return run.group[dimension];
    default:
        return range->groups[dimension];
    }
}

void checked_barrier(int place, int line)
{
    struct fibre *fibre = run.current;
    fibre->waits = true;
    fibre->place = place;
    fibre->line = line;
    (void)switch_context(&fibre->context, &run.scheduler);
}

float checked_from_half(unsigned short half_bits)
{
    return half_to_float(half_bits);
}

unsigned short checked_to_half(float value)
{
    return half_from_float(value);
}

/* ---- fibres ---- */

static void fibre_main(void)
{
    struct fibre *fibre = run.current;
    while (run.next < run.items) {
        fibre->item = run.work->order[run.next++];
        run.work->call(run.work->arguments);
    }
}

static void resume(struct fibre *fibre)
{
    run.current = fibre;
    fibre->waits = false;
    (void)switch_context(&run.scheduler, &fibre->context);
}

/** The fibre's stack ends at a page that nothing may touch. */
static void begin(struct fibre *fibre)
{
    if (fibre->stack == NULL) {
        fibre->stack =
            mmap(NULL, STACK_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (fibre->stack == MAP_FAILED || mprotect(fibre->stack, PAGE_BYTES, PROT_NONE) != 0) {
            checked_fail("no memory for a work-item's stack");
        }
    }
    (void)getcontext(&fibre->context);
    fibre->context.uc_stack.ss_sp = fibre->stack + PAGE_BYTES;
    fibre->context.uc_stack.ss_size = STACK_BYTES - PAGE_BYTES;
    fibre->context.uc_link = &run.scheduler;
    makecontext(&fibre->context, fibre_main, 0);
    resume(fibre);
}

static void find_switch(void)
{
    void *library = dlopen("libc.so.6", RTLD_NOW | RTLD_NOLOAD);
    void *address = library == NULL ? NULL : dlsym(library, "swapcontext");
    if (address == NULL) {
        checked_fail("no swapcontext() in the C library");
    }
    memcpy(&switch_context, &address, sizeof(switch_context));
}

/** Contexts must not move: there are as many fibres from the start as a group may have work-items. */
static void make_fibres(void)
{
    if (fibre_count < run.items) {
        struct fibre *more = calloc(run.items, sizeof(*more));
        for (size_t i = 0; i < fibre_count; i++) {
            more[i].stack = fibres[i].stack;
        }
        free(fibres);
        fibres = more;
        fibre_count = run.items;
    }
}

/** Whether work-items wait; all of the group must, at one barrier. */
static bool is_waiting(size_t used)
{
    const struct fibre *first = NULL;
    size_t waiting = 0;
    for (size_t i = 0; i < used; i++) {
        const struct fibre *fibre = &fibres[i];
        if (!fibre->waits) {
            continue;
        }
        first = first == NULL ? fibre : first;
        waiting++;
        if (fibre->place != first->place) {
            checked_fail("%s: work-item %zu waits at the barrier of line %d, work-item %zu at that of line %d",
                         run.work->name, first->item, first->line, fibre->item, fibre->line);
        }
    }
    if (waiting != 0 && waiting != run.items) {
        checked_fail("%s: work-item %zu waits at the barrier of line %d, to which %zu of %zu work-items do not come",
                     run.work->name, first->item, first->line, run.items - waiting, run.items);
    }
    return waiting > 0;
}

void group_run(const struct work *work, size_t number)
{
    const struct range *range = &work->range;
    run.work = work;
    run.items = range->local[0] * range->local[1] * range->local[2];
    run.next = 0;
    run.group[0] = number % range->groups[0];
    run.group[1] = number / range->groups[0] % range->groups[1];
    run.group[2] = number / range->groups[0] / range->groups[1];
    make_fibres();
    if (switch_context == NULL) {
        find_switch();
    }
    size_t used = 0;
    while (run.next < run.items) {
        begin(&fibres[used++]);
    }
    while (is_waiting(used)) {
        for (size_t i = 0; i < used; i++) {
            resume(&fibres[i]);
        }
    }
}
