/* SPDX-License-Identifier: Apache-2.0 */
#include "support/trial.h"

#include "plan/plan.h"
#include "support/cmocka.h"
#include "support/oracle.h"
#include "support/problems.h"
#include "support/tensors.h"
#include "support/trial_draw.h"
#include "support/wild_mask.h"

#include <stdio.h>
#include <stdlib.h>

enum { MOST_RECOMPUTED_TAPS = 30000000, DROPPED_BEFORE = 5, BAND_ALIGNED = 16 };

/** What all runs of a trial share. */
struct bench {
    const struct test_device *device;
    clpool_engine *engine;
    const clpool_problem *problem;
    struct random random;
    struct tensors tensors;
    unsigned flags;
    int has_wild_mask; /* after forward */
    int in_sub_buffers;
    int is_bare; /* tensors fill their buffers */
    uint64_t settings_seed;
    int is_wide;
    struct trial_result *result;
};

/** Notes a failure of the run at hand; always 0. */
static int failed(struct bench *bench, const char *what, const char *why)
{
    bench->result->has_failed = 1;
    (void)snprintf(bench->result->message, sizeof(bench->result->message), "%s: %s", what, why);
    return 0;
}

static int succeeded(struct bench *bench, clpool_status status, const char *what)
{
    return status == CLPOOL_SUCCESS ? 1 : failed(bench, what, clpool_error_detail());
}

static int equals(struct bench *bench, const struct guarded *guarded, const void *expected, const char *what)
{
    char message[256] = "";
    return guarded_equals(bench->device, guarded, expected, message, sizeof(message)) ? 1
                                                                                      : failed(bench, what, message);
}

static struct guarded make(const struct bench *bench, size_t elements, size_t element_bytes, size_t band,
                           const void *contents)
{
    return bench->in_sub_buffers ? guarded_make_inside(bench->device, elements, element_bytes, band, contents)
                                 : guarded_make(bench->device, elements, element_bytes, band, contents);
}

/** Elements before a tensor: any number, or one that lets vectors be aligned. */
static size_t random_band(struct bench *bench)
{
    if (bench->is_bare) {
        return 0;
    }
    return random_once_in(&bench->random, 2) ? BAND_ALIGNED * random_between(&bench->random, 1, 4)
                                             : random_between(&bench->random, 1, 70);
}

/** The same for another tensor of the run, by so many more where vectors are not aligned anyway. */
static size_t band_beside(size_t band, size_t more)
{
    return band % BAND_ALIGNED == 0 ? band : band + more;
}

/** Whether the bytes between the elements of y are what they were: those that two runs of the reference, over zeros and
 * over ones, leave different. */
static int gaps_are_whole(struct bench *bench, const unsigned char *y)
{
    const struct tensors *t = &bench->tensors;
    const size_t bytes = t->y_elements * t->element_bytes;
    unsigned char *zeros = calloc(bytes + 1, 1);
    unsigned char *ones = malloc(bytes + 1);
    int whole = 1;
    assert_true(zeros != NULL && ones != NULL);
    memset(ones, 0xff, bytes + 1);
    assert_success(clpool_native_forward(bench->problem, t->x, zeros, NULL));
    assert_success(clpool_native_forward(bench->problem, t->x, ones, NULL));
    for (size_t i = 0; i < bytes; i++) {
        whole = whole && (zeros[i] == ones[i] || y[i] == TENSORS_GAP);
    }
    free(zeros);
    free(ones);
    return whole ? 1 : failed(bench, "y", "something was written between its elements");
}

/** y of average or Lp: within the bound. */
static int is_within_bound(struct bench *bench, const struct guarded *y)
{
    const struct tensors *t = &bench->tensors;
    char message[256] = "";
    unsigned char *got = malloc(t->y_elements * t->element_bytes + 1);
    assert_non_null(got);
    const int is_right = guarded_read(bench->device, y, got, message, sizeof(message)) &&
                         oracle_accepts(bench->problem, t->x, got, message, sizeof(message));
    const int passed = is_right ? gaps_are_whole(bench, got) : failed(bench, "y", message);
    free(got);
    return passed;
}

