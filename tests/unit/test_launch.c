/* SPDX-License-Identifier: Apache-2.0 */
#include "device/launch.h"
#include "device/quirks.h"
#include "support/cmocka.h"

static void check_shape(size_t items, size_t group)
{
    const struct launch launch = launch_shape(items, group);
    const size_t launched = launch.global[0] * launch.global[1];
    assert_int_equal(launch.local[0], group);
    assert_int_equal(launch.local[1], 1);
    assert_int_equal(launch.global[0] % group, 0);
    assert_true(launch.global[0] <= LAUNCH_ROW_ITEMS || launch.global[0] == group);
    assert_true(launched >= items && launched > 0);
    assert_true(launched - items < launch.global[0]); /* less than a row too many */
}

static void a_launch_covers_its_items_with_less_than_a_row_to_spare(void **state)
{
    (void)state;
    const size_t groups[] = {1, 3, 64, 100, 1024};
    const size_t items[] = {1,
                            2,
                            63,
                            64,
                            65,
                            1000000,
                            LAUNCH_ROW_ITEMS - 1,
                            LAUNCH_ROW_ITEMS,
                            LAUNCH_ROW_ITEMS + 1,
                            3 * LAUNCH_ROW_ITEMS + 17,
                            (size_t)1 << 40};
    for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++) {
        for (size_t j = 0; j < sizeof(items) / sizeof(items[0]); j++) {
            check_shape(items[j], groups[i]);
        }
    }
}

static void no_item_launches_one_group(void **state)
{
    (void)state;
    const struct launch launch = launch_shape(0, 64);
    assert_int_equal(launch.global[0], 64);
    assert_int_equal(launch.global[1], 1);
}

static void quirks_are_found_by_the_start_of_a_name(void **state)
{
    (void)state;
    assert_int_equal(quirk_loop_limit("llvmpipe (LLVM 15.0.6, 256 bits)"), 65535);
    assert_true(quirk_loop_limit("pthread-skylake") == SIZE_MAX);
    assert_true(quirk_loop_limit("") == SIZE_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_launch_covers_its_items_with_less_than_a_row_to_spare),
        cmocka_unit_test(no_item_launches_one_group),
        cmocka_unit_test(quirks_are_found_by_the_start_of_a_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
