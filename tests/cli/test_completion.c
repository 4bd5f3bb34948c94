/* SPDX-License-Identifier: Apache-2.0 */
/* What `clpool complete` offers to shells, and what the command suggests for words that it does not know. */
#include "support/cmocka.h"

#include <string.h>

#include "sandbox.h"
#include "words.h"

/* The words that were offered, each with a blank before and behind it. */
static void read_words(const struct run *run, char *words, size_t size)
{
    const char *line = run->out;
    size_t used = 1;
    words[0] = ' ';
    while (*line != '\0') {
        const size_t length = strcspn(line, "\t\n");
        assert_true(used + length + 2 < size);
        memcpy(words + used, line, length);
        used += length;
        words[used++] = ' ';
        line += strcspn(line, "\n");
        line += *line == '\n' ? 1 : 0;
    }
    words[used] = '\0';
}

static void assert_offered(const char *expected, const char *one, const char *two, const char *three)
{
    struct run run;
    char words[4096];
    sandbox_run(&run, "complete", one, two, three, NULL);
    assert_run(&run, 0, NULL, NULL);
    read_words(&run, words, sizeof(words));
    assert_string_equal(words, expected);
}

static void commands_come_first(void **state)
{
    (void)state;
    assert_offered(" backward bench ", "b", NULL, NULL);
    assert_offered(" --help --version ", "--", NULL, NULL);
    assert_offered(" devices forward backward unpool mask compare bench tune verify image --help --version ", "", NULL,
                   NULL);
    assert_offered(" ", "nonsense", "--", NULL);
}

static void flags_are_those_of_the_command(void **state)
{
    (void)state;
    assert_offered(" --stride --strategy ", "forward", "--str", NULL);
    assert_offered(" --stride --strategy --svg --suite ", "bench", "--s", NULL);
    assert_offered(" --help --json ", "devices", "", NULL);
    assert_offered(" --backward ", "unpool", "--b", NULL);
    assert_offered(" ", "backward", "--b", NULL);
    assert_offered(" --dtype ", "bench", "--dt", NULL); /* of two flags of that name the one that it has */
    assert_offered(" ", "devices", "--kernel", NULL);
}

static void values_are_the_words_that_a_flag_takes(void **state)
{
    (void)state;
    assert_offered(" nchw nhwc ", "forward", "--layout", "");
    assert_offered(" global_max global_avg global_lp ", "forward", "--mode", "global");
    assert_offered(" bf16 ", "forward", "--dtype", "");
    assert_offered(" f32 f64 f16 ", "bench", "--dtype", "f");
    assert_offered(" vgg,resnet ", "bench", "--suite", "vgg,re");
    assert_offered(" forward,backward ", "bench", "--op", "forward,b");
    assert_offered(" auto all ", "forward", "--device", "a");
    assert_offered(" ", "forward", "--mode", "max,"); /* no list */
    assert_offered(" ", "forward", "--kernel", "");
}

static void files_are_left_to_the_shell(void **state)
{
    (void)state;
    assert_offered(" :files ", "forward", "", NULL);
    assert_offered(" :files ", "forward", "-o", "");
    assert_offered(" :files ", "compare", "--json", "r");
}

static const char *some_words(size_t index)
{
    static const char *const words[] = {"max", "global_max", "resnet",
                                        "a very long word that has more than 31 letters"};
    return index < sizeof(words) / sizeof(words[0]) ? words[index] : NULL;
}

static void the_nearest_word_is_suggested_if_it_is_near(void **state)
{
    static const struct {
        const char *text, *meant;
    } rows[] = {
        {"mxa", "max"},
        {"maxx", "max"},
        {"ma", "max"},
        {"glboal_max", "global_max"},
        {"reset", "resnet"},
        {"renset", "resnet"},
        {"globalmax", "global_max"},
        {"", NULL},
        {"m", NULL},
        {"lp", NULL},
        {"vgg", NULL},
        {"something else", NULL},
        {"a very long word that has more than 31 letters, and then some",
         "a very long word that has more than 31 letters"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *meant = word_nearest(some_words, rows[i].text, strlen(rows[i].text));
        if (rows[i].meant == NULL) {
            assert_null(meant);
        } else {
            assert_non_null(meant);
            assert_string_equal(meant, rows[i].meant);
        }
    }
}

static void errors_name_what_was_meant(void **state)
{
    struct run run;
    (void)state;
    sandbox_run(&run, "bnech", NULL);
    assert_run(&run, 2, NULL, "unknown command 'bnech' (did you mean 'bench'?)");
    sandbox_run(&run, "forward", "x.npy", "--kernl", "2", NULL);
    assert_run(&run, 2, NULL, "unknown flag '--kernl' (did you mean '--kernel'?)");
    sandbox_run(&run, "forward", "x.npy", "--svg=3", NULL);
    assert_run(&run, 2, NULL, "clpool forward does not take '--svg', which other commands have");
    sandbox_run(&run, "forward", "x.npy", "--mode", "maxx", NULL);
    assert_run(&run, 2, NULL, "(did you mean 'max'?)");
    sandbox_run(&run, "bench", "--suite", "vgg,reset", NULL);
    assert_run(&run, 2, NULL, "(did you mean 'resnet'?)");
    sandbox_run(&run, "forward", "x.npy", "--stride", NULL);
    assert_run(&run, 2, NULL, "flag '--stride' needs a value: 2,2");
    sandbox_run(&run, "forward", "x.npy", "--nonsense", NULL);
    assert_run(&run, 2, NULL, "unknown flag '--nonsense'; see clpool forward --help");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, sandbox_enter, sandbox_leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(commands_come_first),
        TEST(flags_are_those_of_the_command),
        TEST(values_are_the_words_that_a_flag_takes),
        TEST(files_are_left_to_the_shell),
        TEST(the_nearest_word_is_suggested_if_it_is_near),
        TEST(errors_name_what_was_meant),
    };
    return cmocka_run_group_tests(tests, sandbox_hide_platforms, sandbox_remove_folder);
}