/** Sums may round in any order, but do so in the same one every time. */
static int is_repeated(struct bench *bench, const clpool_plan *plan, const struct guarded *x, const struct guarded *y)
{
    char message[256] = "";
    const struct tensors *t = &bench->tensors;
    unsigned char *first = malloc(t->y_elements * t->element_bytes + 1);
    assert_non_null(first);
    const int passed =
        (guarded_read(bench->device, y, first, message, sizeof(message)) || failed(bench, "y", message)) &&
        succeeded(bench,
                  clpool_enqueue_forward(plan, guarded_at(x), guarded_at(y), clpool_none(), bench->device->queue, 0,
                                         NULL, NULL),
                  "forward, once more") &&
        equals(bench, y, first, "y, once more");
    free(first);
    return passed;
}

static int run_forward(struct bench *bench, const clpool_plan *plan)
{
    const struct tensors *t = &bench->tensors;
    const size_t band = random_band(bench);
    struct guarded x = make(bench, t->x_elements, t->element_bytes, band, t->x);
    struct guarded y = make(bench, t->y_elements, t->element_bytes, band_beside(band, 3), NULL);
    const int passed =
        succeeded(bench,
                  clpool_enqueue_forward(plan, guarded_at(&x), guarded_at(&y), clpool_none(), bench->device->queue, 0,
                                         NULL, NULL),
                  "forward without a mask") &&
        (bench->problem->mode == CLPOOL_MAX ? equals(bench, &y, t->y, "y without a mask")
                                            : is_within_bound(bench, &y) && is_repeated(bench, plan, &x, &y)) &&
        equals(bench, &x, t->x, "x");
    guarded_release(&x);
    guarded_release(&y);
    return passed;
}

static int run_forward_mask(struct bench *bench, const clpool_plan *plan)
{
    const struct tensors *t = &bench->tensors;
    const size_t band = random_band(bench);
    struct guarded x = make(bench, t->x_elements, t->element_bytes, band, t->x);
    struct guarded y = make(bench, t->y_elements, t->element_bytes, band_beside(band, 3), NULL);
    struct guarded mask = make(bench, t->mask_elements, t->mask_bytes, band_beside(band, 1), NULL);
    const int passed = succeeded(bench,
                                 clpool_enqueue_forward(plan, guarded_at(&x), guarded_at(&y), guarded_at(&mask),
                                                        bench->device->queue, 0, NULL, NULL),
                                 "forward") &&
                       equals(bench, &y, t->y, "y") && equals(bench, &mask, t->mask, "mask");
    guarded_release(&x);
    guarded_release(&y);
    guarded_release(&mask);
    return passed;
}

static int run_backward(struct bench *bench, const clpool_plan *plan)
{
    const struct tensors *t = &bench->tensors;
    const size_t band = random_band(bench);
    const int is_max = bench->problem->mode == CLPOOL_MAX;
    struct guarded x = make(bench, t->x_elements, t->element_bytes, band, t->x);
    struct guarded y = make(bench, t->y_elements, t->element_bytes, band_beside(band, 2), t->y);
    struct guarded dy = make(bench, t->y_elements, t->element_bytes, band, t->dy);
    struct guarded mask = make(bench, t->mask_elements, t->mask_bytes, band_beside(band, 2), t->mask);
    struct guarded dx = make(bench, t->x_elements, t->element_bytes, band_beside(band, 1), t->dx_old);
    const clpool_status status =
        bench->problem->mode == CLPOOL_LP
            ? clpool_enqueue_backward_lp(plan, guarded_at(&x), guarded_at(&y), guarded_at(&dy), guarded_at(&dx),
                                         bench->flags, bench->device->queue, 0, NULL, NULL)
            : clpool_enqueue_backward(plan, guarded_at(&dy), is_max ? guarded_at(&mask) : clpool_none(),
                                      guarded_at(&dx), bench->flags, bench->device->queue, 0, NULL, NULL);
    const int passed = succeeded(bench, status, "backward") && equals(bench, &dx, t->dx, "dx");
    guarded_release(&x);
    guarded_release(&y);
    guarded_release(&dy);
    guarded_release(&mask);
    guarded_release(&dx);
    return passed;
}

