/* SPDX-License-Identifier: Apache-2.0 */
#include "support/cmocka.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "options.h"

static const command_syntax everything = {
    .name = "test",
    .flags = FLAGS_OUTPUT | FLAGS_MASK | FLAGS_SHAPE | FLAGS_POOL | FLAGS_DEVICE | FLAGS_JSON_FILE | FLAGS_RUNS |
             FLAGS_MASK_FORM | FLAGS_TO,
    .operand = "X.npy",
    .operand_optional = true,
};

static exit_code parse(const command_syntax *syntax, options *parsed, const char *one, const char *two)
{
    char name[] = "test";
    char *arguments[] = {name, (char *)(uintptr_t)one, (char *)(uintptr_t)two, NULL};
    return options_parse(syntax, one == NULL ? 1 : two == NULL ? 2 : 3, arguments, parsed);
}

static void lists_hold_whole_numbers_only(void **state)
{
    static const char *const good[] = {"3", "3,3", "0", "007", "18446744073709551615", "1,2,3,4,5,6,7,8"};
    static const char *const bad[] = {"",         ",",
                                      "3,",       ",3",
                                      "3,,3",     "-1",
                                      "+1",       " 1",
                                      "1 ",       "1.5",
                                      "0x3",      "3x3",
                                      "1e3",      "18446744073709551616",
                                      "a",        "1:2",
                                      "1;2",      "3, 3",
                                      "--stride", "1,2,3,4,5,6,7,8,9"};
    options parsed;
    size_t i;
    (void)state;
    for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        assert_int_equal(parse(&everything, &parsed, "--kernel", good[i]), EXIT_DONE);
    }
    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        assert_int_equal(parse(&everything, &parsed, "--kernel", bad[i]), EXIT_BAD_INPUT);
    }
}

static void padding_takes_pairs(void **state)
{
    options parsed;
    (void)state;
    assert_int_equal(parse(&everything, &parsed, "--padding", "0:1,2"), EXIT_DONE);
    assert_int_equal(parsed.pool.padding_lo.count, 2);
    assert_int_equal(parsed.pool.padding_lo.values[0], 0);
    assert_int_equal(parsed.pool.padding_hi.values[0], 1);
    assert_int_equal(parsed.pool.padding_lo.values[1], 2);
    assert_int_equal(parsed.pool.padding_hi.values[1], 2);
    assert_int_equal(parse(&everything, &parsed, "--padding", "1:"), EXIT_BAD_INPUT);
    assert_int_equal(parse(&everything, &parsed, "--padding", ":1"), EXIT_BAD_INPUT);
    assert_int_equal(parse(&everything, &parsed, "--padding", "1:2:3"), EXIT_BAD_INPUT);
}

static void runs_are_bounded(void **state)
{
    options parsed;
    (void)state;
    assert_int_equal(parse(&everything, &parsed, "--runs", "7"), EXIT_DONE);
    assert_int_equal(parsed.runs, 7);
    assert_int_equal(parse(&everything, &parsed, "--runs", "0"), EXIT_BAD_INPUT);
    assert_int_equal(parse(&everything, &parsed, "--runs", "1001"), EXIT_BAD_INPUT);
}

static void modes_name_what_is_computed_over_which_windows(void **state)
{
    static const struct {
        const char *name;
        clpool_mode mode;
        pool_windows windows;
    } rows[] = {
        {"max", CLPOOL_MAX, POOL_SLIDING},
        {"avg", CLPOOL_AVERAGE, POOL_SLIDING},
        {"lp", CLPOOL_LP, POOL_SLIDING},
        {"global_max", CLPOOL_MAX, POOL_GLOBAL},
        {"global_avg", CLPOOL_AVERAGE, POOL_GLOBAL},
        {"global_lp", CLPOOL_LP, POOL_GLOBAL},
        {"adaptive_max", CLPOOL_MAX, POOL_ADAPTIVE},
        {"adaptive_avg", CLPOOL_AVERAGE, POOL_ADAPTIVE},
        {"adaptive_lp", CLPOOL_LP, POOL_ADAPTIVE},
    };
    options parsed;
    size_t i;
    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_int_equal(parse(&everything, &parsed, "--mode", rows[i].name), EXIT_DONE);
        assert_int_equal(parsed.pool.mode, rows[i].mode);
        assert_int_equal(parsed.pool.windows, rows[i].windows);
        assert_string_equal(pooling_mode_name(&parsed.pool), rows[i].name);
    }
    assert_int_equal(parse(&everything, &parsed, "--mode", "min"), EXIT_BAD_INPUT);
    assert_int_equal(parse(&everything, &parsed, "--mode", ""), EXIT_BAD_INPUT);
}

