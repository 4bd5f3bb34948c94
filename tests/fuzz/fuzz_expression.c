/* SPDX-License-Identifier: Apache-2.0 */
/* A caller's expression: the first byte says how many parameters there are, and whether it is for f64, the rest is the
 * text. Whatever comes out goes into a program, so it must have nothing but what an expression may be made of. */
#include "target.h"

#include "problem/expression.h"

#include <ctype.h>

static const char name[] = "load_expression";

static size_t word_length(const char *at)
{
    size_t length = 0;
    while (isalnum((unsigned char)at[length]) || at[length] == '_') {
        length++;
    }
    return length;
}

/** Whether a word is x, one that the translation puts there, or may be a function's name: no keyword, no clpool's. */
static int may_stand(const char *word, size_t length)
{
    static const char *const own[] = {"x", "clpool_x", "CLPOOL_PARAMETER"};
    static const char *const keywords[] = {
        "auto",  "bool",     "break",  "case",  "char",     "const",  "continue", "do",     "double", "else", "enum",
        "event", "extern",   "float",  "for",   "goto",     "half",   "if",       "image",  "inline", "int",  "kernel",
        "local", "long",     "return", "short", "signed",   "sizeof", "static",   "struct", "switch", "uint", "ulong",
        "union", "unsigned", "void",   "while", "volatile", "global", "fence",    "printf", "barrier"};
    for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++) {
        if (strlen(own[i]) == length && strncmp(own[i], word, length) == 0) {
            return 1;
        }
    }
    for (size_t i = 0; i < sizeof(keywords) / sizeof(keywords[0]); i++) {
        if (strlen(keywords[i]) == length && strncmp(keywords[i], word, length) == 0) {
            return 0;
        }
    }
    return length >= 3 && length <= 8 && strspn(word, "abcdefghijklmnopqrstuvwxyz0123456789") >= length;
}

/** Parentheses close what they open, parameters are there, and all else is an operator, a number or such a word. */
static void check_text(const char *text, unsigned parameter_count)
{
    static const char parameter[] = "CLPOOL_PARAMETER(";
    size_t depth = 0;
    for (const char *at = text; *at != '\0';) {
        const size_t length = isalpha((unsigned char)*at) || *at == '_' ? word_length(at) : 0;
        if (length > 0) {
            REQUIRE(may_stand(at, length));
            if (strncmp(at, parameter, strlen(parameter)) == 0) {
                const char *number = at + strlen(parameter);
                REQUIRE(*number >= '0' && (unsigned)(*number - '0') < parameter_count && number[1] == ')');
            }
            at += length;
        } else if (isdigit((unsigned char)*at) || *at == '.') {
            at += strspn(at, "0123456789.");
            if (*at == 'e' || *at == 'E') {
                at += 1 + (at[1] == '+' || at[1] == '-');
                at += strspn(at, "0123456789");
            }
            at += *at == 'f';
        } else {
            REQUIRE(strchr(" +-*/(),<>!?:&|=", *at) != NULL);
            depth += *at == '(';
            REQUIRE(*at != ')' || depth-- > 0);
            at++;
        }
    }
    REQUIRE(depth == 0);
    REQUIRE(strstr(text, "//") == NULL && strstr(text, "/*") == NULL && strstr(text, "++") == NULL &&
            strstr(text, "--") == NULL && strstr(text, "<<") == NULL && strstr(text, ">>") == NULL);
}

/** An error names the expression, and no byte that this does not have. */
static void check_error(const char *expression)
{
    static const char before[] = " at byte ";
    const char *detail = clpool_error_detail();
    const char *at = strstr(detail, before);
    REQUIRE(strncmp(detail, name, strlen(name)) == 0);
    REQUIRE(at == NULL || strtoul(at + strlen(before), NULL, 10) < strlen(expression));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) {
        return 0;
    }
    const unsigned parameter_count = data[0] % (CLPOOL_MAX_PARAMETERS + 1);
    const bool is_f64 = data[0] >= 128;
    const size_t length = size - 1;
    char *expression = malloc(length + 1);
    char *text = malloc(EXPRESSION_TEXT_BYTES);
    char *again = malloc(EXPRESSION_TEXT_BYTES);
    REQUIRE(expression != NULL && text != NULL && again != NULL);
    memcpy(expression, data + 1, length);
    expression[length] = '\0';
    const clpool_status status = expression_translate(name, expression, parameter_count, is_f64, text);
    if (status == CLPOOL_SUCCESS) {
        REQUIRE(strlen(expression) <= CLPOOL_MAX_EXPRESSION_BYTES);
        check_text(text, parameter_count);
        REQUIRE(expression_translate(name, expression, parameter_count, is_f64, again) == CLPOOL_SUCCESS);
        REQUIRE(strcmp(text, again) == 0);
    } else {
        REQUIRE(status == CLPOOL_INVALID_ARGUMENT);
        check_error(expression);
    }
    free(expression);
    free(text);
    free(again);
    return 0;
}