/** Taps that a recomputing kernel looks at: for each element each window that may hold it, and all taps of that. */
static double recomputed_taps(const struct bench *bench)
{
    double taps = (double)bench->tensors.x_elements;
    for (unsigned i = 0; i < bench->problem->rank; i++) {
        taps *= (double)bench->problem->kernel[i] * (double)bench->problem->kernel[i];
    }
    return taps;
}

/** Backward from x must equal backward from the mask that forward made. */
static int run_recompute(struct bench *bench, const clpool_plan *plan)
{
    const struct tensors *t = &bench->tensors;
    const size_t band = random_band(bench);
    struct guarded x = make(bench, t->x_elements, t->element_bytes, band, t->x);
    struct guarded dy = make(bench, t->y_elements, t->element_bytes, band_beside(band, 3), t->dy);
    struct guarded dx = make(bench, t->x_elements, t->element_bytes, band_beside(band, 1), t->dx_old);
    const int passed =
        succeeded(bench,
                  clpool_enqueue_backward_recompute(plan, guarded_at(&x), guarded_at(&dy), guarded_at(&dx),
                                                    bench->flags, bench->device->queue, 0, NULL, NULL),
                  "backward from x") &&
        equals(bench, &dx, t->dx, "dx from x");
    guarded_release(&x);
    guarded_release(&dy);
    guarded_release(&dx);
    return passed;
}

static int run_unpool(struct bench *bench, const clpool_plan *plan)
{
    const struct tensors *t = &bench->tensors;
    const size_t band = random_band(bench);
    const cl_uint before = DROPPED_BEFORE;
    size_t count = 0;
    unsigned char *expected = malloc((t->x_elements + 1) * t->element_bytes);
    assert_non_null(expected);
    memset(expected, TENSORS_GAP, (t->x_elements + 1) * t->element_bytes);
    assert_success(clpool_native_unpool(bench->problem, t->y, t->mask, expected, &count));
    const cl_uint after = before + (cl_uint)count;
    struct guarded y = make(bench, t->y_elements, t->element_bytes, band, t->y);
    struct guarded mask = make(bench, t->mask_elements, t->mask_bytes, band_beside(band, 2), t->mask);
    struct guarded x = make(bench, t->x_elements, t->element_bytes, band_beside(band, 1), NULL);
    struct guarded x_alone = make(bench, t->x_elements, t->element_bytes, band_beside(band, 4), NULL);
    struct guarded dropped = make(bench, 1, sizeof(before), band, &before);
    const int passed = succeeded(bench,
                                 clpool_enqueue_unpool(plan, guarded_at(&y), guarded_at(&mask), guarded_at(&x),
                                                       guarded_at(&dropped), bench->device->queue, 0, NULL, NULL),
                                 "unpool") &&
                       succeeded(bench,
                                 clpool_enqueue_unpool(plan, guarded_at(&y), guarded_at(&mask), guarded_at(&x_alone),
                                                       clpool_none(), bench->device->queue, 0, NULL, NULL),
                                 "unpool without a count") &&
                       equals(bench, &x, expected, "x") && equals(bench, &x_alone, expected, "x without a count") &&
                       equals(bench, &dropped, &after, "dropped");
    free(expected);
    guarded_release(&y);
    guarded_release(&mask);
    guarded_release(&x);
    guarded_release(&x_alone);
    guarded_release(&dropped);
    return passed;
}

