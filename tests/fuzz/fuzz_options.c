/* SPDX-License-Identifier: Apache-2.0 */
/* The arguments of a command: the first byte says which of them, the rest are its arguments, a line each. */
#include "target.h"

#include "bench_cases.h"
#include "command.h"

enum { MOST_ARGUMENTS = 64 };

/** The problem that the flags make of x; all of a command that depends on nothing but them. */
static void use_pooling(const options *given)
{
    static const size_t own_shape[] = {2, 3, 8, 9};
    const unsigned rank = given->shape.count > 0 ? given->shape.count : 4;
    const size_t *of_x = given->shape.count > 0 ? given->shape.values : own_shape;
    const clpool_dtype dtype = given->pool.has_dtype ? given->pool.dtype : CLPOOL_F32;
    size_t shape[CLPOOL_MAX_RANK + 2];
    clpool_problem problem;
    if (pooling_check_strategy(&given->pool, RUNS_FORWARD | RUNS_BACKWARD | RUNS_UNPOOL) == EXIT_DONE &&
        pooling_problem(&given->pool, "x.npy", dtype, rank, of_x, &problem) == EXIT_DONE) {
        REQUIRE(clpool_problem_check(&problem) == CLPOOL_SUCCESS);
        REQUIRE(problem_x_shape(&problem, shape) == rank && problem_y_shape(&problem, shape) == rank);
        (void)problem_mask_shape(&problem, shape);
        (void)problem_mask_dtype(&problem);
    }
}

static void use_cases(const options *given)
{
    bench_cases cases;
    if (bench_cases_make(given, &cases) == EXIT_DONE) {
        REQUIRE(cases.count > 0);
        for (size_t i = 0; i < cases.count; i++) {
            REQUIRE(clpool_problem_check(&cases.list[i].problem) == CLPOOL_SUCCESS);
        }
        bench_cases_free(&cases);
    }
}

static void use_options(const command_syntax *syntax, const options *given)
{
    if ((syntax->flags & FLAGS_POOL) != 0) {
        use_pooling(given);
    }
    if ((syntax->flags & FLAGS_BENCH) != 0) {
        use_cases(given);
    }
}

/** Cuts lines off, each to memory of its own; returns how many there are. */
static int split(const char *text, size_t size, char *arguments[MOST_ARGUMENTS + 1])
{
    int count = 0;
    while (size > 0 && count < MOST_ARGUMENTS) {
        const char *feed = memchr(text, '\n', size);
        const size_t length = feed == NULL ? size : (size_t)(feed - text);
        arguments[count] = malloc(length + 1);
        REQUIRE(arguments[count] != NULL);
        memcpy(arguments[count], text, length);
        arguments[count++][length] = '\0';
        text += length + (feed != NULL);
        size -= length + (feed != NULL);
    }
    arguments[count] = NULL;
    return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char name[] = "command";
    char *kept[MOST_ARGUMENTS + 1];
    char *arguments[MOST_ARGUMENTS + 2] = {name};
    options given;
    size_t commands = 0;
    if (size == 0) {
        return 0;
    }
    while (command_at(commands) != NULL) {
        commands++;
    }
    const command_syntax *syntax = &command_at(data[0] % commands)->syntax;
    const int count = split((const char *)data + 1, size - 1, kept);
    memcpy(arguments + 1, kept, sizeof(*kept) * ((size_t)count + 1)); /* which getopt_long() puts in another order */
    if (options_parse(syntax, count + 1, arguments, &given) == EXIT_DONE && !given.help) {
        use_options(syntax, &given);
    }
    for (int i = 0; i < count; i++) {
        free(kept[i]);
    }
    return 0;
}