static void the_divisor_is_a_rule_or_a_number(void **state)
{
    static const char *const bad[] = {"0", "-1", "4294967296", "18446744073709551616", "", "Include", "1.5"};
    options parsed;
    size_t i;
    (void)state;
    assert_int_equal(parse(&everything, &parsed, "--divisor", "include"), EXIT_DONE);
    assert_int_equal(parsed.pool.divisor_rule, CLPOOL_INCLUDE_PAD);
    assert_int_equal(parse(&everything, &parsed, "--divisor", "exclude"), EXIT_DONE);
    assert_int_equal(parsed.pool.divisor_rule, CLPOOL_EXCLUDE_PAD);
    assert_int_equal(parsed.pool.divisor, 0);
    assert_int_equal(parse(&everything, &parsed, "--divisor", "4294967295"), EXIT_DONE);
    assert_int_equal(parsed.pool.divisor_rule, CLPOOL_FIXED_DIVISOR);
    assert_int_equal(parsed.pool.divisor, 4294967295);
    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        assert_int_equal(parse(&everything, &parsed, "--divisor", bad[i]), EXIT_BAD_INPUT);
    }
    assert_int_equal(parse(&everything, &parsed, "--count-include-pad", NULL), EXIT_DONE);
    assert_true(parsed.pool.count_include_pad);
}

static void p_is_a_whole_number_from_1(void **state)
{
    static const char *const bad[] = {"0", "-1", "4294967296", "18446744073709551616", "", "inf", "1.5", "2,2"};
    options parsed;
    size_t i;
    (void)state;
    assert_int_equal(parse(&everything, &parsed, "--p", "3"), EXIT_DONE);
    assert_int_equal(parsed.pool.p, 3);
    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        assert_int_equal(parse(&everything, &parsed, "--p", bad[i]), EXIT_BAD_INPUT);
    }
}

static void both_flags_of_mask_forms_know_all_of_them(void **state)
{
    static const char *const names[] = {[CLPOOL_MASK_WINDOW] = "window",
                                        [CLPOOL_MASK_PLANE_I32] = "plane_i32",
                                        [CLPOOL_MASK_PLANE_I64] = "plane",
                                        [CLPOOL_MASK_TENSOR] = "tensor",
                                        [CLPOOL_MASK_TENSOR_COLMAJOR] = "tensor_colmajor",
                                        [CLPOOL_MASK_WINDOW_2BIT] = "window_2bit",
                                        [CLPOOL_MASK_WINDOW_4BIT] = "window_4bit"};
    options parsed;
    size_t i;
    (void)state;
    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        assert_int_equal(parse(&everything, &parsed, "--mask-form", names[i]), EXIT_DONE);
        assert_int_equal(parsed.pool.mask_form, i);
        assert_false(parsed.has_to);
        assert_int_equal(parse(&everything, &parsed, "--to", names[i]), EXIT_DONE);
        assert_int_equal(parsed.to, i);
        assert_true(parsed.has_to);
        assert_false(parsed.pool.has_mask_form);
    }
    assert_int_equal(parse(&everything, &parsed, "--to", "window_3bit"), EXIT_BAD_INPUT);
}

