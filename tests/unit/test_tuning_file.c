/* SPDX-License-Identifier: Apache-2.0 */
/* Tuning files: what is one, for which device, and what is wrong with the others. */
#include "device/tuning_file.h"
#include "support/cmocka.h"
#include "support/random.h"

#include <stdio.h>
#include <stdlib.h>

#define HEAD "clpool tuning 1\nplatform Some Platform\ndevice Some Device\ndriver 1.2\n"
#define RULE "forward max f32 nchw window 3x3s2p1 8x64x112x112 rows:workers=4 1.2345ms\n"

static const struct identity identity = {.platform_name = "Some Platform",
                                         .device_name = "Some Device",
                                         .driver_version = "1.2",
                                         .type = CL_DEVICE_TYPE_GPU};

/** Parses a copy that ends where the text does, so that a sanitizer sees what reads past it. */
static clpool_status parse(const char *text, size_t size, struct tuning *tuning, char why[TUNING_WHY_BYTES])
{
    char *copy = malloc(size + (size == 0));
    assert_non_null(copy);
    memcpy(copy, text, size);
    const clpool_status status = tuning_parse(copy, size, &identity, tuning, why);
    free(copy);
    assert_true((status == CLPOOL_SUCCESS) == (why[0] == '\0'));
    assert_true(status == CLPOOL_SUCCESS || tuning->rules == NULL);
    return status;
}

static void files_of_rules_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t rules;
    } rows[] = {
        {HEAD "end\n", 0},
        {HEAD RULE "end\n", 1},
        {HEAD RULE "end", 1},
        {HEAD RULE RULE "end\n", 2},
        {"# a comment\n\n" HEAD "\n  # another\n\t" RULE "   end   \n\n# behind it\n", 1},
        {"clpool tuning 1\r\ndevice *\r\nforward max f32 nchw window 3s2 1x1x8  generic\t1ms  # why\r\nend\r\n", 1},
        {"clpool tuning 1\ndevice Some*\nplatform *form\ndriver *\ntype gpu\n" RULE "end\n", 1},
        {"clpool tuning 1\n" RULE "end\n", 1},
        {HEAD "unpool max f32 nchw window 3s2 1x1x8 no-such-thing:some=thing 1ms\nend\n", 1},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct tuning tuning;
        char why[TUNING_WHY_BYTES];
        if (parse(rows[i].text, strlen(rows[i].text), &tuning, why) != CLPOOL_SUCCESS) {
            fail_msg("row %zu is refused: %s", i, why);
        }
        assert_int_equal(tuning.count, rows[i].rules);
        tuning_free(&tuning);
    }
}

static void a_rule_keeps_its_strategy_and_its_place(void **state)
{
    (void)state;
    static const char text[] = HEAD RULE "backward max f32 nchw window 3s2 1x1x8 default 2ms\nend\n";
    struct tuning tuning;
    char why[TUNING_WHY_BYTES];
    assert_int_equal(parse(text, strlen(text), &tuning, why), CLPOOL_SUCCESS);
    assert_string_equal(tuning.rules[0].strategy, "rows:workers=4");
    assert_int_equal(tuning.rules[0].profile.channels, 64);
    assert_string_equal(tuning.rules[1].strategy, TUNING_DEFAULT);
    assert_int_equal(tuning.rules[1].profile.op, CLPOOL_BACKWARD);
    tuning_free(&tuning);
}

