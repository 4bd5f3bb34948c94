/* SPDX-License-Identifier: Apache-2.0 */
/* A tuning file, as an engine reads it, and the choice of strategies by its rules. */
#include "target.h"

#include "device/tuning_file.h"
#include "plan/tuned.h"

static const struct identity identity = {.platform_name = "Portable Computing Language",
                                         .device_name = "pthread-AMD EPYC",
                                         .driver_version = "3.1",
                                         .type = CL_DEVICE_TYPE_CPU};

static const struct capabilities capabilities = {.opencl_version = 102,
                                                 .has_compiler = true,
                                                 .has_f64 = true,
                                                 .keeps_denormals = true,
                                                 .has_local_memory = true,
                                                 .local_bytes = 65536,
                                                 .compute_units = 2,
                                                 .work_group_limit = 256,
                                                 .loop_limit = SIZE_MAX};

/** A rule that is nearest decides, if it names a strategy that takes the problem. */
static void choose(const struct tuning *tuning, clpool_mode mode, clpool_layout layout)
{
    clpool_problem problem = clpool_problem_2d(8, 64, 112, 112, 3, 2, 1);
    struct geometry geometry;
    problem.mode = mode;
    problem.layout = layout;
    problem.p = 2;
    problem.dtype = CLPOOL_F16;
    REQUIRE(geometry_from_problem(&problem, &geometry) == CLPOOL_SUCCESS);
    for (int op = CLPOOL_FORWARD; op <= CLPOOL_UNPOOL; op++) {
        struct choice choice = {.strategy = NULL};
        if (tuned_choose(tuning, (clpool_op)op, &geometry, &capabilities, &choice)) {
            REQUIRE(choice.strategy != NULL && choice.strategy->op == (clpool_op)op);
            REQUIRE(choice.strategy->takes(&geometry));
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct tuning tuning;
    char why[TUNING_WHY_BYTES];
    char *text = copy_of(data, size);
    const clpool_status status = tuning_parse(text, size, &identity, &tuning, why);
    REQUIRE(status == CLPOOL_SUCCESS || (strlen(why) > 0 && strlen(why) < sizeof(why)));
    REQUIRE(status == CLPOOL_SUCCESS || tuning.count == 0);
    REQUIRE(tuning.count <= TUNING_RULES_MOST);
    for (int mode = CLPOOL_MAX; mode <= CLPOOL_LP && tuning.count > 0; mode++) {
        choose(&tuning, (clpool_mode)mode, CLPOOL_CHANNELS_FIRST);
        choose(&tuning, (clpool_mode)mode, CLPOOL_CHANNELS_LAST);
    }
    tuning_free(&tuning);
    free(text);
    return 0;
}
