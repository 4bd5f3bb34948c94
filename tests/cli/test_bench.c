/* SPDX-License-Identifier: Apache-2.0 */
/* clpool bench: its cases, its numbers, and what it writes. Times are never compared with anything. */
#include "support/cmocka.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "bench_operation.h"
#include "bench_spec.h"
#include "host_copy.h"
#include "sandbox.h"

static void a_case_is_a_shape_and_its_windows(void **state)
{
    bench_spec spec;
    message why;
    (void)state;
    assert_true(bench_spec_parse("8,64,112,113:3,2,1", &spec, &why));
    assert_int_equal(spec.shape.count, 4);
    assert_int_equal(spec.shape.values[3], 113);
    assert_int_equal(spec.kernel.count, 1);
    assert_int_equal(spec.kernel.values[0], 3);
    assert_int_equal(spec.stride.values[0], 2);
    assert_int_equal(spec.padding_lo.values[0], 1);
    assert_int_equal(spec.padding_hi.values[0], 1);
    assert_true(bench_spec_parse("1,64,16,56,56:1x3x5,1x2x2,0x1:2x1", &spec, &why));
    assert_int_equal(spec.shape.count, 5);
    assert_int_equal(spec.kernel.count, 3);
    assert_int_equal(spec.kernel.values[2], 5);
    assert_int_equal(spec.stride.values[1], 2);
    assert_int_equal(spec.padding_lo.values[1], 1);
    assert_int_equal(spec.padding_hi.values[1], 2);
    assert_true(bench_spec_parse("2,3,4", &spec, &why));
    assert_int_equal(spec.kernel.count, 0);
    assert_true(bench_spec_parse("2,3,4:2", &spec, &why));
    assert_int_equal(spec.stride.count, 0);
    assert_int_equal(spec.padding_lo.count, 0);
}

static void what_is_no_case_is_refused(void **state)
{
    static const char *const bad[] = {"",
                                      ":",
                                      "8,64,112,112:",
                                      "8,64,112,112:3,",
                                      "8,64,112,112:3,2,",
                                      "1,1,4:a",
                                      "1,1,4:2,b",
                                      "1,1,4:2,2,c",
                                      "8,64,112,112:3,2,1,",
                                      "8,64,112,112:3,2,1,1",
                                      "1,1,4:-1",
                                      "1,1,,4:2",
                                      "1,1,4 :2",
                                      "1x1x4:2",
                                      "1,1,4:2x",
                                      "1,1,4:2,x",
                                      "1,1,4::2",
                                      "1,1,4:2:2",
                                      "1,1,4:2,2:3"};
    char text[2 * BENCH_SPEC_BYTES];
    bench_spec spec;
    message why;
    size_t i;
    (void)state;
    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        if (bench_spec_parse(bad[i], &spec, &why)) {
            fail_msg("'%s' was taken", bad[i]);
        }
        assert_non_null(strstr(why.text, "is not N,C,H,W:KERNEL,STRIDE,PADDING"));
    }
    memset(text, '1', sizeof(text));
    text[sizeof(text) - 1] = '\0';
    assert_false(bench_spec_parse(text, &spec, &why));
}

static void operations_are_a_list_of_names(void **state)
{
    static const char *const bad[] = {"",       ",",        "forward,",         ",forward",
                                      "forwar", "forwards", "forward backward", "unpool"};
    unsigned ops;
    message why;
    size_t i;
    (void)state;
    assert_true(bench_ops_parse("recompute,forward_no_mask", &ops, &why));
    assert_int_equal(ops, 1u << BENCH_RECOMPUTE | 1u << BENCH_FORWARD_NO_MASK);
    assert_true(bench_ops_parse("forward", &ops, &why));
    assert_int_equal(ops, 1u << BENCH_FORWARD);
    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        assert_false(bench_ops_parse(bad[i], &ops, &why));
    }
}

