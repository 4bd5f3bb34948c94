/* SPDX-License-Identifier: Apache-2.0 */
#include "plan/tiles.h"
#include "support/cmocka.h"
#include "support/problems.h"

static struct geometry geometry_of(const clpool_problem *problem)
{
    struct geometry geometry;
    assert_success(geometry_from_problem(problem, &geometry));
    return geometry;
}

/** As kernels/cells.cl has it. */
static uint32_t quotient(uint32_t number, uint32_t inverse)
{
    return (uint32_t)((uint64_t)(number << 1) * inverse >> 32);
}

static void check_quotients(int32_t divisor, uint32_t inverse)
{
    for (uint32_t i = 0; i <= 32768; i++) {
        assert_int_equal(quotient(i, inverse), i / (uint32_t)divisor);
    }
}

/** Work-items of a tile fit in the group, and its arrays in local memory; tiles cover all elements. */
static void check_tile(enum tiling tiling, const clpool_problem *problem, size_t group, size_t outputs, size_t bytes)
{
    struct tile tile;
    const struct geometry geometry = geometry_of(problem);
    assert_true(tile_make(tiling, &geometry, group, outputs, bytes, &tile));
    const size_t columns = (size_t)tile.items[0];
    const size_t rows = (size_t)tile.items[1];
    const size_t slices = (size_t)tile.items[2];
    const bool makes_y = tiling == TILING_FORWARD || tiling == TILING_LARGE;
    assert_true(columns * rows <= (size_t)tile.items[3] && (size_t)tile.items[3] * slices <= group);
    assert_true(tile.local_bytes[0] + tile.local_bytes[1] + tile.local_bytes[2] <= bytes);
    assert_true(tile.tiles[0] * columns >= (makes_y ? geometry.axis[2].out : geometry.axis[2].in));
    assert_true(tile.tiles[1] * rows * outputs >= (makes_y ? geometry.axis[1].out : geometry.axis[1].in));
    assert_true(tile.count * slices >= tile.tiles[0] * tile.tiles[1] * tile.tiles[2]);
    assert_int_equal(tile.cells[2] * tile.cells[0] + tile.cells[3], tile.items[3]);
    check_quotients(tile.items[0], tile.inverse[0]);
    check_quotients(tile.items[3], tile.inverse[1]);
    check_quotients(tile.cells[0], tile.inverse[2]);
    check_quotients(tile.sources[0], tile.inverse[3]);
}

static void tiles_cover_the_problem_and_fit_in_local_memory(void **state)
{
    (void)state;
    const clpool_problem problems[] = {
        clpool_problem_2d(2, 3, 1, 1, 1, 1, 0),       clpool_problem_2d(2, 300, 7, 7, 3, 1, 1),
        clpool_problem_2d(8, 64, 112, 112, 3, 2, 1),  clpool_problem_2d(1, 512, 13, 13, 13, 1, 6),
        clpool_problem_2d(1, 16, 255, 255, 35, 1, 0), clpool_problem_1d(1, 2, 9000, 500, 1, 0),
    };
    const size_t groups[] = {1, 7, 64, 256};
    for (size_t i = 0; i < sizeof(problems) / sizeof(problems[0]); i++) {
        for (size_t j = 0; j < sizeof(groups) / sizeof(groups[0]); j++) {
            check_tile(TILING_FORWARD, &problems[i], groups[j], 1, 32768);
            check_tile(TILING_FORWARD, &problems[i], groups[j], 4, 16384 + 8192);
            check_tile(TILING_BACKWARD, &problems[i], groups[j], 2, 12345);
        }
    }
}

static void a_window_too_large_for_local_memory_has_no_tile(void **state)
{
    (void)state;
    struct tile tile;
    const clpool_problem problem = clpool_problem_2d(1, 1, 300, 300, 100, 1, 0);
    const struct geometry geometry = geometry_of(&problem);
    assert_false(tile_make(TILING_FORWARD, &geometry, 1, 1, 32768, &tile));
    assert_false(tile_make(TILING_RECOMPUTE, &geometry, 256, 1, SIZE_MAX, &tile));
}

/** A compute unit of AMD's has 64 KiB for 2560 work-items: half of them, in groups of 256, leave a group 12.8 KiB. */
static void thrifty_tiles_leave_room_for_half_of_the_work_items(void **state)
{
    (void)state;
    const clpool_problem problem = clpool_problem_2d(8, 64, 112, 112, 3, 1, 1);
    const struct geometry geometry = geometry_of(&problem);
    for (size_t outputs = 1; outputs <= 8; outputs *= 2) {
        struct tile tile;
        assert_true(tile_make(TILING_FORWARD, &geometry, 256, outputs, 32768, &tile));
        assert_true(!tile_is_thrifty(TILING_FORWARD, &geometry, 256, outputs) || tile.local_bytes[0] <= 65536 / 5);
    }
    assert_true(tile_is_thrifty(TILING_FORWARD, &geometry, 256, 4));
    assert_false(tile_is_thrifty(TILING_FORWARD, &geometry, 256, 8));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tiles_cover_the_problem_and_fit_in_local_memory),
        cmocka_unit_test(a_window_too_large_for_local_memory_has_no_tile),
        cmocka_unit_test(thrifty_tiles_leave_room_for_half_of_the_work_items),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