/** x serves as the gradient that comes in: it has values of all kinds, in every dtype. */
static int run_unpool_backward(struct bench *bench, const clpool_plan *plan)
{
    const struct tensors *t = &bench->tensors;
    const size_t band = random_band(bench);
    unsigned char *expected = malloc((t->y_elements + 1) * t->element_bytes);
    assert_non_null(expected);
    memset(expected, TENSORS_GAP, (t->y_elements + 1) * t->element_bytes);
    assert_success(clpool_native_unpool_backward(bench->problem, t->x, t->mask, expected));
    struct guarded dx = make(bench, t->x_elements, t->element_bytes, band, t->x);
    struct guarded mask = make(bench, t->mask_elements, t->mask_bytes, band_beside(band, 2), t->mask);
    struct guarded dy = make(bench, t->y_elements, t->element_bytes, band_beside(band, 1), NULL);
    const int passed = succeeded(bench,
                                 clpool_enqueue_unpool_backward(plan, guarded_at(&dx), guarded_at(&mask),
                                                                guarded_at(&dy), bench->device->queue, 0, NULL, NULL),
                                 "backward of unpooling") &&
                       equals(bench, &dy, expected, "dy of unpooling");
    free(expected);
    guarded_release(&dx);
    guarded_release(&mask);
    guarded_release(&dy);
    return passed;
}

/** All that an operation's kernels do with one plan. */
static void run_plan(struct bench *bench, clpool_op op, const clpool_plan *plan)
{
    const int is_max = bench->problem->mode == CLPOOL_MAX;
    switch (op) {
    case CLPOOL_FORWARD:
        (void)(run_forward(bench, plan) && (!is_max || run_forward_mask(bench, plan)));
        break;
    case CLPOOL_BACKWARD:
        (void)(run_backward(bench, plan) &&
               (!is_max || bench->tensors.is_mask_scrambled || recomputed_taps(bench) > (double)MOST_RECOMPUTED_TAPS ||
                run_recompute(bench, plan)));
        break;
    case CLPOOL_UNPOOL:
        (void)(run_unpool(bench, plan) && run_unpool_backward(bench, plan));
        break;
    }
}

/** Makes a plan with one strategy of one operation; `settings` is its name, which values of parameters may follow. */
static clpool_status make_plan(struct bench *bench, clpool_op op, const char *settings, unsigned index_bits,
                               clpool_plan **plan)
{
    const clpool_plan_options options = {
        .struct_size = sizeof(options),
        .forward_strategy = settings,
        .backward_strategy = settings,
        .unpool_strategy = settings,
        .operations = 1u << op,
        .index_bits = index_bits,
    };
    return clpool_plan_create(bench->engine, bench->problem, &options, plan);
}

/** The row of the table that a plan runs. */
static size_t row_of(const clpool_plan *plan, clpool_op op)
{
    size_t row = 0;
    while (strategy_at(op, row) != plan->operations[operation_of(op)].choice.strategy) {
        row++;
    }
    assert_true(row < TRIAL_ROWS);
    return row;
}

/** Runs one strategy of one operation, by its name and maybe settings, if it takes the problem. */
static void run_strategy(struct bench *bench, clpool_op op, size_t index, const char *name)
{
    struct trial_result *result = bench->result;
    const unsigned index_bits = bench->is_wide ? 64 : 0;
    const int draws = bench->settings_seed != 0 && strchr(name, ':') == NULL;
    clpool_plan *plan = NULL;
    const char *has = NULL;
    struct trial_draw draw = {.parameters = 0};
    if (draws) {
        trial_draw(bench->settings_seed, &bench->random, op, index, name, &draw);
        name = draw.settings;
    }
    const clpool_status status = make_plan(bench, op, name, index_bits, &plan);
    if (status == CLPOOL_UNSUPPORTED) {
        return;
    }
    (void)snprintf(result->strategy, sizeof(result->strategy), "%s", name);
    if (status == CLPOOL_DEVICE_LACKS) {
        if (result->lacking++ == 0) {
            print_message("not run: %s: %s\n", problem_text(bench->problem), clpool_error_detail());
        }
        return;
    }
    result->op = op;
    result->flags = bench->flags;
    if (succeeded(bench, status, "clpool_plan_create")) {
        trial_note_draw(result, op, index, &draw);
        result->rows[op][row_of(plan, op)]++;
        assert_success(clpool_plan_settings(plan, op, &has));
        assert_true(!draws || strcmp(has, name) == 0);
        run_plan(bench, op, plan);
    }
    result->runs[op][index]++;
    clpool_plan_destroy(plan);
}