static void a_problem_has_the_operations_of_its_mode_and_dtype(void **state)
{
    clpool_problem problem = clpool_problem_1d(1, 1, 4, 2, 2, 0);
    int op;
    (void)state;
    for (op = 0; op < BENCH_OPS; op++) {
        assert_true(bench_op_exists(&problem, (bench_op)op));
    }
    problem.dtype = CLPOOL_I8;
    assert_true(bench_op_exists(&problem, BENCH_FORWARD_NO_MASK));
    assert_false(bench_op_exists(&problem, BENCH_BACKWARD));
    assert_false(bench_op_exists(&problem, BENCH_RECOMPUTE));
    problem.dtype = CLPOOL_F16;
    problem.mode = CLPOOL_AVERAGE;
    assert_true(bench_op_exists(&problem, BENCH_FORWARD));
    assert_false(bench_op_exists(&problem, BENCH_FORWARD_NO_MASK));
    assert_true(bench_op_exists(&problem, BENCH_BACKWARD));
    assert_false(bench_op_exists(&problem, BENCH_RECOMPUTE));
}

static void taps_are_those_of_a_plain_kernel(void **state)
{
    clpool_problem problem = clpool_problem_2d(2, 3, 10, 10, 3, 1, 1); /* outputs: 10 x 10 */
    size_t in[] = {12}, out[] = {3};
    (void)state;
    assert_true(bench_op_taps(&problem, BENCH_FORWARD) == 600 * 9);
    assert_true(bench_op_taps(&problem, BENCH_BACKWARD) == 600 * 9);
    assert_true(bench_op_taps(&problem, BENCH_RECOMPUTE) == 600 * 9 * 9);
    problem = clpool_problem_2d(1, 1, 7, 7, 7, 1, 0); /* one window */
    assert_true(bench_op_taps(&problem, BENCH_BACKWARD) == 49);
    problem = clpool_problem_1d(1, 1, 9, 3, 2, 0); /* four outputs, at most two windows for an element */
    assert_true(bench_op_taps(&problem, BENCH_FORWARD_NO_MASK) == 4 * 3);
    assert_true(bench_op_taps(&problem, BENCH_BACKWARD) == 9 * 2);
    problem = clpool_problem_adaptive(1, 1, 1, in, out);
    assert_true(bench_op_taps(&problem, BENCH_FORWARD) >= 12);
}

static void what_might_take_minutes_runs_only_by_name(void **state)
{
    static const char *const shape = "1,1,4000:4000,1,2000"; /* 4001 windows of 4000 taps */
    struct run run;
    (void)state;
    sandbox_run(&run, "bench", "--case", shape, "--device", "native", "--runs", "1", "--json", "b.json", NULL);
    assert_run(&run, 0, "  recompute        left out: it looks at 6.4e+10 taps; --op recompute runs it\n", NULL);
    assert_run(&run, 0, "  backward  ", NULL);
}

static void a_summary_has_the_median_the_least_and_the_quartiles(void **state)
{
    double one[] = {7}, five[] = {5, 1, 4, 2, 3}, four[] = {40, 10, 30, 20};
    summary made = summary_make(one, 1);
    (void)state;
    assert_true(made.median == 7 && made.least == 7 && made.lower == 7 && made.upper == 7);
    assert_true(summary_spread(&made) == 0);
    made = summary_make(five, 5);
    assert_true(made.median == 3 && made.least == 1 && made.lower == 2 && made.upper == 4);
    made = summary_make(four, 4);
    assert_true(made.median == 25 && made.least == 10 && made.lower == 17.5 && made.upper == 32.5);
    assert_true(summary_spread(&made) == 15.0 / 25);
}

/* Runs of 1, 2, 3 ... seconds that take no time. */
typedef struct fake_runs {
    size_t fails_at; /* the round */
    double event;    /* of each second */
} fake_runs;

static exit_code run_fake(const void *context, size_t round, run_seconds *took)
{
    const fake_runs *fake = context;
    took->wall = (double)round + 1;
    took->event = fake->event * took->wall;
    return round == fake->fails_at ? EXIT_DEVICE_FAILED : EXIT_DONE;
}

static void timing_leaves_out_what_warms_up_and_finds_useless_events(void **state)
{
    fake_runs fake = {.fails_at = SIZE_MAX, .event = 0.5};
    timing made;
    (void)state;
    assert_int_equal(timing_take(run_fake, &fake, 5, 0, &made), EXIT_DONE);
    assert_int_equal(made.runs, 5);
    assert_true(made.wall.least == 2 && made.wall.median == 4);
    assert_true(made.has_event && made.event.median == 2);
    assert_ptr_equal(timing_clock(&made), &made.event);
    fake.event = 1e-9;
    assert_int_equal(timing_take(run_fake, &fake, 0, 0, &made), EXIT_DONE);
    assert_int_equal(made.runs, 3);
    assert_false(made.has_event);
    assert_ptr_equal(timing_clock(&made), &made.wall);
    fake.fails_at = 0;
    assert_int_equal(timing_take(run_fake, &fake, 5, 0, &made), EXIT_DEVICE_FAILED);
    fake.fails_at = 3;
    assert_int_equal(timing_take(run_fake, &fake, 5, 0, &made), EXIT_DEVICE_FAILED);
}

