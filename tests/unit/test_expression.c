/* SPDX-License-Identifier: Apache-2.0 */
/* Which expressions are taken, what becomes of them, and that nothing but an expression comes through. */
#include "problem/expression.h"
#include "support/cmocka.h"

#include <string.h>

static char text[EXPRESSION_TEXT_BYTES];

static clpool_status translate(const char *expression)
{
    return expression_translate("load_expression", expression, 2, false, text);
}

static void numbers_get_the_type_of_x(void **state)
{
    (void)state;
    assert_success(translate("x * 2 + 0.5f - .25 / 1.F + 1e3 + 2.5e-2f"));
    assert_string_equal(text, "x * (clpool_x)(2.0f) + (clpool_x)(0.5f) - (clpool_x)(.25f) / (clpool_x)(1.f) + "
                              "(clpool_x)(1e3f) + (clpool_x)(2.5e-2f)");
    assert_success(expression_translate("store_expression", "fmax(x, 0.0f)", 0, true, text));
    assert_string_equal(text, "fmax(x, (clpool_x)(0.0))");
}

static void parameters_are_those_that_there_are(void **state)
{
    (void)state;
    assert_success(translate("x * p0 + p1"));
    assert_string_equal(text, "x * CLPOOL_PARAMETER(0) + CLPOOL_PARAMETER(1)");
    assert_fails(translate("x * p2"), CLPOOL_INVALID_ARGUMENT,
                 "load_expression names 'p2' at byte 4, and parameter_count is 2");
    assert_fails(translate("x * p00"), CLPOOL_INVALID_ARGUMENT, "names 'p00'");
    assert_fails(translate("x * p10"), CLPOOL_INVALID_ARGUMENT, "names 'p10'");
}

static void what_is_no_expression_of_numbers_is_refused(void **state)
{
    (void)state;
    static const char *const refused[] = {
        "x); y[0] = (x", "x;",    "x = 1",  "x += 1", "x++",      "--x",       "x # 1", "x /* y */", "x // y",
        "\"x\"",         "'x'",   "x\n+ 1", "x\\\n",  "x\t",      "x[0]",      "{x}",   "&x",        "x | 1",
        "x ^ 1",         "~x",    "x % 2",  "x >> 1", "x << 1",   "x <: 0 :>", "x.s0",  "x->y",      "x @ 1",
        "x $ 1",         "x ` 1", "?\?(x",  "x ::y",  "\xc3\xa9", "",          "  ",    "(x",        "x)",
        ")x(",           "((x)",  "1.2.3",  "0x10",   "1e",       "2x",        "1f2",   "x.y",       "1 .f",
    };
    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        const clpool_status status = translate(refused[i]);
        if (status != CLPOOL_INVALID_ARGUMENT) {
            fail_msg("taken: %s", refused[i]);
        }
        assert_non_null(strstr(clpool_error_detail(), "load_expression"));
    }
}

static void names_are_x_parameters_and_functions_of_elements(void **state)
{
    (void)state;
    static const char *const refused[] = {
        "get_global_id(0)", "dot(x, x)",    "length(x)",   "printf(x)", "barrier(1)", "x0",        "y",
        "clpool_x",         "fusion",       "sizeof(x)",   "(float)x",  "(int)(x)",   "as_int(x)", "select(x)",
        "any(x)",           "vload4(0, x)", "CLPOOL_RELU", "__asm",     "asm(x)",     "goto x",    "x ? y : z",
        "native_exp(x)",    "mad(x,x,x)",   "X",           "_x",        "fmaxx(x)",   "fma_(x)",   "return x",
        "float16",          "while(x)",
    };
    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        const clpool_status status = translate(refused[i]);
        if (status != CLPOOL_INVALID_ARGUMENT || strstr(clpool_error_detail(), "names '") == NULL) {
            fail_msg("%s: %s", refused[i], clpool_error_detail());
        }
    }
    assert_success(translate("fma(x, p0, clamp(tanh(x) * isnan(x), -1, 1))"));
    assert_success(translate("x >= 0 && !(x == 1) || x != 2 ? x <= 3 : -x"));
}

static void length_and_depth_have_limits(void **state)
{
    (void)state;
    char expression[CLPOOL_MAX_EXPRESSION_BYTES + 2];
    memset(expression, '1', sizeof(expression));
    for (size_t i = 1; i < sizeof(expression); i += 2) {
        expression[i] = '+';
    }
    expression[CLPOOL_MAX_EXPRESSION_BYTES - 1] = '1';
    expression[CLPOOL_MAX_EXPRESSION_BYTES] = '\0';
    assert_success(translate(expression));
    for (size_t i = 0; i + 2 < CLPOOL_MAX_EXPRESSION_BYTES; i += 3) {
        memcpy(expression + i, "p0+", 3);
    }
    assert_success(translate(expression));
    assert_true(strlen(text) < EXPRESSION_TEXT_BYTES);
    expression[CLPOOL_MAX_EXPRESSION_BYTES] = '1';
    expression[CLPOOL_MAX_EXPRESSION_BYTES + 1] = '\0';
    assert_fails(translate(expression), CLPOOL_INVALID_ARGUMENT, "load_expression has 513 bytes; at most 512");
    assert_success(translate("((((((((((((((((((((((((((((((((x))))))))))))))))))))))))))))))))"));
    assert_fails(translate("(((((((((((((((((((((((((((((((((x)))))))))))))))))))))))))))))))))"),
                 CLPOOL_INVALID_ARGUMENT, "more than 32 parentheses");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_get_the_type_of_x),
        cmocka_unit_test(parameters_are_those_that_there_are),
        cmocka_unit_test(what_is_no_expression_of_numbers_is_refused),
        cmocka_unit_test(names_are_x_parameters_and_functions_of_elements),
        cmocka_unit_test(length_and_depth_have_limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