static int has_operation(const clpool_problem *problem, clpool_op op)
{
    return op == CLPOOL_BACKWARD ? tensors_have_backward(problem) : op != CLPOOL_UNPOOL || problem->mode == CLPOOL_MAX;
}

/** The data of a trial, and the reference's forward; the reference's own average and Lp too must be right. */
static void make_bench(struct bench *bench)
{
    char message[256] = "";
    struct tensors *t = &bench->tensors;
    bench->has_wild_mask = bench->has_wild_mask || random_once_in(&bench->random, 4);
    bench->in_sub_buffers = random_once_in(&bench->random, 3) && !bench->is_bare;
    bench->is_bare = bench->is_bare || (bench->in_sub_buffers && random_once_in(&bench->random, 2));
    bench->flags = random_once_in(&bench->random, 3) ? CLPOOL_ACCUMULATE : 0;
    tensors_make(t, bench->problem, &bench->random);
    tensors_reference_forward(t, bench->problem);
    if (bench->problem->mode != CLPOOL_MAX && !oracle_accepts(bench->problem, t->x, t->y, message, sizeof(message))) {
        (void)snprintf(bench->result->strategy, sizeof(bench->result->strategy), "reference");
        (void)failed(bench, "y", message);
    }
}

/** What comes after forward may get another mask. */
static void prepare_backward(struct bench *bench)
{
    if (bench->problem->mode == CLPOOL_MAX && bench->has_wild_mask) {
        wild_mask(&bench->tensors, bench->problem, &bench->random);
    }
    if (tensors_have_backward(bench->problem)) {
        tensors_reference_backward(&bench->tensors, bench->problem, bench->flags);
    }
}

static int is_wanted(const struct trial *trial, clpool_op op, const char *name)
{
    if ((trial->operations != 0 && (trial->operations & 1u << op) == 0) ||
        (trial->has_wild_mask && op == CLPOOL_FORWARD)) {
        return 0;
    }
    if (trial->strategy != NULL) {
        const size_t length = strcspn(trial->strategy, ":");
        return strlen(name) == length && strncmp(name, trial->strategy, length) == 0;
    }
    return !trial->only_generic || strcmp(name, "generic") == 0;
}

void trial_run_kept(const struct test_device *device, clpool_engine *engine, const struct trial *trial,
                    struct trial_result *result, struct tensors *tensors)
{
    struct bench bench = {.device = device,
                          .engine = engine,
                          .problem = &trial->problem,
                          .settings_seed = trial->settings_seed,
                          .is_wide = trial->is_wide,
                          .has_wild_mask = trial->has_wild_mask,
                          .is_bare = trial->is_bare,
                          .result = result};
    bench.random.state = trial->seed;
    make_bench(&bench);
    for (int op = 0; op < TRIAL_OPERATIONS && !result->has_failed; op++) {
        const char *name = NULL;
        if (op == CLPOOL_BACKWARD) {
            prepare_backward(&bench);
        }
        for (size_t i = 0; (name = clpool_strategy_name((clpool_op)op, i)) != NULL && !result->has_failed; i++) {
            if (has_operation(bench.problem, (clpool_op)op) && is_wanted(trial, (clpool_op)op, name)) {
                run_strategy(&bench, (clpool_op)op, i, trial->strategy != NULL ? trial->strategy : name);
            }
        }
    }
    *tensors = bench.tensors;
}

void trial_run(const struct test_device *device, clpool_engine *engine, const struct trial *trial,
               struct trial_result *result)
{
    struct tensors tensors;
    trial_run_kept(device, engine, trial, result, &tensors);
    tensors_free(&tensors);
}
