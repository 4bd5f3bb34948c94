/* SPDX-License-Identifier: Apache-2.0 */
#include "command.h"

#include <stdio.h>
#include <string.h>

#include "completion.h"
#include "output_file.h"
#include "report.h"

static const command *const command_table[] = {&command_devices, &command_forward, &command_backward, &command_unpool,
                                               &command_mask,    &command_compare, &command_bench,    &command_tune,
                                               &command_verify,  &command_image};
#define COMMANDS (sizeof(command_table) / sizeof(command_table[0]))

const command *command_at(size_t index)
{
    return index < COMMANDS ? command_table[index] : NULL;
}

const command *command_named(const char *name)
{
    size_t i;
    for (i = 0; i < COMMANDS && strcmp(name, command_table[i]->syntax.name) != 0; i++) {
    }
    return command_at(i);
}

static const char *word_of_command(size_t index)
{
    return index < COMMANDS ? command_table[index]->syntax.name : NULL;
}

static void print_usage(FILE *to)
{
    size_t i;
    (void)fputs("usage: clpool COMMAND ...\n"
                "Pooling for neural networks, on OpenCL devices and without them.\n\n",
                to);
    for (i = 0; i < COMMANDS; i++) {
        (void)fprintf(to, "  clpool %-10s %s\n", command_table[i]->syntax.name, command_table[i]->summary);
    }
    (void)fputs("\n"
                "clpool COMMAND --help says more about one of them; clpool --version prints the version.\n\n"
                "  clpool compare\n"
                "  clpool forward x.npy -o y.npy --mask mask.npy --kernel 3 --stride 2 --padding 1\n\n"
                "Exit status: 0 done, 1 a difference was found, 2 wrong usage or input, 3 device or OpenCL failure.\n",
                to);
}

static void print_version(void)
{
    int version = clpool_version();
    (void)printf("clpool %d.%d.%d\n", version / 10000, version / 100 % 100, version % 100);
}

static exit_code run_command(const command *found, int argc, char **argv)
{
    options given;
    exit_code code = options_parse(&found->syntax, argc, argv, &given);
    if (code == EXIT_DONE && given.help) {
        (void)fputs(found->help, stdout);
        return EXIT_DONE;
    }
    if (code == EXIT_DONE && given.json_file != NULL && strcmp(given.json_file, "-") == 0) {
        code = output_claim_stdout();
    }
    return code == EXIT_DONE ? found->run(&given) : code;
}

exit_code commands_main(int argc, char **argv)
{
    message what;
    const command *found;
    const char *name = argc > 1 ? argv[1] : NULL;
    if (name == NULL) {
        print_usage(stderr);
        return EXIT_BAD_INPUT;
    }
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0 || strcmp(name, "help") == 0) {
        print_usage(stdout);
        return EXIT_DONE;
    }
    if (strcmp(name, "--version") == 0) {
        print_version();
        return EXIT_DONE;
    }
    if (strcmp(name, COMPLETION_COMMAND) == 0) {
        return completion_print(argc - 2, argv + 2);
    }
    found = command_named(name);
    if (found != NULL) {
        return run_command(found, argc - 1, argv + 1);
    }
    message_set(&what, "unknown %s '%s'", name[0] == '-' ? "flag" : "command", name);
    word_suggest(&what, word_of_command, name, strlen(name));
    return report_error(EXIT_BAD_INPUT, "%s; see clpool --help", what.text);
}