static void a_command_knows_its_own_flags_only(void **state)
{
    command_syntax little = everything;
    options parsed;
    (void)state;
    little.flags = FLAGS_DEVICE;
    assert_int_equal(parse(&little, &parsed, "--device", "native"), EXIT_DONE);
    assert_string_equal(parsed.device, "native");
    assert_int_equal(parse(&little, &parsed, "--kernel", "3"), EXIT_BAD_INPUT);
    assert_int_equal(parse(&little, &parsed, "-o", "y.npy"), EXIT_BAD_INPUT);
    assert_int_equal(parse(&little, &parsed, "-x", NULL), EXIT_BAD_INPUT);
}

static void a_dtype_is_bf16_or_with_its_flag_any(void **state)
{
    command_syntax any = everything;
    options parsed;
    (void)state;
    any.flags |= FLAGS_ANY_DTYPE;
    assert_int_equal(parse(&everything, &parsed, "--dtype", "f16"), EXIT_BAD_INPUT);
    assert_int_equal(parse(&everything, &parsed, "--dtype", "bf16"), EXIT_DONE);
    assert_true(parsed.pool.is_bf16);
    assert_false(parsed.pool.has_dtype);
    assert_int_equal(parse(&any, &parsed, "--dtype", "f16"), EXIT_DONE);
    assert_false(parsed.pool.is_bf16);
    assert_int_equal(parsed.pool.dtype, CLPOOL_F16);
    assert_int_equal(parse(&any, &parsed, "--dtype", "bf16"), EXIT_DONE);
    assert_true(parsed.pool.is_bf16);
    assert_int_equal(parsed.pool.dtype, CLPOOL_BF16);
    assert_int_equal(parse(&any, &parsed, "--dtype", "f8"), EXIT_BAD_INPUT);
}

static void operands_are_counted(void **state)
{
    command_syntax none = everything;
    command_syntax one = everything;
    options parsed;
    (void)state;
    none.operand = NULL;
    one.operand_optional = false;
    assert_int_equal(parse(&everything, &parsed, NULL, NULL), EXIT_DONE);
    assert_null(parsed.operand);
    assert_int_equal(parse(&everything, &parsed, "x.npy", NULL), EXIT_DONE);
    assert_string_equal(parsed.operand, "x.npy");
    assert_int_equal(parse(&everything, &parsed, "x.npy", "y.npy"), EXIT_BAD_INPUT);
    assert_int_equal(parse(&none, &parsed, "x.npy", NULL), EXIT_BAD_INPUT);
    assert_int_equal(parse(&one, &parsed, NULL, NULL), EXIT_BAD_INPUT);
}

static void help_asks_for_nothing_else(void **state)
{
    command_syntax strict = everything;
    options parsed;
    (void)state;
    strict.operand_optional = false;
    strict.needed = FLAGS_OUTPUT | FLAGS_POOL;
    assert_int_equal(parse(&strict, &parsed, "--help", NULL), EXIT_DONE);
    assert_true(parsed.help);
}

static void needed_flags_are_asked_for(void **state)
{
    static const unsigned groups[] = {FLAGS_OUTPUT, FLAGS_MASK, FLAGS_SHAPE, FLAGS_POOL};
    command_syntax strict = everything;
    options parsed;
    size_t i;
    (void)state;
    for (i = 0; i < sizeof(groups) / sizeof(groups[0]); i++) {
        strict.needed = groups[i];
        assert_int_equal(parse(&strict, &parsed, "x.npy", NULL), EXIT_BAD_INPUT);
    }
    assert_int_equal(parse(&strict, &parsed, "--kernel", "3"), EXIT_DONE);
}

static void the_device_comes_from_the_environment_without_the_flag(void **state)
{
    options parsed;
    (void)state;
    assert_int_equal(setenv("CLPOOL_DEVICE", "0:1", 1), 0);
    assert_int_equal(parse(&everything, &parsed, NULL, NULL), EXIT_DONE);
    assert_string_equal(parsed.device, "0:1");
    assert_int_equal(parse(&everything, &parsed, "--device", "native"), EXIT_DONE);
    assert_string_equal(parsed.device, "native");
    assert_int_equal(setenv("CLPOOL_DEVICE", "", 1), 0);
    assert_int_equal(parse(&everything, &parsed, NULL, NULL), EXIT_DONE);
    assert_null(parsed.device);
}

