/* SPDX-License-Identifier: Apache-2.0 */
/* What pages and drawings are made of: escaped text, base 64, and logarithmic axes. */
#include "support/cmocka.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "log_scale.h"
#include "markup.h"

/* Ends the text, so that it can be compared. */
static const char *made(markup *of)
{
    markup_add(of, "", 1);
    assert_false(of->out_of_memory);
    return of->text;
}

static void text_from_elsewhere_is_no_markup(void **state)
{
    static const struct {
        const char *text, *wanted;
    } rows[] = {
        {"", ""},
        {"x.npy", "x.npy"},
        {"<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"},
        {"a & b", "a &amp; b"},
        {"&lt;", "&amp;lt;"},
        {"\" onload='x'", "&quot; onload=&#39;x&#39;"},
        {"tab\tbell\a", "tab bell "},
    };
    size_t i;
    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        markup to = {.text = NULL};
        markup_escape(&to, rows[i].text);
        assert_string_equal(made(&to), rows[i].wanted);
        markup_free(&to);
    }
}

static void what_is_no_utf8_becomes_a_question_mark(void **state)
{
    static const struct {
        const char *text, *wanted;
    } rows[] = {
        {"\xc3\xa4\xe2\x82\xac\xf0\x9f\x90\x88", "\xc3\xa4\xe2\x82\xac\xf0\x9f\x90\x88"},
        {"cut \xe2\x82", "cut ??"},
        {"\xff<", "?&lt;"},
        {"\x80", "?"},
        {"\xc0\xaf", "??"},           /* a slash in two bytes */
        {"\xe0\x80\xaf", "???"},      /* a slash in three bytes */
        {"\xed\xa0\x80", "???"},      /* half of a surrogate pair */
        {"\xf4\x90\x80\x80", "????"}, /* past the last character */
        {"\xf0\x80\x80\xaf", "????"}, /* a slash in four bytes */
        {"\xf5\x80\x80\x80", "????"},
        {"\xc3<", "?&lt;"},
    };
    size_t i;
    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        markup to = {.text = NULL};
        markup_escape(&to, rows[i].text);
        assert_string_equal(made(&to), rows[i].wanted);
        markup_free(&to);
    }
}

/* The vectors of RFC 4648. */
static void base64_is_that_of_the_rfc(void **state)
{
    static const struct {
        const char *bytes, *wanted;
    } rows[] = {
        {"", ""},
        {"f", "Zg=="},
        {"fo", "Zm8="},
        {"foo", "Zm9v"},
        {"foob", "Zm9vYg=="},
        {"fooba", "Zm9vYmE="},
        {"foobar", "Zm9vYmFy"},
        {"\xfb\xff\xbf", "+/+/"},
    };
    size_t i;
    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        markup to = {.text = NULL};
        markup_base64(&to, (const unsigned char *)rows[i].bytes, strlen(rows[i].bytes));
        assert_string_equal(made(&to), rows[i].wanted);
        markup_free(&to);
    }
}

static void a_long_text_is_kept_whole(void **state)
{
    const size_t size = 300000;
    char *text = malloc(size + 1);
    markup to = {.text = NULL};
    (void)state;
    assert_non_null(text);
    memset(text, 'x', size);
    text[size] = '\0';
    markup_put(&to, "<%s>", text);
    markup_add(&to, text, size);
    assert_int_equal(to.length, 2 * size + 2);
    assert_memory_equal(to.text + 1, text, size);
    assert_memory_equal(to.text + size + 2, text, size);
    markup_free(&to);
    free(text);
}

static void an_axis_spans_whole_powers_of_ten(void **state)
{
    log_scale scale = log_scale_empty(100, 0);
    char text[BYTE_LABEL_BYTES];
    (void)state;
    log_scale_cover(&scale, 0);
    log_scale_cover(&scale, -1);
    log_scale_cover(&scale, (double)INFINITY);
    assert_true(scale.low > scale.high);
    log_scale_cover(&scale, 20);
    log_scale_cover(&scale, 3000);
    log_scale_settle(&scale);
    assert_int_equal(scale.low, 1);
    assert_int_equal(scale.high, 4);
    assert_true(log_scale_place(&scale, 10) == 100);
    assert_true(log_scale_place(&scale, 10000) == 0);
    assert_string_equal(byte_label(0, text), "1 B");
    assert_string_equal(byte_label(7, text), "10 MB");
    assert_string_equal(byte_label(15, text), "1000 TB");
}

static void an_axis_of_nothing_has_an_extent(void **state)
{
    log_scale none = log_scale_empty(0, 1), one = none;
    (void)state;
    log_scale_settle(&none);
    assert_true(none.low < none.high);
    log_scale_cover(&one, 100);
    log_scale_settle(&one);
    assert_int_equal(one.low, 2);
    assert_int_equal(one.high, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_from_elsewhere_is_no_markup),  cmocka_unit_test(what_is_no_utf8_becomes_a_question_mark),
        cmocka_unit_test(base64_is_that_of_the_rfc),         cmocka_unit_test(a_long_text_is_kept_whole),
        cmocka_unit_test(an_axis_spans_whole_powers_of_ten), cmocka_unit_test(an_axis_of_nothing_has_an_extent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
