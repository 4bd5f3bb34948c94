/* SPDX-License-Identifier: Apache-2.0 */
/* What a failed trial says. */
#include "support/cmocka.h"
#include "support/npy_writer.h"
#include "support/problems.h"
#include "support/shrink.h"
#include "support/tensors.h"
#include "support/trial.h"

#include <stdio.h>
#include <stdlib.h>

/** Shrinking keeps to the data's seed. */
struct shrinking {
    const struct test_device *device;
    clpool_engine *engine;
    const struct trial *trial;
};

static int still_fails(void *context, const clpool_problem *problem)
{
    const struct shrinking *shrinking = context;
    struct trial smaller = *shrinking->trial;
    struct trial_result result = {0};
    smaller.problem = *problem;
    trial_run(shrinking->device, shrinking->engine, &smaller, &result);
    return result.has_failed;
}

/** A folder of files that show a failure. */
struct exhibit {
    char folder[64];
    const clpool_problem *problem;
    const struct trial_result *result;
    struct tensors tensors;
};

static unsigned shape_of(const clpool_problem *problem, const size_t *spatial, size_t shape[CLPOOL_MAX_RANK + 2])
{
    const int last = problem->layout == CLPOOL_CHANNELS_LAST;
    shape[0] = problem->batch;
    shape[last ? problem->rank + 1 : 1] = problem->channels;
    memcpy(shape + (last ? 1 : 2), spatial, problem->rank * sizeof(*shape));
    return problem->rank + 2;
}

static void write_file(const struct exhibit *exhibit, const char *name, const char *descr, unsigned rank,
                       const size_t *shape, const void *data, size_t bytes)
{
    char path[128];
    (void)snprintf(path, sizeof(path), "%s/%s.npy", exhibit->folder, name);
    if (!npy_write(path, descr, rank, shape, data, bytes)) {
        print_error("%s could not be written\n", path);
    }
}

static void write_files(const struct exhibit *exhibit)
{
    static const char *const dtypes[] = {"<f4", "<f8", "<f2", "<u2", "|i1", "|u1", "<i4"};
    static const char *const unsigned_of[] = {"", "|u1", "<u2", "", "<u4"};
    const clpool_problem *problem = exhibit->problem;
    const struct tensors *t = &exhibit->tensors;
    const char *descr = dtypes[problem->dtype];
    size_t in[CLPOOL_MAX_RANK + 2];
    size_t out[CLPOOL_MAX_RANK + 2];
    size_t extents[CLPOOL_MAX_RANK];
    assert_success(clpool_output_extent(problem, extents));
    const unsigned rank = shape_of(problem, problem->in, in);
    (void)shape_of(problem, extents, out);
    write_file(exhibit, "x", descr, rank, in, t->x, t->element_bytes);
    write_file(exhibit, "y", descr, rank, out, t->y, t->element_bytes);
    write_file(exhibit, "dy", descr, rank, out, t->dy, t->element_bytes);
    if (problem->mode == CLPOOL_MAX) {
        const int is_packed = problem->mask_form >= CLPOOL_MASK_WINDOW_2BIT;
        const char *mask_descr = problem->mask_form == CLPOOL_MASK_WINDOW || is_packed ? unsigned_of[t->mask_bytes]
                                 : problem->mask_form == CLPOOL_MASK_PLANE_I32         ? "<i4"
                                                                                       : "<i8";
        write_file(exhibit, "mask", mask_descr, is_packed ? 1 : rank, is_packed ? &t->mask_elements : out, t->mask,
                   t->mask_bytes);
    }
}

static int is_unpool_backward(const struct exhibit *exhibit)
{
    return exhibit->result->op == CLPOOL_UNPOOL && strstr(exhibit->result->message, "of unpooling") != NULL;
}