static void what_is_wrong_with_a_file_is_said(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        clpool_status status;
        const char *says;
    } rows[] = {
        {"", CLPOOL_INVALID_ARGUMENT, "it is empty"},
        {"\n# nothing\n", CLPOOL_INVALID_ARGUMENT, "it is empty"},
        {"clpool tuning 2\nend\n", CLPOOL_INVALID_ARGUMENT, "line 1: it begins with 'clpool tuning 2'"},
        {"hello\n" HEAD "end\n", CLPOOL_INVALID_ARGUMENT, "line 1: it begins with 'hello'; a tuning file begins with"},
        {HEAD RULE, CLPOOL_INVALID_ARGUMENT, "it is cut off: the last line, 'end', is missing"},
        {HEAD RULE "en", CLPOOL_INVALID_ARGUMENT, "line 6: there are 1 words; a rule has 9"},
        {HEAD RULE "end\n" RULE, CLPOOL_INVALID_ARGUMENT, "line 7: there is 'forward"},
        {HEAD "forward max f32\nend\n", CLPOOL_INVALID_ARGUMENT, "line 5: there are 3 words"},
        {HEAD "forward max f32 nchw window 3s2 1x1x8 rows 1ms more\nend\n", CLPOOL_INVALID_ARGUMENT,
         "line 5: there are 10"},
        {HEAD "forward max f32 nchw window 3s2 1x1x8 rows # 1ms\nend\n", CLPOOL_INVALID_ARGUMENT,
         "line 5: there are 8"},
        {HEAD "upward max f32 nchw window 3s2 1x1x8 rows 1ms\nend\n", CLPOOL_INVALID_ARGUMENT,
         "line 5: op is 'upward'"},
        {HEAD "forward max f32 nchw window 3s2 1x1x8 rows 1s\nend\n", CLPOOL_INVALID_ARGUMENT, "line 5: time is '1s'"},
        {HEAD "forward max f32 nchw window 3s2 1x1x8 rows ms\nend\n", CLPOOL_INVALID_ARGUMENT, "line 5: time is 'ms'"},
        {HEAD "\x01\nend\n", CLPOOL_INVALID_ARGUMENT, "line 5: there is a byte 0x01"},
        {HEAD "# caf\xc3\xa9\nend\n", CLPOOL_INVALID_ARGUMENT, "line 5: there is a byte 0xc3"},
        {"clpool tuning 1\ndevice Other\nend\n", CLPOOL_UNSUPPORTED,
         "line 2: it is for device 'Other'; this one is 'Some Device'"},
        {"clpool tuning 1\ndevice\nend\n", CLPOOL_UNSUPPORTED, "line 2: it is for device ''"},
        {"clpool tuning 1\ndevice Some\nend\n", CLPOOL_UNSUPPORTED, "line 2: it is for device 'Some'"},
        {"clpool tuning 1\nplatform some platform\nend\n", CLPOOL_UNSUPPORTED, "line 2: it is for platform"},
        {"clpool tuning 1\ndriver 1.2*3\nend\n", CLPOOL_UNSUPPORTED,
         "line 2: it is for driver '1.2*3'; this one is '1.2'"},
        {"clpool tuning 1\ndevice Other\ndriver 9\n" RULE "end\n", CLPOOL_UNSUPPORTED,
         "line 2: it is for device 'Other'"},
        {"clpool tuning 1\ndevice Other\n" RULE, CLPOOL_INVALID_ARGUMENT, "it is cut off"},
        {"clpool tuning 1\ntype cpu\nend\n", CLPOOL_UNSUPPORTED, "line 2: it is for type 'cpu'; this one is 'gpu'"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct tuning tuning;
        char why[TUNING_WHY_BYTES];
        const clpool_status status = parse(rows[i].text, strlen(rows[i].text), &tuning, why);
        if (status != rows[i].status || strncmp(why, rows[i].says, strlen(rows[i].says)) != 0) {
            fail_msg("row %zu: status %d, '%s'", i, (int)status, why);
        }
    }
}

static char *repeat(const char *head, const char *part, size_t times, const char *tail, size_t *size)
{
    const size_t length = strlen(part);
    *size = strlen(head) + times * length + strlen(tail);
    char *text = malloc(*size + 1);
    assert_non_null(text);
    (void)snprintf(text, *size + 1, "%s", head);
    for (size_t i = 0; i < times; i++) {
        memcpy(text + strlen(head) + i * length, part, length);
    }
    memcpy(text + strlen(head) + times * length, tail, strlen(tail) + 1);
    return text;
}

static void check_large(const char *head, const char *part, size_t times, const char *tail, const char *says)
{
    struct tuning tuning;
    char why[TUNING_WHY_BYTES];
    size_t size = 0;
    char *text = repeat(head, part, times, tail, &size);
    const clpool_status status = parse(text, size, &tuning, why);
    free(text);
    if (status != (says == NULL ? CLPOOL_SUCCESS : CLPOOL_INVALID_ARGUMENT) ||
        (says != NULL && strstr(why, says) == NULL)) {
        fail_msg("status %d, '%s'", (int)status, why);
    }
    tuning_free(&tuning);
}

