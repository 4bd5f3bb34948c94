/* SPDX-License-Identifier: Apache-2.0 */
/* The cases.json of golden cases, as verify reads it. */
#include "target.h"

#include "golden.h"
#include "pooling.h"

/** What verify asks of a case before it reads the arrays. */
static void use_case(const golden_case *of)
{
    size_t shape[CLPOOL_MAX_RANK + 2];
    size_t bytes = 0;
    REQUIRE(strchr(of->name, '/') == NULL);
    REQUIRE(clpool_problem_check(&of->problem) == CLPOOL_SUCCESS);
    REQUIRE(problem_x_shape(&of->problem, shape) == problem_y_shape(&of->problem, shape));
    REQUIRE(clpool_tensor_bytes(&of->problem, CLPOOL_X, &bytes) == CLPOOL_SUCCESS);
    REQUIRE(clpool_tensor_bytes(&of->problem, CLPOOL_Y, &bytes) == CLPOOL_SUCCESS);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    golden opened;
    if (golden_take("folder", "folder/cases.json", data, size, &opened) == EXIT_DONE) {
        for (size_t i = 0; i < opened.count; i++) {
            use_case(&opened.cases[i]);
        }
        REQUIRE(opened.skip_kinds <= GOLDEN_SKIPS);
        for (size_t i = 0; i < opened.skip_kinds; i++) {
            REQUIRE(opened.skips[i].count > 0 && strlen(opened.skips[i].kind) < sizeof(opened.skips[i].kind));
        }
    }
    golden_close(&opened);
    return 0;
}