/** The command of the failed operation, without device and output. */
static const char *command_of(const struct exhibit *exhibit, char *text, size_t size)
{
    const clpool_problem *problem = exhibit->problem;
    const int is_max = problem->mode == CLPOOL_MAX;
    const int from_x = strstr(exhibit->result->message, "from x") != NULL;
    char shape_text[128] = "";
    size_t shape[CLPOOL_MAX_RANK + 2];
    const unsigned rank = shape_of(problem, problem->in, shape);
    for (unsigned i = 0; i < rank; i++) {
        const size_t length = strlen(shape_text);
        (void)snprintf(shape_text + length, sizeof(shape_text) - length, "%s%zu", i > 0 ? "," : "", shape[i]);
    }
    if (is_unpool_backward(exhibit)) {
        (void)snprintf(text, size, "unpool x.npy --backward --mask mask.npy");
    } else if (exhibit->result->op == CLPOOL_UNPOOL) {
        (void)snprintf(text, size, "unpool y.npy --mask mask.npy --shape %s", shape_text);
    } else if (exhibit->result->op == CLPOOL_FORWARD) {
        (void)snprintf(text, size, "forward x.npy");
    } else if (problem->mode == CLPOOL_LP || from_x) {
        (void)snprintf(text, size, "backward dy.npy --input x.npy%s", is_max ? "" : " --y y.npy");
    } else {
        (void)snprintf(text, size, "backward dy.npy%s --shape %s", is_max ? " --mask mask.npy" : "", shape_text);
    }
    return text;
}

static void print_commands(const struct test_device *device, const struct exhibit *exhibit)
{
    char command[256];
    const char *flags = problem_flags(exhibit->problem);
    const int has_mask = exhibit->result->op == CLPOOL_FORWARD && exhibit->problem->mode == CLPOOL_MAX;
    const char *slash = strstr(device->name, " / ");
    (void)command_of(exhibit, command, sizeof(command));
    print_error("to see it:\n  cd %s\n", exhibit->folder);
    print_error("  clpool %s -o native.npy %s%s --device native\n", command, has_mask ? "--mask native-mask.npy " : "",
                flags);
    print_error("  clpool %s -o device.npy %s%s --strategy %s --device '%s'\n", command,
                has_mask ? "--mask device-mask.npy " : "", flags, exhibit->result->strategy,
                slash == NULL ? device->name : slash + 3);
    print_error("  cmp native.npy device.npy\n");
    if (has_mask) {
        print_error("  cmp native-mask.npy device-mask.npy\n");
    }
    if (exhibit->result->flags != 0 && exhibit->result->op == CLPOOL_BACKWARD) {
        print_error("  (it was found with CLPOOL_ACCUMULATE, which the command does not have)\n");
    }
}

void trial_report(const struct test_device *device, clpool_engine *engine, const struct trial *trial)
{
    struct shrinking shrinking = {device, engine, trial};
    struct trial_result result = {0};
    struct trial smallest = *trial;
    struct exhibit exhibit = {.folder = "/tmp/clpool-failure-XXXXXX", .problem = &smallest.problem, .result = &result};
    print_error("seed 0x%llx: %s fails; making it smaller\n", (unsigned long long)trial->seed,
                problem_text(&trial->problem));
    smallest.problem = shrink_problem(trial->problem, still_fails, &shrinking);
    trial_run_kept(device, engine, &smallest, &result, &exhibit.tensors);
    static const char *const ops[] = {"forward", "backward", "unpool"};
    print_error("%s %s, %s\n  %s\n", ops[result.op], result.strategy, problem_text(&smallest.problem), result.message);
    if (smallest.problem.x_stride[0] != 0 || smallest.problem.y_stride[0] != 0) {
        print_error("  (it needs strides, which the command does not have)\n");
    } else if (mkdtemp(exhibit.folder) == NULL) {
        print_error("%s cannot be made\n", exhibit.folder);
    } else {
        write_files(&exhibit);
        print_commands(device, &exhibit);
    }
    tensors_free(&exhibit.tensors);
}