enum { EXAMPLE_WORDS = 32, EXAMPLE_BYTES = 256 };

/** Whether a command takes a command line as its own; `line` ends with a line feed or with the text. */
static bool takes_example(const command_syntax *syntax, const char *line)
{
    char text[EXAMPLE_BYTES];
    char *words[EXAMPLE_WORDS];
    options parsed;
    int count = 0;
    char *rest = text;
    (void)snprintf(text, sizeof(text), "%.*s", (int)strcspn(line, "\n"), line);
    assert_true(strlen(text) + 1 < sizeof(text));
    for (char *word = strtok_r(text, " ", &rest); word != NULL; word = strtok_r(NULL, " ", &rest)) {
        assert_true(count < EXAMPLE_WORDS - 1);
        words[count++] = word;
    }
    words[count] = NULL;
    return count > 1 && strcmp(words[0], "clpool") == 0 && strcmp(words[1], syntax->name) == 0 &&
           options_parse(syntax, count - 1, words + 1, &parsed) == EXIT_DONE;
}

/** How many examples a help text has: its lines that begin with two spaces and a command; -1 where the command does not
 * take one of them. */
static int count_examples(const command_syntax *syntax, const char *help)
{
    static const char beginning[] = "\n  clpool ";
    int count = 0;
    for (const char *at = strstr(help, beginning); at != NULL; at = strstr(at + 1, beginning)) {
        if (!takes_example(syntax, at + 3)) {
            print_error("not for clpool %s: %.*s\n", syntax->name, (int)strcspn(at + 3, "\n"), at + 3);
            return -1;
        }
        count++;
    }
    return count;
}

static void every_help_has_examples_that_the_command_takes(void **state)
{
    const command *found;
    (void)state;
    for (size_t i = 0; (found = command_at(i)) != NULL; i++) {
        if (count_examples(&found->syntax, found->help) < 1) {
            fail_msg("clpool %s --help has no example, or a wrong one", found->syntax.name);
        }
    }
}

static void help_without_an_example_or_with_a_wrong_one_is_caught(void **state)
{
    const command_syntax *syntax = &command_named("image")->syntax;
    (void)state;
    assert_int_equal(count_examples(syntax, "usage: clpool image\n\nPools.\n"), 0);
    assert_int_equal(count_examples(syntax, "Pools.\n\n  clpool image in.png -o out.png --kernel 4\n"), 1);
    assert_int_equal(count_examples(syntax, "Pools.\n\n  clpool image in.png -o out.png --kernels 4\n"), -1);
    assert_int_equal(count_examples(syntax, "Pools.\n\n  clpool image in.png --kernel 4\n"), -1);
    assert_int_equal(count_examples(syntax, "Pools.\n\n  clpool forward in.npy -o out.npy --kernel 4\n"), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_help_has_examples_that_the_command_takes),
        cmocka_unit_test(help_without_an_example_or_with_a_wrong_one_is_caught),
        cmocka_unit_test(lists_hold_whole_numbers_only),
        cmocka_unit_test(padding_takes_pairs),
        cmocka_unit_test(runs_are_bounded),
        cmocka_unit_test(modes_name_what_is_computed_over_which_windows),
        cmocka_unit_test(the_divisor_is_a_rule_or_a_number),
        cmocka_unit_test(p_is_a_whole_number_from_1),
        cmocka_unit_test(both_flags_of_mask_forms_know_all_of_them),
        cmocka_unit_test(a_command_knows_its_own_flags_only),
        cmocka_unit_test(a_dtype_is_bf16_or_with_its_flag_any),
        cmocka_unit_test(operands_are_counted),
        cmocka_unit_test(help_asks_for_nothing_else),
        cmocka_unit_test(needed_flags_are_asked_for),
        cmocka_unit_test(the_device_comes_from_the_environment_without_the_flag),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
