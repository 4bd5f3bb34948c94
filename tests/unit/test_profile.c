/* SPDX-License-Identifier: Apache-2.0 */
/* What tuning takes a problem for: as text, back from it, and how far from another. */
#include "problem/profile.h"
#include "support/cmocka.h"
#include "support/problems.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static struct profile profile_of(clpool_op op, const clpool_problem *problem)
{
    struct geometry geometry;
    assert_success(geometry_from_problem(problem, &geometry));
    return profile_from_geometry(op, &geometry);
}

/** Cuts a text into its words. */
static bool parse(const char *text, struct profile *profile, char why[PROFILE_WHY_BYTES])
{
    char words[PROFILE_BYTES];
    const char *fields[PROFILE_FIELDS + 1] = {NULL};
    size_t count = 0;
    (void)snprintf(words, sizeof(words), "%s", text);
    for (char *word = strtok(words, " "); word != NULL && count <= PROFILE_FIELDS; word = strtok(NULL, " ")) {
        fields[count++] = word;
    }
    assert_int_equal(count, PROFILE_FIELDS);
    return profile_parse(fields, profile, why);
}

static void check_text(clpool_op op, clpool_problem problem, const char *expected)
{
    char text[PROFILE_BYTES];
    char why[PROFILE_WHY_BYTES] = "";
    struct profile back;
    const struct profile profile = profile_of(op, &problem);
    profile_write(&profile, text);
    assert_string_equal(text, expected);
    if (!parse(text, &back, why)) {
        fail_msg("'%s' is not understood: %s", text, why);
    }
    assert_true(profile_distance(&profile, &back) == 0);
    assert_int_equal(back.kind, profile.kind);
}

static clpool_problem of_mode(clpool_problem problem, clpool_mode mode, clpool_dtype dtype, clpool_layout layout)
{
    problem.mode = mode;
    problem.dtype = dtype;
    problem.layout = layout;
    problem.p = 2;
    return problem;
}

static void a_profile_is_a_line_of_text(void **state)
{
    (void)state;
    const size_t plane[] = {7, 9};
    const size_t out[] = {3, 2};
    clpool_problem uneven = with_in(problem_of_rank(3), 16, 112, 112);
    uneven.kernel[0] = 1;
    uneven.kernel[1] = 3;
    uneven.kernel[2] = 3;
    uneven.stride[0] = 1;
    uneven.pad_lo[2] = 1;
    check_text(CLPOOL_FORWARD, clpool_problem_2d(8, 64, 112, 112, 3, 2, 1),
               "forward max f32 nchw window 3x3s2p1 8x64x112x112");
    check_text(CLPOOL_UNPOOL, clpool_problem_1d(2, 3, 100, 4, 4, 0), "unpool max f32 nchw window 4s4 2x3x100");
    check_text(CLPOOL_BACKWARD, uneven, "backward max f32 nchw window 1x3x3s1x2x2p0x0x1 1x1x16x112x112");
    check_text(CLPOOL_FORWARD, with_dilation(clpool_problem_2d(1, 2, 30, 31, 3, 1, 0), 2),
               "forward max f32 nchw window 3x3s1d2 1x2x30x31");
    check_text(CLPOOL_BACKWARD,
               of_mode(clpool_problem_global(2, 4, 5, plane), CLPOOL_AVERAGE, CLPOOL_F16, CLPOOL_CHANNELS_LAST),
               "backward avg f16 nhwc none global 4x5x7x9");
    check_text(CLPOOL_FORWARD,
               of_mode(clpool_problem_adaptive(2, 4, 5, plane, out), CLPOOL_LP, CLPOOL_BF16, CLPOOL_CHANNELS_FIRST),
               "forward lp bf16 nchw none adaptive3x2 4x5x7x9");
    check_text(CLPOOL_FORWARD, clpool_problem_2d(0, 5, 8, 8, 2, 2, 0), "forward max f32 nchw window 2x2s2 1x5x8x8");
}

static void random_problems_come_back_from_their_text(void **state)
{
    (void)state;
    struct random random = random_from_environment();
    for (int i = 0; i < 5000; i++) {
        const clpool_problem problem = random_problem(&random, 5000);
        const struct profile profile = profile_of(CLPOOL_FORWARD, &problem);
        char text[PROFILE_BYTES];
        char again[PROFILE_BYTES];
        char why[PROFILE_WHY_BYTES] = "";
        struct profile back;
        profile_write(&profile, text);
        if (!parse(text, &back, why)) {
            fail_msg("%s: '%s' is not understood: %s", problem_text(&problem), text, why);
        }
        profile_write(&back, again);
        assert_string_equal(again, text);
        if (profile_distance(&profile, &back) != 0) {
            fail_msg("%s: '%s' comes back as another", problem_text(&problem), text);
        }
    }
}