static void everything_has_a_limit(void **state)
{
    (void)state;
    static const char rule[] = "forward max f32 nchw window 3s2 1x1x8 rows 1ms\n";
    check_large(HEAD, rule, TUNING_RULES_MOST, "end\n", NULL);
    check_large(HEAD, rule, TUNING_RULES_MOST + 1, "end\n", "there are too many rules; a file may have 1024");
    check_large(HEAD, "#\n", (TUNING_BYTES_MOST - sizeof(HEAD "end\n")) / 2, "end\n", NULL);
    check_large(HEAD, "#\n", TUNING_BYTES_MOST, "end\n", "a tuning file may have 262144");
    check_large(HEAD "# ", "x", 1000, "\nend\n", NULL);
    check_large(HEAD "# ", "x", 5000, "\nend\n", "line 5: it has 5002 characters");
    check_large(HEAD "forward max f32 nchw window 3s2 1x1x8 ", "x", TUNING_STRATEGY_BYTES, " 1ms\nend\n",
                "the strategy has 128 characters; it may have 127");
    check_large(HEAD "forward max f32 nchw window 3s2 1x1x8 ", "x", TUNING_STRATEGY_BYTES - 1, " 1ms\nend\n", NULL);
}

/** What a mutation leaves is a file or none, and nothing else happens: for the sanitizers. */
static void damaged_files_are_no_files(void **state)
{
    (void)state;
    static const char text[] = HEAD RULE "backward max bf16 nhwc window adaptive3x2 1x1x8x9 default 2ms\nend\n";
    struct random random = random_from_environment();
    char mutated[sizeof(text)];
    for (int i = 0; i < 20000; i++) {
        struct tuning tuning;
        char why[TUNING_WHY_BYTES];
        memcpy(mutated, text, sizeof(text));
        for (size_t changes = random_between(&random, 1, 3); changes > 0; changes--) {
            mutated[random_between(&random, 0, sizeof(text) - 2)] = (char)random_bits(&random);
        }
        const size_t size =
            random_once_in(&random, 2) ? random_between(&random, 0, sizeof(text) - 1) : sizeof(text) - 1;
        if (parse(mutated, size, &tuning, why) == CLPOOL_SUCCESS) {
            assert_true(tuning.count <= 3);
            tuning_free(&tuning);
        }
    }
}

static void the_head_is_for_its_own_device(void **state)
{
    (void)state;
    static const struct identity odd = {
        .platform_name = " A  B\t\n", .device_name = "caf\xc3\xa9 * #1  ", .driver_version = ""};
    char text[4 * IDENTITY_TEXT_BYTES];
    char why[TUNING_WHY_BYTES];
    struct tuning tuning;
    const size_t size = tuning_write_head(&odd, text, sizeof(text));
    assert_int_equal(size, strlen(text));
    (void)snprintf(text + size, sizeof(text) - size, RULE "end\n");
    if (tuning_parse(text, strlen(text), &odd, &tuning, why) != CLPOOL_SUCCESS) {
        fail_msg("'%s' is refused: %s", text, why);
    }
    tuning_free(&tuning);
    assert_int_equal(tuning_parse(text, strlen(text), &identity, &tuning, why), CLPOOL_UNSUPPORTED);
}

static void a_star_stands_for_any_text(void **state)
{
    (void)state;
    static const struct {
        const char *pattern;
        const char *text;
        bool matches;
    } rows[] = {
        {"", "", true},         {"", "a", false},    {"*", "", true},         {"*", "abc", true},
        {"a*", "abc", true},    {"*c", "abc", true}, {"a*c", "abc", true},    {"a*c", "ac", true},
        {"a*b", "abc", false},  {"a", "A", false},   {"*a*b*", "xaab", true}, {"*ab", "aab", true},
        {"*ab", "abaab", true}, {"**", "x", true},   {"a**", "a", true},      {"*a*a*a", "aa", false},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (tuning_matches(rows[i].pattern, rows[i].text) != rows[i].matches) {
            fail_msg("'%s' for '%s'", rows[i].pattern, rows[i].text);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_of_rules_are_read),           cmocka_unit_test(a_rule_keeps_its_strategy_and_its_place),
        cmocka_unit_test(what_is_wrong_with_a_file_is_said), cmocka_unit_test(everything_has_a_limit),
        cmocka_unit_test(damaged_files_are_no_files),        cmocka_unit_test(the_head_is_for_its_own_device),
        cmocka_unit_test(a_star_stands_for_any_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