static void cold_takes_as_many_sets_as_fill_the_caches(void **state)
{
    target native;
    memory_sets made;
    size_t count;
    (void)state;
    target_open_native(&native);
    assert_int_equal(memory_sets_count(&native, false, 1000, 1000), 1);
    count = memory_sets_count(&native, true, (size_t)1 << 20, (size_t)1 << 20);
    assert_true((count - 1) * ((size_t)1 << 20) >= MEMORY_SETS_COLD_BYTES);
    assert_int_equal(memory_sets_count(&native, true, 0, 0), 1);
    assert_int_equal(memory_sets_count(&native, true, 1, 1), MEMORY_SETS_MOST);
    assert_int_equal(memory_sets_make(&native, 10, 3, &made), EXIT_DONE);
    assert_int_equal(made.pitch, MEMORY_SETS_ALIGNMENT);
    assert_int_equal(memory_sets_fill(&made, "0123456789"), EXIT_DONE);
    assert_memory_equal(memory_sets_host(&made, 0), "0123456789", 10);
    assert_memory_equal(memory_sets_host(&made, 2), "0123456789", 11);
    memory_sets_free(&made);
}

static void the_host_copies_every_byte(void **state)
{
    static const size_t sizes[] = {1, 4096, ((size_t)512 << 10) - 1, ((size_t)5 << 20) + 3};
    size_t size, i;
    (void)state;
    for (size = 0; size < sizeof(sizes) / sizeof(sizes[0]); size++) {
        unsigned char *from = malloc(sizes[size]), *to = calloc(sizes[size] + 1, 1);
        assert_true(from != NULL && to != NULL);
        for (i = 0; i < sizes[size]; i++) {
            from[i] = (unsigned char)(i * 7 % 251);
        }
        host_copy(to, from, sizes[size]);
        assert_memory_equal(to, from, sizes[size]);
        assert_int_equal(to[sizes[size]], 0);
        free(from);
        free(to);
    }
}

/* What a backward of bench works on is what forward made, in every set. */
static void native_runs_each_operation_on_each_set(void **state)
{
    clpool_problem problem = clpool_problem_2d(1, 2, 6, 8, 2, 2, 0);
    bench_tensors tensors;
    target native;
    int op;
    (void)state;
    target_open_native(&native);
    assert_int_equal(bench_tensors_open(&tensors, &native, &problem, false), EXIT_DONE);
    assert_int_equal(tensors.sets, 1);
    assert_int_equal(bench_operation_prepare(&tensors), EXIT_DONE);
    for (op = 0; op < BENCH_OPS; op++) {
        static const size_t bytes[BENCH_OPS] = {(96 + 24) * 4 + 24, (96 + 24) * 4, (24 + 96) * 4 + 24,
                                                (2 * 96 + 24) * 4};
        bench_operation operation;
        run_seconds took;
        assert_int_equal(bench_operation_open(&operation, &tensors, (bench_op)op, NULL), EXIT_DONE);
        assert_int_equal(bench_operation_bytes(&operation), bytes[op]);
        memset(bench_tensors_host(&tensors, SLOT_DX, 0), 0xff, 4);
        assert_int_equal(bench_operation_run(&operation, 7, &took), EXIT_DONE);
        /* The bits that were put there are those of a NaN, which no gradient is. */
        assert_true(isnan(*(float *)bench_tensors_host(&tensors, SLOT_DX, 0)) ==
                    (op == BENCH_FORWARD || op == BENCH_FORWARD_NO_MASK));
        bench_operation_close(&operation);
    }
    bench_tensors_close(&tensors);
}

static void make_cases(const char *suite, bench_cases *made)
{
    options given;
    memset(&given, 0, sizeof(given));
    given.suite = suite;
    assert_int_equal(bench_cases_make(&given, made), EXIT_DONE);
}

