/* SPDX-License-Identifier: Apache-2.0 */
/* Tuned selection: which file an engine reads, what its plans then run, and that what is wrong with a file or a rule
 * leaves the choice that there is without it. */
#include "support/cmocka.h"
#include "support/device.h"
#include "support/scratch.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

static struct test_device device;
static struct scratch scratch;
static char folder[SCRATCH_PATH_BYTES];
static char named[SCRATCH_PATH_BYTES];
static const char class_text[] = "forward max f32 nchw window 2x2s2 2x4x16x16"; /* of the problem below */
static const char unlike[] =
    "forward lp f64 nhwc none 5x7s1 9x9x9x9 generic:group=32 1ms\n"; /* no problem here is that */

static clpool_problem the_problem(void)
{
    return clpool_problem_2d(2, 4, 16, 16, 2, 2, 0);
}

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

static int make_scratch(void **state)
{
    (void)state;
    scratch_make(&scratch);
    scratch_join(folder, scratch.path, "cache");
    scratch_join(named, scratch.path, "named.txt");
    return unsetenv("CLPOOL_TUNING");
}

static int remove_scratch(void **state)
{
    (void)state;
    scratch_remove(&scratch);
    return unsetenv("CLPOOL_TUNING");
}

static clpool_engine *make_engine(const clpool_engine_options *options)
{
    clpool_engine *engine = NULL;
    assert_success(clpool_engine_create_with_options(device.context, device.device, options, &engine));
    return engine;
}

static clpool_engine *make_engine_of_file(void)
{
    const clpool_engine_options options = {.struct_size = sizeof(options), .tuning_file = named};
    return make_engine(&options);
}

static clpool_engine *make_engine_of_folder(void)
{
    const clpool_engine_options options = {.struct_size = sizeof(options), .cache_folder = folder};
    return make_engine(&options);
}

/** A file for this device with these rules. */
static void write_file(const char *path, const char *rules)
{
    char text[8192];
    size_t size = 0;
    const clpool_engine_options options = {.struct_size = sizeof(options), .tuning = CLPOOL_TUNING_OFF};
    clpool_engine *engine = make_engine(&options);
    assert_success(clpool_engine_tuning_head(engine, text, sizeof(text), &size));
    clpool_engine_destroy(engine);
    assert_true(size + strlen(rules) + 8 < sizeof(text));
    (void)snprintf(text + size - 1, sizeof(text) - size, "%send\n", rules);
    scratch_write(path, text, strlen(text));
}

/** What plans of an engine run for the problem's forward, and what chose that. */
static void check_choice_of(clpool_engine *engine, const clpool_problem *problem, const char *option,
                            const char *settings, clpool_chosen_by by)
{
    const clpool_plan_options options = {
        .struct_size = sizeof(options), .forward_strategy = option, .operations = 1u << CLPOOL_FORWARD};
    const char *got = NULL;
    clpool_chosen_by got_by = CLPOOL_CHOSEN_BY_ORDER;
    clpool_plan *plan = NULL;
    assert_success(clpool_plan_create(engine, problem, &options, &plan));
    assert_success(clpool_plan_settings(plan, CLPOOL_FORWARD, &got));
    assert_success(clpool_plan_chosen_by(plan, CLPOOL_FORWARD, &got_by));
    if (settings != NULL) {
        assert_string_equal(got, settings);
    }
    assert_int_equal(got_by, by);
    clpool_plan_destroy(plan);
}

static void check_choice(clpool_engine *engine, const char *settings, clpool_chosen_by by)
{
    const clpool_problem problem = the_problem();
    check_choice_of(engine, &problem, NULL, settings, by);
    clpool_engine_destroy(engine);
}

