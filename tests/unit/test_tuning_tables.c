/* SPDX-License-Identifier: Apache-2.0 */
/* The tables of tuning/: each is a tuning file, whichever device it is for, and its rules name what there is. */
#include "device/tuning_file.h"
#include "plan/settings.h"
#include "support/cmocka.h"

#include <stdlib.h>

extern const unsigned char *const tuning_tables[];

/** The text without the lines that say for which devices it is, for the caller to free. */
static char *for_any_device(const char *text)
{
    static const char *const heads[] = {"platform", "device", "driver", "type"};
    char *any = calloc(strlen(text) + 1, 1);
    assert_non_null(any);
    for (const char *line = text; *line != '\0';) {
        const size_t length = strcspn(line, "\n") + (strchr(line, '\n') != NULL);
        int is_head = 0;
        for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
            is_head = is_head || strncmp(line, heads[i], strlen(heads[i])) == 0;
        }
        if (!is_head) {
            (void)strncat(any, line, length);
        }
        line += length;
    }
    return any;
}

/** Whether some row of the operation has the name and the parameters' values. */
static int names_what_there_is(clpool_op op, const char *text)
{
    const struct strategy *strategy = NULL;
    const size_t length = strcspn(text, ":");
    for (size_t i = 0; (strategy = strategy_at(op, i)) != NULL; i++) {
        struct settings settings = {{0}};
        if (strlen(strategy->name) == length && strncmp(strategy->name, text, length) == 0 &&
            (text[length] == '\0' || settings_parse(strategy, text + length + 1, &settings) == CLPOOL_SUCCESS)) {
            return 1;
        }
    }
    return strcmp(text, TUNING_DEFAULT) == 0;
}

static void check_rules(const char *text, size_t table)
{
    static const struct identity nobody = {.type = CL_DEVICE_TYPE_CPU};
    char why[TUNING_WHY_BYTES];
    struct tuning tuning;
    if (tuning_parse(text, strlen(text), &nobody, &tuning, why) != CLPOOL_SUCCESS) {
        fail_msg("table %zu: %s", table, why);
    }
    assert_true(tuning.count > 0);
    for (size_t i = 0; i < tuning.count; i++) {
        if (!names_what_there_is(tuning.rules[i].profile.op, tuning.rules[i].strategy)) {
            fail_msg("table %zu: there is no '%s'", table, tuning.rules[i].strategy);
        }
    }
    tuning_free(&tuning);
}

static void every_table_is_a_tuning_file(void **state)
{
    (void)state;
    for (size_t i = 0; tuning_tables[i] != NULL; i++) {
        const char *text = (const char *)tuning_tables[i];
        char *any = for_any_device(text);
        assert_string_not_equal(any, text); /* a table that is for every device is an order of strategies */
        check_rules(any, i);
        free(any);
    }
}

static void the_check_sees_what_there_is_not(void **state)
{
    (void)state;
    char *any = for_any_device("clpool tuning 1\ndevice a\nplatform b\n# c\nend");
    assert_string_equal(any, "clpool tuning 1\n# c\nend");
    free(any);
    assert_true(names_what_there_is(CLPOOL_FORWARD, "generic:group=64"));
    assert_true(names_what_there_is(CLPOOL_FORWARD, "default"));
    assert_false(names_what_there_is(CLPOOL_FORWARD, "generic:group=63"));
    assert_false(names_what_there_is(CLPOOL_FORWARD, "magic"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_table_is_a_tuning_file),
        cmocka_unit_test(the_check_sees_what_there_is_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