static void every_suite_has_cases_and_all_has_each_name_once(void **state)
{
    const char *name;
    bench_cases all;
    size_t i, j;
    (void)state;
    for (i = 0; (name = bench_suite_name(i)) != NULL; i++) {
        bench_cases made;
        make_cases(name, &made);
        assert_true(made.count >= 2);
        bench_cases_free(&made);
    }
    make_cases("all", &all);
    for (i = 0; i < all.count; i++) {
        for (j = 0; j < i; j++) {
            assert_string_not_equal(all.list[i].name, all.list[j].name);
        }
    }
    bench_cases_free(&all);
}

/* What other libraries were measured on must stay the same. */
static void the_suite_of_the_peers_has_their_shapes(void **state)
{
    static const struct {
        const char *name;
        size_t n, c, height, width, kernel, stride, padding;
    } rows[] = {
        {"alexnet-pool1", 16, 64, 55, 55, 3, 2, 0},   {"alexnet-pool5", 32, 256, 13, 13, 3, 2, 0},
        {"vgg-pool1", 4, 64, 224, 224, 2, 2, 0},      {"vgg-pool2", 8, 64, 112, 112, 2, 2, 0},
        {"vgg-pool5", 32, 512, 14, 14, 2, 2, 0},      {"resnet-pool1", 8, 64, 112, 112, 3, 2, 1},
        {"detector-stem", 2, 64, 256, 256, 3, 2, 1},  {"inception-pool1", 8, 64, 147, 147, 3, 2, 0},
        {"inception-pool3", 8, 288, 35, 35, 3, 2, 0}, {"googlenet-28", 8, 192, 28, 28, 3, 1, 1},
        {"googlenet-14", 16, 480, 14, 14, 3, 1, 1},   {"googlenet-7", 32, 832, 7, 7, 3, 1, 1},
        {"spp-5", 8, 512, 13, 13, 5, 1, 2},           {"spp-9", 8, 512, 13, 13, 9, 1, 4},
        {"spp-13", 8, 512, 13, 13, 13, 1, 6},         {"spp-20-13", 4, 384, 20, 20, 13, 1, 6},
        {"wide-35", 1, 16, 255, 255, 35, 1, 0},       {"global-7", 64, 2048, 7, 7, 7, 1, 0},
    };
    bench_cases made;
    size_t i;
    (void)state;
    make_cases("peers", &made);
    assert_int_equal(made.count, sizeof(rows) / sizeof(rows[0]));
    for (i = 0; i < made.count; i++) {
        clpool_problem wanted = clpool_problem_2d(rows[i].n, rows[i].c, rows[i].height, rows[i].width, rows[i].kernel,
                                                  rows[i].stride, rows[i].padding);
        assert_string_equal(made.list[i].name, rows[i].name);
        assert_memory_equal(&made.list[i].problem, &wanted, sizeof(wanted));
    }
    bench_cases_free(&made);
}

static json_t *number_of(json_t *row, const char *outer, const char *inner)
{
    return json_object_get(json_object_get(row, outer), inner);
}

