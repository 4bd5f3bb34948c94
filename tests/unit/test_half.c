/* SPDX-License-Identifier: Apache-2.0 */
/* The 16-bit float types: every value there and back, and rounding between each pair of neighbours. */
#include "base/half.h"
#include "support/cmocka.h"

#include <math.h>

enum { HALF_INFINITY = 0x7c00, BFLOAT_INFINITY = 0x7f80, SIGN = 0x8000 };

static void every_value_comes_back(void **state)
{
    (void)state;
    for (unsigned bits = 0; bits <= HALF_INFINITY; bits++) {
        assert_int_equal(half_from_float(half_to_float((uint16_t)bits)), bits);
        assert_int_equal(half_from_float(half_to_float((uint16_t)(bits | SIGN))), bits | SIGN);
    }
    for (unsigned bits = 0; bits <= BFLOAT_INFINITY; bits++) {
        assert_int_equal(bfloat_from_float(bfloat_to_float((uint16_t)bits)), bits);
        assert_int_equal(bfloat_from_float(bfloat_to_float((uint16_t)(bits | SIGN))), bits | SIGN);
    }
}

/** Halfway between two neighbours the even one wins; next to halfway, the nearer one. */
static void check_rounding(unsigned bits, float (*widen)(uint16_t), uint16_t (*narrow)(float))
{
    const double below = (double)widen((uint16_t)bits);
    const double above = (double)widen((uint16_t)(bits + 1));
    const float middle = (float)((below + above) / 2);
    assert_int_equal(narrow(middle), bits + (bits & 1));
    assert_int_equal(narrow(nextafterf(middle, INFINITY)), bits + 1);
    assert_int_equal(narrow(nextafterf(middle, 0)), bits);
}

static void values_between_are_rounded_to_nearest_even(void **state)
{
    (void)state;
    for (unsigned bits = 0; bits + 1 < HALF_INFINITY; bits++) {
        check_rounding(bits, half_to_float, half_from_float);
    }
    for (unsigned bits = 0; bits + 1 < BFLOAT_INFINITY; bits++) {
        check_rounding(bits, bfloat_to_float, bfloat_from_float);
    }
}

static void the_greatest_round_to_infinity_and_nan_is_one(void **state)
{
    (void)state;
    assert_int_equal(half_from_float(65519.0f), HALF_INFINITY - 1);
    assert_int_equal(half_from_float(65520.0f), HALF_INFINITY);
    assert_int_equal(half_from_float(-1e30f), HALF_INFINITY | SIGN);
    assert_int_equal(bfloat_from_float(3.4e38f), BFLOAT_INFINITY);
    assert_int_equal(half_from_float(-NAN), 0x7e00);
    assert_int_equal(bfloat_from_float(-NAN), 0x7fc0);
    assert_true(isnan(half_to_float(0x7c01)) && isnan(bfloat_to_float(0xffff)));
}

static void known_values_have_known_bits(void **state)
{
    (void)state;
    assert_true(half_to_float(0x3c00) == 1.0f && half_to_float(0x0001) == 0x1p-24f &&
                half_to_float(0xfbff) == -65504.0f);
    assert_true(bfloat_to_float(0x3f80) == 1.0f && bfloat_to_float(0x0001) == 0x1p-133f);
    assert_true(half_to_float(HALF_INFINITY) == INFINITY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_value_comes_back),
        cmocka_unit_test(values_between_are_rounded_to_nearest_even),
        cmocka_unit_test(the_greatest_round_to_infinity_and_nan_is_one),
        cmocka_unit_test(known_values_have_known_bits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