/** What is chosen without a file. */
static void usual_choice(char settings[128], clpool_chosen_by *by)
{
    const clpool_engine_options options = {.struct_size = sizeof(options), .tuning = CLPOOL_TUNING_NO_FILE};
    const clpool_problem problem = the_problem();
    const clpool_plan_options forward = {.struct_size = sizeof(forward), .operations = 1u << CLPOOL_FORWARD};
    clpool_engine *engine = make_engine(&options);
    clpool_plan *plan = NULL;
    const char *text = NULL;
    assert_success(clpool_plan_create(engine, &problem, &forward, &plan));
    assert_success(clpool_plan_settings(plan, CLPOOL_FORWARD, &text));
    assert_success(clpool_plan_chosen_by(plan, CLPOOL_FORWARD, by));
    (void)snprintf(settings, 128, "%s", text);
    clpool_plan_destroy(plan);
    clpool_engine_destroy(engine);
}

static void check_usual(clpool_engine *engine)
{
    char settings[128];
    clpool_chosen_by by = CLPOOL_CHOSEN_BY_ORDER;
    usual_choice(settings, &by);
    check_choice(engine, settings, by);
}

/** A rule for the problem. */
static const char *rule_of(const char *strategy)
{
    static char text[512];
    (void)snprintf(text, sizeof(text), "%s %s 1.0ms\n", class_text, strategy);
    return text;
}

static void a_plan_follows_the_rule_of_a_named_file(void **state)
{
    (void)state;
    write_file(named, rule_of("generic:group=32"));
    check_choice(make_engine_of_file(), "generic:group=32", CLPOOL_CHOSEN_BY_TUNING_FILE);
    write_file(named, rule_of("generic"));
    check_choice(make_engine_of_file(), "generic:group=64", CLPOOL_CHOSEN_BY_TUNING_FILE);
}

static void the_file_in_the_folder_is_found(void **state)
{
    (void)state;
    char path[SCRATCH_PATH_BYTES];
    clpool_engine *engine = make_engine_of_folder();
    assert_success(clpool_engine_tuning_path(engine, path, sizeof(path), NULL));
    assert_true(strncmp(path, folder, strlen(folder)) == 0);
    check_usual(engine);
    assert_true(mkdir(folder, 0700) == 0 || scratch_count(folder, "", NULL) > 0);
    write_file(path, rule_of("generic:group=32"));
    assert_int_equal(chmod(path, 0600), 0);
    check_choice(make_engine_of_folder(), "generic:group=32", CLPOOL_CHOSEN_BY_TUNING_FILE);
    assert_int_equal(setenv("CLPOOL_TUNING", "0", 1), 0);
    check_usual(make_engine_of_folder());
    assert_int_equal(setenv("CLPOOL_TUNING", "", 1), 0);
    check_choice(make_engine_of_folder(), "generic:group=32", CLPOOL_CHOSEN_BY_TUNING_FILE);
    const clpool_engine_options without_cache = {
        .struct_size = sizeof(without_cache), .cache_folder = folder, .cache = CLPOOL_CACHE_OFF};
    engine = make_engine(&without_cache);
    assert_success(clpool_engine_tuning_path(engine, path, sizeof(path), NULL));
    assert_string_equal(path, "");
    check_usual(engine);
}

/** As a bad file of the cache: there is none. */
static void a_bad_file_in_the_folder_is_ignored(void **state)
{
    (void)state;
    static const char *const bad[] = {"", "nonsense\n", "clpool tuning 1\ndevice another\nend\n",
                                      "clpool tuning 1\nforward max f32 nchw window 2x2s2 2x4x16x16 generic 1ms\n"};
    char path[SCRATCH_PATH_BYTES];
    clpool_engine *engine = make_engine_of_folder();
    assert_success(clpool_engine_tuning_path(engine, path, sizeof(path), NULL));
    check_usual(engine);
    assert_true(mkdir(folder, 0700) == 0 || scratch_count(folder, "", NULL) > 0);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        scratch_write(path, bad[i], strlen(bad[i]));
        assert_int_equal(chmod(path, 0600), 0);
        check_usual(make_engine_of_folder());
    }
    write_file(path, rule_of("generic:group=32"));
    assert_int_equal(chmod(path, 0622), 0); /* others may write what is in it */
    check_usual(make_engine_of_folder());
}