static void native_writes_a_row_for_each_operation(void **state)
{
    static const char *const ops[] = {"forward", "forward_no_mask", "backward", "recompute"};
    struct run run;
    json_t *root, *rows;
    size_t i;
    (void)state;
    sandbox_run(&run, "bench", "--case", "1,2,6,8:2", "--device", "native", "--runs", "3", "--json", "b.json", NULL);
    assert_run(&run, 0, "hot: every run works on the same tensors", NULL);
    assert_string_equal(run.err, "");
    root = json_load_file("b.json", JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(root);
    assert_true(json_is_false(json_object_get(root, "cold")));
    assert_int_equal(json_array_size(json_object_get(root, "devices")), 1);
    assert_true(json_array_size(json_object_get(json_array_get(json_object_get(root, "devices"), 0), "copies")) > 0);
    rows = json_object_get(root, "rows");
    assert_int_equal(json_array_size(rows), 4);
    for (i = 0; i < 4; i++) {
        json_t *row = json_array_get(rows, i);
        assert_string_equal(json_string_value(json_object_get(row, "op")), ops[i]);
        assert_string_equal(json_string_value(json_object_get(row, "case")), "1,2,6,8:2");
        assert_string_equal(json_string_value(json_object_get(row, "strategy")), "native");
        assert_string_equal(json_string_value(json_object_get(row, "clock")), "wall");
        assert_int_equal(json_integer_value(json_object_get(row, "runs")), 3);
        assert_true(json_is_null(json_object_get(row, "event_seconds")));
        assert_true(json_is_real(number_of(row, "wall_seconds", "median")));
        assert_true(json_is_real(number_of(row, "wall_seconds", "upper_quartile")));
        assert_true(json_is_real(json_object_get(row, "bytes_per_second")));
    }
    assert_int_equal(json_integer_value(json_object_get(json_array_get(rows, 0), "bytes")), (96 + 24) * 4 + 24);
    json_decref(root);
}

static void modes_dtypes_and_layouts_are_measured_too(void **state)
{
    struct run run;
    (void)state;
    sandbox_run(&run, "bench", "--case", "2,3,8,6,4:2x1x2", "--mode", "avg", "--dtype", "bf16", "--layout", "nhwc",
                "--device", "native", "--runs", "1", NULL);
    assert_run(&run, 0, "x (2, 8, 6, 4, 3) bf16, channels last, average", NULL);
    assert_null(strstr(run.out, "forward_no_mask"));
    sandbox_run(&run, "bench", "--case", "2,3,8,6", "--mode", "lp", "--p", "2", "--kernel", "3", "--device", "native",
                "--runs", "1", "--op", "backward", NULL);
    assert_run(&run, 0, "  backward  ", NULL);
    sandbox_run(&run, "bench", "--case", "2,3,8", "--mode", "global_max", "--dtype", "u8", "--device", "native",
                "--runs", "1", NULL);
    assert_run(&run, 0, "  forward_no_mask  ", NULL);
    assert_null(strstr(run.out, "backward"));
    sandbox_run(&run, "bench", "--case", "1,1,8,8:2", "--device", "native", "--runs", "1", "--cold", "--op", "forward",
                "--mask-form", "window_2bit", NULL);
    assert_run(&run, 0, "too small, or too large for its memory, to be cold\n", NULL);
    sandbox_run(&run, "bench", "--suite", "googlenet", "--only", "-7", "--batch", "1", "--device", "native", "--runs",
                "1", "--op", "forward", NULL);
    assert_run(&run, 0, "googlenet-7          x (1, 832, 7, 7) f32, kernel (3, 3)", NULL);
}

static void wrong_usage_is_named_and_leaves_no_file(void **state)
{
    static const struct {
        const char *arguments[6];
        const char *text;
    } rows[] = {
        {{"--suite", "lenet"}, "--suite: 'lenet' is not one of alexnet, vgg, "},
        {{"--suite", "vgg", "--only", "resnet"}, "--only: no case of the suite vgg has 'resnet' in its name"},
        {{"--suite", "vgg", "--case", "1,1,4:2"}, "--case and --suite exclude each other"},
        {{"--case", "1,1,4:2", "--only", "a"}, "--case and --only exclude each other"},
        {{"--fused", "--json", "f.json"}, "--fused and --json exclude each other"},
        {{"--fused", "--svg", "f.svg"}, "--fused and --svg exclude each other"},
        {{"--fused", "--op", "forward"}, "--fused and --op exclude each other"},
        {{"--case", "1,1,4:2", "--batch", "2"}, "--case and --batch exclude each other"},
        {{"--case", "1,1,4:two"}, "--case: '1,1,4:two' is not N,C,H,W:KERNEL"},
        {{"--case", "1,1,4:2", "--kernel", "2"}, "1,1,4:2: the case says its windows; no flag may say others"},
        {{"--suite", "vgg", "--mode", "global_avg"}, "vgg-pool1: the case says its windows"},
        {{"--case", "1,1,4"}, "--kernel is missing"},
        {{"--case", "1,4:2"}, "1,4:2: shape is (1, 4); it must be (N, C, spatial)"},
        {{"--case", "1,1,1,1,1,1:1"}, "it must be (N, C, spatial)"},
        {{"--case", "0,1,4:2"}, "N is 0; there is nothing to measure"},
        {{"--case", "1,1,4:5"}, "1,1,4:5: "},
        {{"--op", "sideways"}, "--op: 'sideways' is not one of forward, forward_no_mask, backward and recompute"},
        {{"--batch", "0"}, "--batch: '0' is not at least 1"},
        {{"--runs", "0"}, "--runs: '0' is outside of 1 to 1000"},
        {{"--strategy", "magic"}, "--strategy 'magic' is not known; forward has:"},
        {{"--mode", "avg", "--mask-form", "plane"}, "mode avg takes no --mask-form"},
        {{"--device", "no such thing", "--case", "1,1,4:2"}, "names no device"},
        {{"--svg", "none/b.svg", "--case", "1,1,4:2"}, "none/b.svg: cannot write"},
        {{"--svg", "same", "--json", "same"}, "are one file"},
        {{"x.npy"}, "'x.npy' is one operand too many"},
    };
    size_t i;
    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *const *a = rows[i].arguments;
        struct run run;
        sandbox_run(&run, "bench", a[0], a[1], a[2], a[3], a[4], NULL);
        assert_run(&run, strcmp(a[0], "--device") == 0 ? 3 : 2, NULL, rows[i].text);
        assert_string_equal(run.out, "");
        assert_int_equal(sandbox_count(), 0);
    }
}

