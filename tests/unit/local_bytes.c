/* SPDX-License-Identifier: Apache-2.0 */
/* For ci/gpu-static: local_bytes FAMILY OPTION... says of each kernel of a family of tiles, with the options that it is
 * built with, in groups of how many work-items it runs, how many rows each of them makes, and how many bytes of local
 * memory the host gives a group: where a plane is so large that no tile is cut short. */
#include "plan/settings.h"

#include <stdio.h>
#include <string.h>

enum { PLANE = 224, DEPTH = 32 };

/** The problem that options speak of: window, stride, dilation and dtype. */
static clpool_problem problem_of_options(char **options, int count)
{
    const size_t plane[] = {DEPTH, PLANE, PLANE};
    clpool_problem problem = clpool_problem_3d(1, 64, plane[0], plane[1], plane[2], 1, 1, 0);
    for (int i = 0; i < count; i++) {
        char word[16] = "";
        char axis = 'D';
        size_t value = 0;
        for (int id = CLPOOL_F32; id <= CLPOOL_I32; id++) {
            (void)snprintf(word, sizeof(word), "%s=1", dtype_find((clpool_dtype)id)->kernel_name);
            if (strncmp(options[i], "-DCLPOOL_DTYPE_", 15) == 0 && strcmp(options[i] + 15, word) == 0) {
                problem.dtype = (clpool_dtype)id;
            }
        }
        if (sscanf(options[i], "-DCLPOOL_%15[A-Z]_%c=%zu", word, &axis, &value) == 3) {
            size_t *const values = strcmp(word, "WINDOW") == 0     ? problem.kernel
                                   : strcmp(word, "STRIDE") == 0   ? problem.stride
                                   : strcmp(word, "DILATION") == 0 ? problem.dilation
                                                                   : NULL;
            if (values != NULL) {
                values[axis - 'D' == 0 ? 0 : axis == 'H' ? 1 : 2] = value;
            }
        }
    }
    return problem;
}

static void print_kernel(const struct choice *choice, const char *entry, enum tiling tiling,
                         const struct geometry *geometry)
{
    struct tile tile;
    const size_t group = choice->settings.value[PARAMETER_LAUNCH];
    const size_t outputs = choice->settings.value[PARAMETER_OUTPUTS];
    if (tile_make(tiling, geometry, group, outputs, TILE_LOCAL_BYTES, &tile)) {
        printf("%s %zu %zu %zu\n", entry, group, outputs,
               tile.local_bytes[0] + tile.local_bytes[1] + tile.local_bytes[2]);
    }
}

int main(int argc, char **argv)
{
    struct geometry geometry;
    const clpool_problem problem = problem_of_options(argv + 1, argc - 1);
    if (argc < 2 || geometry_from_problem(&problem, &geometry) != CLPOOL_SUCCESS) {
        (void)fprintf(stderr, "usage: local_bytes FAMILY OPTION...\n");
        return 2;
    }
    for (int op = CLPOOL_FORWARD; op <= (geometry.dtype->is_float ? CLPOOL_BACKWARD : CLPOOL_FORWARD); op++) {
        struct choice choice = {.strategy = NULL};
        for (size_t i = 0; (choice.strategy = strategy_at((clpool_op)op, i)) != NULL; i++) {
            const struct strategy *strategy = choice.strategy;
            if (strcmp(strategy->name, argv[1]) == 0 && strategy->tiling != TILING_NONE && strategy->takes(&geometry)) {
                choice.settings = settings_default(strategy, &geometry);
                print_kernel(&choice, strategy->entry, strategy->tiling, &geometry);
                print_kernel(&choice, strategy->other_entry, strategy->other_tiling, &geometry);
            }
        }
    }
    return 0;
}