static void a_bad_file_that_was_named_fails_and_says_why(void **state)
{
    (void)state;
    const clpool_engine_options options = {.struct_size = sizeof(options), .tuning_file = named};
    static const struct {
        const char *text;
        clpool_status status;
        const char *says;
    } rows[] = {
        {"nonsense\n", CLPOOL_INVALID_ARGUMENT, "named.txt': line 1: it begins with 'nonsense'"},
        {"clpool tuning 1\n", CLPOOL_INVALID_ARGUMENT, "named.txt': it is cut off"},
        {"clpool tuning 1\ndevice another\nend\n", CLPOOL_UNSUPPORTED,
         "named.txt': line 2: it is for device 'another'"},
    };
    clpool_engine *engine = NULL;
    assert_fails(clpool_engine_create_with_options(device.context, device.device, &options, &engine),
                 CLPOOL_INVALID_ARGUMENT, "named.txt' cannot be opened");
    assert_null(engine);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        scratch_write(named, rows[i].text, strlen(rows[i].text));
        assert_fails(clpool_engine_create_with_options(device.context, device.device, &options, &engine),
                     rows[i].status, rows[i].says);
        assert_null(engine);
    }
}

/** One file is named for all devices of a process: for others than its own it says nothing. */
static void the_environment_names_a_file(void **state)
{
    (void)state;
    static const char foreign[] = "clpool tuning 1\ndevice another\nend\n";
    clpool_engine *engine = NULL;
    assert_int_equal(setenv("CLPOOL_TUNING", named, 1), 0);
    assert_fails(clpool_engine_create(device.context, device.device, &engine), CLPOOL_INVALID_ARGUMENT,
                 "named.txt' cannot be opened");
    write_file(named, rule_of("generic:group=32"));
    check_choice(make_engine(NULL), "generic:group=32", CLPOOL_CHOSEN_BY_TUNING_FILE);
    const clpool_engine_options off = {.struct_size = sizeof(off), .tuning = CLPOOL_TUNING_NO_FILE};
    check_usual(make_engine(&off));
    scratch_write(named, foreign, strlen(foreign));
    check_usual(make_engine(NULL));
}

static void a_strategy_that_was_asked_for_wins(void **state)
{
    (void)state;
    const clpool_problem problem = the_problem();
    write_file(named, rule_of("generic:group=32"));
    clpool_engine *engine = make_engine_of_file();
    check_choice_of(engine, &problem, "generic:group=128", "generic:group=128", CLPOOL_CHOSEN_BY_OPTION);
    check_choice_of(engine, &problem, "generic", "generic:group=64", CLPOOL_CHOSEN_BY_OPTION);
    clpool_engine_destroy(engine);
}

/** And the last error stays as it was. */
static void rules_of_another_version_fall_through(void **state)
{
    (void)state;
    static const char *const useless[] = {
        "magic", "generic:size=4", "generic:group=63", "generic:", ":", "generic:group"};
    char rules[1024];
    clpool_plan *plan = NULL;
    for (size_t i = 0; i < sizeof(useless) / sizeof(useless[0]); i++) {
        write_file(named, rule_of(useless[i]));
        clpool_engine *engine = make_engine_of_file();
        assert_fails(clpool_plan_create(NULL, NULL, NULL, &plan), CLPOOL_INVALID_ARGUMENT, "engine is NULL");
        check_usual(engine);
        assert_string_equal(clpool_error_detail(), "engine is NULL");
    }
    (void)snprintf(rules, sizeof(rules), "%s magic 1ms\n%s", class_text, rule_of("generic:group=128"));
    write_file(named, rules);
    check_choice(make_engine_of_file(), "generic:group=128", CLPOOL_CHOSEN_BY_TUNING_FILE);
}