/* Elements that are open, as a stack of their names. */
typedef struct open_elements {
    char names[16][16];
    size_t count;
} open_elements;

/* Moves behind the tag at `at`, and keeps the account of what is open. */
static const char *read_tag(const char *at, open_elements *open)
{
    bool closes = at[1] == '/';
    const char *name = at + (closes ? 2 : 1);
    size_t length = strspn(name, "abcdefghijklmnopqrstuvwxyz");
    const char *end = name + length;
    assert_true(length > 0 && length < 16);
    while (*end != '>') {
        if (*end == '\'') { /* a value: no < in it */
            end += 1 + strcspn(end + 1, "'<");
            assert_true(*end == '\'');
        }
        assert_true(*end != '\0' && *end != '<');
        end++;
    }
    if (closes) {
        assert_true(open->count > 0);
        open->count--;
        assert_true(strlen(open->names[open->count]) == length);
        assert_memory_equal(open->names[open->count], name, length);
    } else if (end[-1] != '/') {
        assert_true(open->count < 16);
        memset(open->names[open->count], 0, sizeof(open->names[0]));
        memcpy(open->names[open->count++], name, length);
    }
    return end + 1;
}

static bool is_entity(const char *xml)
{
    static const char *const known[] = {"&amp;", "&lt;", "&gt;", "&quot;", "&#39;"};
    size_t i;
    for (i = 0; i < sizeof(known) / sizeof(known[0]) && strncmp(xml, known[i], strlen(known[i])) != 0; i++) {
    }
    return i < sizeof(known) / sizeof(known[0]);
}

static void assert_well_formed(const char *xml)
{
    open_elements open = {.count = 0};
    size_t elements = 0;
    while (*xml != '\0') {
        if (*xml == '<') {
            xml = read_tag(xml, &open);
            elements++;
        } else if (*xml == '&') {
            assert_true(is_entity(xml));
            xml++;
        } else {
            assert_true(open.count > 0 || *xml == '\n');
            xml++;
        }
    }
    assert_int_equal(open.count, 0);
    assert_true(elements > 0);
}

/* A measurement of three rows, one of which failed, on a device of this name. */
static void make_bench(bench *made, const char *name)
{
    size_t i;
    memset(made, 0, sizeof(*made));
    make_cases("alexnet", &made->cases);
    made->devices.targets = calloc(2, sizeof(*made->devices.targets));
    made->copies = calloc(2, sizeof(*made->copies));
    made->rows = calloc(3, sizeof(*made->rows));
    assert_true(made->devices.targets != NULL && made->copies != NULL && made->rows != NULL);
    made->devices.count = 2;
    target_open_native(&made->devices.targets[0]);
    target_open_native(&made->devices.targets[1]);
    (void)snprintf(made->devices.targets[1].name, sizeof(made->devices.targets[1].name), "%s", name);
    made->count = 3;
    for (i = 0; i < 3; i++) {
        bench_row *row = &made->rows[i];
        row->of = &made->cases.list[0];
        row->on = &made->devices.targets[i % 2];
        row->op = BENCH_BACKWARD;
        row->state = i == 2 ? BENCH_FAILED : BENCH_RAN;
        row->strategy = "rows";
        row->reason = "it is fast";
        row->bytes = 5000000;
        row->sets = 1;
        row->rate = 3e9;
        row->copy_rate = 6e9;
    }
    made->failed = 1;
    made->copies[0].count = 1;
    made->copies[0].points[0].bytes = 4000000;
    made->copies[0].points[0].took.wall.median = 1e-3;
}