static void what_is_no_profile_is_refused_with_the_rule(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *says;
    } rows[] = {
        {"sideways max f32 nchw window 3s2 1x1x8", "op is 'sideways'; it must be one of forward, backward, unpool"},
        {"forward median f32 nchw window 3s2 1x1x8", "mode is 'median'"},
        {"forward max f33 nchw window 3s2 1x1x8", "dtype is 'f33'"},
        {"forward max f32 nchv window 3s2 1x1x8", "layout is 'nchv'"},
        {"forward max f32 nchw bits 3s2 1x1x8", "mask is 'bits'"},
        {"forward max f32 nchw none 3s2 1x1x8", "mask is 'none'"},
        {"forward avg f32 nchw window 3s2 1x1x8", "mask is 'window'"},
        {"forward max f32 nchw window 3s2 1x1", "shape is '1x1'"},
        {"forward max f32 nchw window 3s2 1x1x8x8x8x8", "shape is "},
        {"forward max f32 nchw window 3s2 1x1x0", "shape is '1x1x0'"},
        {"forward max f32 nchw window 3s2 1x1x", "shape is '1x1x'"},
        {"forward max f32 nchw window 3s2 1x1x-8", "shape is "},
        {"forward max f32 nchw window 3s2 1x1x8888888888888888888888888", "shape is "},
        {"forward max f32 nchw window 3s2 1,1,8", "shape is "},
        {"forward max f32 nchw window 3 1x1x8", "window is '3'"},
        {"forward max f32 nchw window 3s 1x1x8", "window is '3s'"},
        {"forward max f32 nchw window 0s1 1x1x8", "window is '0s1'"},
        {"forward max f32 nchw window 3s0 1x1x8", "window is '3s0'"},
        {"forward max f32 nchw window 3s1d0 1x1x8", "window is '3s1d0'"},
        {"forward max f32 nchw window 3s1p 1x1x8", "window is '3s1p'"},
        {"forward max f32 nchw window 3s1d1p1 1x1x8", "window is "},
        {"forward max f32 nchw window 3s1q1 1x1x8", "window is "},
        {"forward max f32 nchw window 3x3s2 1x1x8", "window is '3x3s2'"},
        {"forward max f32 nchw window 3x3s2 1x1x8x8x8", "window is '3x3s2'"},
        {"forward max f32 nchw window globally 1x1x8", "window is 'globally'"},
        {"forward max f32 nchw window adaptive 1x1x8", "window is 'adaptive'"},
        {"forward max f32 nchw window adaptive0 1x1x8", "window is 'adaptive0'"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct profile profile;
        char why[PROFILE_WHY_BYTES] = "";
        if (parse(rows[i].text, &profile, why) || strncmp(why, rows[i].says, strlen(rows[i].says)) != 0) {
            fail_msg("'%s' is taken, or refused with '%s'", rows[i].text, why);
        }
    }
}

static double distance(const char *a, const char *b)
{
    struct profile left;
    struct profile right;
    char why[PROFILE_WHY_BYTES] = "";
    assert_true(parse(a, &left, why) && parse(b, &right, why));
    assert_true(profile_distance(&left, &right) == profile_distance(&right, &left));
    return profile_distance(&left, &right);
}

static void distance_counts_factors_of_two_within_a_kind(void **state)
{
    (void)state;
    static const char base[] = "forward max f32 nchw window 3x3s2p1 8x64x112x112";
    static const char *const others[] = {
        "backward max f32 nchw window 3x3s2p1 8x64x112x112",     "forward avg f32 nchw none 3x3s2p1 8x64x112x112",
        "forward max f16 nchw window 3x3s2p1 8x64x112x112",      "forward max f32 nhwc window 3x3s2p1 8x64x112x112",
        "forward max f32 nchw plane 3x3s2p1 8x64x112x112",       "forward max f32 nchw window 3x3s3p1 8x64x112x112",
        "forward max f32 nchw window global 8x64x112x112",       "forward max f32 nchw window adaptive7x7 8x64x112x112",
        "forward max f32 nchw window_4bit 3x3s2p1 8x64x112x112",
    };
    assert_true(distance(base, base) == 0);
    assert_true(fabs(distance(base, "forward max f32 nchw window 3x3s2p1 4x128x112x112") - 2) < 1e-9);
    assert_true(fabs(distance(base, "forward max f32 nchw window 3x3s2p1 8x64x56x224") - 2) < 1e-9);
    assert_true(fabs(distance(base, "forward max f32 nchw window 3x3s1p1 8x64x112x112") - 2) < 1e-9);
    assert_true(fabs(distance(base, "forward max f32 nchw window 3x3s2 8x64x112x112") - 2) < 1e-9);
    assert_true(fabs(distance(base, "forward max i32 nchw window 3x3s2p1 8x64x112x112") - 1) < 1e-9);
    assert_true(distance(base, "forward max f32 nchw window 5x5s2p2 8x64x112x112") < 3);
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        assert_true(distance(base, others[i]) == HUGE_VAL);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_profile_is_a_line_of_text),
        cmocka_unit_test(random_problems_come_back_from_their_text),
        cmocka_unit_test(what_is_no_profile_is_refused_with_the_rule),
        cmocka_unit_test(distance_counts_factors_of_two_within_a_kind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