/** "direct" takes dense tensors. */
static void a_strategy_that_does_not_take_the_problem_falls_through(void **state)
{
    (void)state;
    clpool_problem problem = the_problem();
    problem.mask_form = CLPOOL_MASK_PLANE_I64;
    problem.x_stride[0] = 4096; /* a rule says nothing of strides */
    problem.x_stride[1] = 512;
    problem.x_stride[2] = 20;
    problem.x_stride[3] = 1;
    write_file(named, "forward max f32 nchw plane 2x2s2 2x4x16x16 direct 1ms\n");
    clpool_engine *engine = make_engine_of_file();
    check_choice_of(engine, &problem, NULL, "generic:group=64", CLPOOL_CHOSEN_BY_ORDER);
    clpool_engine_destroy(engine);
}

static void the_nearest_rule_is_followed(void **state)
{
    (void)state;
    char rules[1024];
    (void)snprintf(rules, sizeof(rules),
                   "%s"
                   "forward max f32 nchw window 2x2s2 1x4x16x16 generic:group=32 1ms\n"
                   "forward max f32 nchw window 2x2s2 2x4x32x32 generic:group=128 1ms\n"
                   "forward max f32 nchw window 2x2s2 64x64x512x512 generic:group=256 1ms\n",
                   unlike);
    write_file(named, rules);
    const clpool_problem alike = clpool_problem_2d(2, 5, 30, 30, 2, 2, 0);
    clpool_engine *engine = make_engine_of_file();
    check_choice_of(engine, &alike, NULL, "generic:group=128", CLPOOL_CHOSEN_BY_TUNING_FILE);
    check_choice(engine, "generic:group=32", CLPOOL_CHOSEN_BY_TUNING_FILE);
    write_file(named, "forward max f32 nchw window 2x2s2 64x64x512x512 generic:group=256 1ms\n");
    check_usual(make_engine_of_file()); /* too far */
    (void)snprintf(rules, sizeof(rules), "%sforward max f32 nchw window 2x2s2 1x4x16x16 generic:group=32 1ms\n",
                   rule_of("default"));
    write_file(named, rules);
    check_usual(make_engine_of_file()); /* the nearest one says so */
}

static void options_are_checked(void **state)
{
    (void)state;
    clpool_engine *engine = NULL;
    const clpool_engine_options unknown = {.struct_size = sizeof(unknown), .tuning = (clpool_tuning)7};
    assert_fails(clpool_engine_create_with_options(device.context, device.device, &unknown, &engine),
                 CLPOOL_INVALID_ARGUMENT, "tuning is 7; it must be CLPOOL_TUNING_AUTO");
    /* Who was compiled before there was tuning knows nothing of these fields. */
    const clpool_engine_options old = {.struct_size = offsetof(clpool_engine_options, tuning_file),
                                       .tuning_file = "no such file",
                                       .tuning = (clpool_tuning)7};
    check_usual(make_engine(&old));
    const clpool_engine_options off = {
        .struct_size = sizeof(off), .tuning_file = "no such file", .tuning = CLPOOL_TUNING_OFF};
    check_choice(make_engine(&off), NULL, CLPOOL_CHOSEN_BY_ORDER);
}