static char *written_svg(const bench *of)
{
    const char *path = "b.svg";
    output_file file;
    size_t size;
    char *text;
    assert_int_equal(output_files_open(&file, &path, 1), EXIT_DONE);
    assert_int_equal(bench_write_svg(of, &file), EXIT_DONE);
    assert_int_equal(output_files_commit(&file, 1), EXIT_DONE);
    output_files_discard(&file, 1);
    text = (char *)sandbox_read("b.svg", &size);
    text[size] = '\0'; /* the buffer is larger than the file */
    return text;
}

static void the_picture_is_well_formed_whatever_the_device_s_name(void **state)
{
    bench made;
    char *text;
    (void)state;
    make_bench(&made, "Bits & <Bytes> 'R' \"Us\" \x01");
    text = written_svg(&made);
    assert_well_formed(text);
    assert_non_null(strstr(text, "Bits &amp; &lt;Bytes&gt; &#39;R&#39; &quot;Us&quot;  </text>"));
    assert_non_null(strstr(text, "alexnet-pool1, backward on native, rows: 3.00 GB/s, 50% of copy"));
    free(text);
    made.count = 0; /* nothing ran, nothing was copied */
    made.copies[0].count = 0;
    text = written_svg(&made);
    assert_well_formed(text);
    free(text);
    bench_free(&made);
}

static void a_failed_row_is_shown_as_such(void **state)
{
    struct run run;
    bench made;
    output_file file;
    const char *path = "b.json";
    json_t *root, *row;
    (void)state;
    make_bench(&made, "Bits");
    assert_int_equal(output_files_open(&file, &path, 1), EXIT_DONE);
    assert_int_equal(bench_write_json(&made, &file), EXIT_DONE);
    assert_int_equal(output_files_commit(&file, 1), EXIT_DONE);
    output_files_discard(&file, 1);
    root = json_load_file("b.json", JSON_REJECT_DUPLICATES, NULL);
    row = json_array_get(json_object_get(root, "rows"), 2);
    assert_true(json_is_true(json_object_get(row, "failed")));
    assert_null(json_object_get(row, "bytes_per_second"));
    row = json_array_get(json_object_get(root, "rows"), 1);
    assert_true(json_real_value(json_object_get(row, "share_of_copy")) == 0.5);
    json_decref(root);
    bench_free(&made);
    /* And both files of a real run. */
    sandbox_run(&run, "bench", "--case", "1,2,6,8:2", "--device", "native", "--runs", "1", "--svg", "r.svg", "--json",
                "r.json", NULL);
    assert_run(&run, 0, NULL, NULL);
    assert_int_equal(sandbox_count(), 3);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, sandbox_enter, sandbox_leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_case_is_a_shape_and_its_windows),
        TEST(what_is_no_case_is_refused),
        TEST(operations_are_a_list_of_names),
        TEST(a_problem_has_the_operations_of_its_mode_and_dtype),
        TEST(taps_are_those_of_a_plain_kernel),
        TEST(what_might_take_minutes_runs_only_by_name),
        TEST(a_summary_has_the_median_the_least_and_the_quartiles),
        TEST(timing_leaves_out_what_warms_up_and_finds_useless_events),
        TEST(cold_takes_as_many_sets_as_fill_the_caches),
        TEST(the_host_copies_every_byte),
        TEST(native_runs_each_operation_on_each_set),
        TEST(every_suite_has_cases_and_all_has_each_name_once),
        TEST(the_suite_of_the_peers_has_their_shapes),
        TEST(native_writes_a_row_for_each_operation),
        TEST(modes_dtypes_and_layouts_are_measured_too),
        TEST(wrong_usage_is_named_and_leaves_no_file),
        TEST(the_picture_is_well_formed_whatever_the_device_s_name),
        TEST(a_failed_row_is_shown_as_such),
    };
    return cmocka_run_group_tests(tests, sandbox_hide_platforms, sandbox_remove_folder);
}
