/* SPDX-License-Identifier: Apache-2.0 */
/* Selection by the library's tables, with tables of this test in their place: the linker takes these. */
#include "support/cmocka.h"
#include "support/device.h"
#include "support/scratch.h"

#include <stdio.h>

extern const unsigned char *const tuning_tables[];

static const char for_another[] = "clpool tuning 1\n"
                                  "device another\n"
                                  "forward max f32 nchw window 2x2s2 2x4x16x16 generic:group=256 1ms\n"
                                  "end\n";
static const char first[] = "clpool tuning 1\n"
                            "device *\n"
                            "forward max f32 nchw window 2x2s2 2x4x16x16 generic:group=32 1ms\n"
                            "end\n";
static const char second[] = "clpool tuning 1\n"
                             "platform *\n"
                             "forward max f32 nchw window 2x2s2 2x4x64x64 generic:group=128 1ms\n"
                             "end\n";
static const char broken[] = "clpool tuning 1\n"
                             "forward max f32 nchw window 2x2s2 2x4x16x16 generic:group=256 1ms\n";
const unsigned char *const tuning_tables[] = {(const unsigned char *)for_another, (const unsigned char *)first,
                                              (const unsigned char *)second, (const unsigned char *)broken, NULL};

static struct test_device device;

static int open_device(void **state)
{
    (void)state;
    test_device_open(&device);
    return 0;
}

static int close_device(void **state)
{
    (void)state;
    test_device_close(&device);
    return 0;
}

static void check_choice(const clpool_engine_options *engine_options, size_t extent, const char *settings,
                         clpool_chosen_by by)
{
    const clpool_problem problem = clpool_problem_2d(2, 4, extent, extent, 2, 2, 0);
    const clpool_plan_options options = {.struct_size = sizeof(options), .operations = 1u << CLPOOL_FORWARD};
    const char *got = NULL;
    clpool_chosen_by got_by = CLPOOL_CHOSEN_BY_OPTION;
    clpool_engine *engine = NULL;
    clpool_plan *plan = NULL;
    assert_success(clpool_engine_create_with_options(device.context, device.device, engine_options, &engine));
    assert_success(clpool_plan_create(engine, &problem, &options, &plan));
    assert_success(clpool_plan_settings(plan, CLPOOL_FORWARD, &got));
    assert_success(clpool_plan_chosen_by(plan, CLPOOL_FORWARD, &got_by));
    if (settings != NULL) {
        assert_string_equal(got, settings);
    }
    assert_int_equal(got_by, by);
    clpool_plan_destroy(plan);
    clpool_engine_destroy(engine);
}

static void the_rules_of_all_tables_for_the_device_count(void **state)
{
    (void)state;
    const clpool_engine_options no_file = {.struct_size = sizeof(no_file), .tuning = CLPOOL_TUNING_NO_FILE};
    const clpool_engine_options off = {.struct_size = sizeof(off), .tuning = CLPOOL_TUNING_OFF};
    check_choice(NULL, 16, "generic:group=32", CLPOOL_CHOSEN_BY_TABLE);
    check_choice(NULL, 64, "generic:group=128", CLPOOL_CHOSEN_BY_TABLE);
    check_choice(&no_file, 64, "generic:group=128", CLPOOL_CHOSEN_BY_TABLE);
    check_choice(&off, 16, NULL, CLPOOL_CHOSEN_BY_ORDER);
    check_choice(NULL, 4000, NULL, CLPOOL_CHOSEN_BY_ORDER); /* too far */
}

/** A file is asked first; where it says nothing, or "default", the tables are. */
static void a_file_comes_before_the_tables(void **state)
{
    (void)state;
    static const char text[] = "clpool tuning 1\n"
                               "forward max f32 nchw window 2x2s2 2x4x16x16 default 1ms\n"
                               "forward max f32 nchw window 2x2s2 2x4x64x64 generic:group=256 1ms\n"
                               "end\n";
    struct scratch scratch;
    char path[SCRATCH_PATH_BYTES];
    scratch_make(&scratch);
    scratch_join(path, scratch.path, "file.txt");
    scratch_write(path, text, strlen(text));
    const clpool_engine_options options = {.struct_size = sizeof(options), .tuning_file = path};
    check_choice(&options, 16, "generic:group=32", CLPOOL_CHOSEN_BY_TABLE);
    check_choice(&options, 64, "generic:group=256", CLPOOL_CHOSEN_BY_TUNING_FILE);
    scratch_remove(&scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_rules_of_all_tables_for_the_device_count),
        cmocka_unit_test(a_file_comes_before_the_tables),
    };
    return cmocka_run_group_tests(tests, open_device, close_device);
}