static void questions_are_answered_or_refused(void **state)
{
    (void)state;
    const clpool_problem problem = the_problem();
    clpool_problem wrong = problem;
    clpool_engine *engine = make_engine(NULL);
    clpool_plan *plan = NULL;
    clpool_chosen_by by = CLPOOL_CHOSEN_BY_ORDER;
    const char *name = NULL;
    const unsigned *values = NULL;
    size_t count = 0;
    char text[300];
    char again[300];
    const clpool_plan_options options = {
        .struct_size = sizeof(options), .forward_strategy = "generic:group=128", .operations = 1u << CLPOOL_FORWARD};
    assert_success(clpool_plan_create(engine, &problem, &options, &plan));
    assert_success(clpool_plan_parameter(plan, CLPOOL_FORWARD, 0, &name, &values, &count));
    assert_string_equal(name, "group");
    assert_true(count > 1);
    assert_int_equal(values[0], 64); /* the default, whatever the plan has */
    assert_success(clpool_plan_parameter(plan, CLPOOL_FORWARD, 1000, &name, &values, &count));
    assert_null(name);
    assert_int_equal(count, 0);
    assert_fails(clpool_plan_parameter(plan, CLPOOL_FORWARD, 0, NULL, &values, &count), CLPOOL_INVALID_ARGUMENT,
                 "NULL");
    assert_fails(clpool_plan_parameter(plan, CLPOOL_BACKWARD, 0, &name, &values, &count), CLPOOL_UNSUPPORTED,
                 "without CLPOOL_BACKWARD");
    assert_fails(clpool_plan_chosen_by(plan, CLPOOL_FORWARD, NULL), CLPOOL_INVALID_ARGUMENT, "NULL");
    assert_fails(clpool_plan_chosen_by(plan, CLPOOL_UNPOOL, &by), CLPOOL_UNSUPPORTED, "without CLPOOL_UNPOOL");
    assert_fails(clpool_plan_chosen_by(NULL, CLPOOL_FORWARD, &by), CLPOOL_INVALID_ARGUMENT, "plan is NULL");
    assert_fails(clpool_engine_tuning_path(NULL, text, sizeof(text), NULL), CLPOOL_INVALID_ARGUMENT, "engine is NULL");
    assert_fails(clpool_engine_tuning_head(NULL, text, sizeof(text), NULL), CLPOOL_INVALID_ARGUMENT, "engine is NULL");
    assert_success(clpool_tuning_rule(&problem, CLPOOL_FORWARD, "rows:workers=4", 0.00123, text, sizeof(text), &count));
    assert_string_equal(text, "forward max f32 nchw window 2x2s2 2x4x16x16 rows:workers=4 1.2300ms\n");
    assert_int_equal(count, strlen(text) + 1);
    assert_success(clpool_tuning_rule(&problem, CLPOOL_UNPOOL, NULL, 0, again, 20, &count));
    assert_string_equal(again, "unpool max f32 nchw");
    wrong.stride[0] = 0;
    assert_fails(clpool_tuning_rule(&wrong, CLPOOL_FORWARD, NULL, 0, text, sizeof(text), NULL), CLPOOL_INVALID_PROBLEM,
                 "stride[0]");
    assert_fails(clpool_tuning_rule(&problem, (clpool_op)3, NULL, 0, text, sizeof(text), NULL), CLPOOL_INVALID_ARGUMENT,
                 "op is 3");
    assert_fails(clpool_tuning_rule(&problem, CLPOOL_FORWARD, "a b", 0, text, sizeof(text), NULL),
                 CLPOOL_INVALID_ARGUMENT, "settings is 'a b'");
    assert_fails(clpool_tuning_rule(&problem, CLPOOL_FORWARD, NULL, -1, text, sizeof(text), NULL),
                 CLPOOL_INVALID_ARGUMENT, "seconds is -1");
    clpool_plan_destroy(plan);
    clpool_engine_destroy(engine);
}

#define SCRATCH_TEST(test) cmocka_unit_test_setup_teardown(test, make_scratch, remove_scratch)

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCRATCH_TEST(a_plan_follows_the_rule_of_a_named_file),
        SCRATCH_TEST(the_file_in_the_folder_is_found),
        SCRATCH_TEST(a_bad_file_in_the_folder_is_ignored),
        SCRATCH_TEST(a_bad_file_that_was_named_fails_and_says_why),
        SCRATCH_TEST(the_environment_names_a_file),
        SCRATCH_TEST(a_strategy_that_was_asked_for_wins),
        SCRATCH_TEST(rules_of_another_version_fall_through),
        SCRATCH_TEST(a_strategy_that_does_not_take_the_problem_falls_through),
        SCRATCH_TEST(the_nearest_rule_is_followed),
        SCRATCH_TEST(options_are_checked),
        SCRATCH_TEST(questions_are_answered_or_refused),
    };
    return cmocka_run_group_tests(tests, open_device, close_device);
}
