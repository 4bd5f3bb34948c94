/* SPDX-License-Identifier: Apache-2.0 */
#include "outlook.h"

static const char *strategy_for(const target *on, const clpool_problem *problem, clpool_op op)
{
    const char *name = NULL;
    return clpool_engine_strategy(on->engine, problem, op, &name, NULL) == CLPOOL_SUCCESS ? name : NULL;
}

static clpool_problem channels_last(clpool_problem problem)
{
    problem.layout = CLPOOL_CHANNELS_LAST;
    return problem;
}

static clpool_problem average(clpool_problem problem)
{
    problem.mode = CLPOOL_AVERAGE;
    return problem;
}

void outlook_make(const target *on, outlook_row rows[OUTLOOK_POOLINGS])
{
    static const size_t plane[] = {7, 7};
    const struct {
        const char *pooling;
        clpool_problem problem;
    } table[OUTLOOK_POOLINGS] = {
        {"max 2x2, stride 2", clpool_problem_2d(8, 64, 112, 112, 2, 2, 0)},
        {"max 3x3, stride 2", clpool_problem_2d(8, 64, 112, 112, 3, 2, 1)},
        {"max 3x3, stride 1", clpool_problem_2d(8, 64, 56, 56, 3, 1, 1)},
        {"max 13x13, stride 1", clpool_problem_2d(8, 64, 56, 56, 13, 1, 6)},
        {"max over planes of 7x7", clpool_problem_global(2, 8, 512, plane)},
        {"max 2x2x2, stride 2", clpool_problem_3d(1, 32, 32, 64, 64, 2, 2, 0)},
        {"max 2x2, stride 2, nhwc", channels_last(clpool_problem_2d(8, 64, 112, 112, 2, 2, 0))},
        {"max 3x3, stride 2, nhwc", channels_last(clpool_problem_2d(8, 64, 112, 112, 3, 2, 1))},
        {"avg 3x3, stride 2", average(clpool_problem_2d(8, 64, 112, 112, 3, 2, 1))},
    };
    size_t i;
    for (i = 0; i < OUTLOOK_POOLINGS; i++) {
        rows[i].pooling = table[i].pooling;
        rows[i].forward = strategy_for(on, &table[i].problem, CLPOOL_FORWARD);
        rows[i].backward = strategy_for(on, &table[i].problem, CLPOOL_BACKWARD);
    }
}

bool outlook_has_dtype(const target *on, clpool_dtype dtype)
{
    clpool_problem problem = clpool_problem_2d(1, 1, 8, 8, 2, 2, 0);
    problem.dtype = dtype;
    return strategy_for(on, &problem, CLPOOL_FORWARD) != NULL;
}
