/* SPDX-License-Identifier: Apache-2.0 */
#include "checked_device/signature.h"

#include "checked_device/objects.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static int is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

static const char *skip_spaces(const char *at)
{
    while (isspace((unsigned char)*at)) {
        at++;
    }
    return at;
}

/** Behind the parenthesis that closes the one at `at`. */
static const char *skip_parentheses(const char *at)
{
    int depth = 0;
    do {
        depth += (*at == '(') - (*at == ')');
        at++;
    } while (depth > 0 && *at != '\0');
    return at;
}

/** Copies a part of the text without the spaces around it. */
static void copy_trimmed(char to[SIGNATURE_TEXT_BYTES], const char *begin, const char *end)
{
    begin = skip_spaces(begin);
    while (end > begin && isspace((unsigned char)end[-1])) {
        end--;
    }
    if (end - begin >= SIGNATURE_TEXT_BYTES) {
        checked_fail("too long for a kernel's declaration: %.*s", (int)(end - begin), begin);
    }
    memcpy(to, begin, (size_t)(end - begin));
    to[end - begin] = '\0';
}

/** "type name", without a comma. */
static void read_parameter(const char *begin, const char *end, struct parameter *parameter)
{
    while (end > begin && isspace((unsigned char)end[-1])) {
        end--;
    }
    while (end > begin && is_word(end[-1])) {
        end--;
    }
    copy_trimmed(parameter->type, begin, end);
    const char *type = parameter->type;
    parameter->kind = strchr(type, '*') == NULL         ? PARAMETER_VALUE
                      : strstr(type, "__local") != NULL ? PARAMETER_LOCAL
                      : strstr(type, "const") != NULL   ? PARAMETER_CONST_BUFFER
                                                        : PARAMETER_BUFFER;
}

/** What follows "__kernel": attributes, "void", the name and the parameters. */
static void read_kernel(const char *at, struct kernel_signature *kernel)
{
    static const char required[] = "reqd_work_group_size(";
    memset(kernel, 0, sizeof(*kernel));
    at = skip_spaces(at);
    while (strncmp(at, "__attribute__", strlen("__attribute__")) == 0) {
        const char *end = skip_parentheses(strchr(at, '('));
        const char *group = strstr(at, required);
        if (group != NULL && group < end) {
            char *next = NULL;
            kernel->group[0] = strtoul(group + strlen(required), &next, 10);
            kernel->group[1] = strtoul(next + 1, &next, 10);
            kernel->group[2] = strtoul(next + 1, &next, 10);
        }
        at = skip_spaces(end);
    }
    const char *open = strchr(at, '(');
    if (strncmp(at, "void", strlen("void")) != 0 || open == NULL) {
        checked_fail("no kernel's declaration: %.60s", at);
    }
    copy_trimmed(kernel->name, at + strlen("void"), open);
    const char *end = skip_parentheses(open) - 1;
    for (const char *begin = open + 1; begin < end; kernel->count++) {
        const char *comma = memchr(begin, ',', (size_t)(end - begin));
        if (kernel->count == SIGNATURE_PARAMETERS) {
            checked_fail("%s has too many parameters", kernel->name);
        }
        read_parameter(begin, comma == NULL ? end : comma, &kernel->parameters[kernel->count]);
        begin = comma == NULL ? end : comma + 1;
    }
}

void signatures_find(const char *text, struct signatures *signatures)
{
    static const char keyword[] = "__kernel";
    signatures->count = 0;
    for (const char *at = text; (at = strstr(at, keyword)) != NULL; at += strlen(keyword)) {
        if ((at > text && is_word(at[-1])) || is_word(at[strlen(keyword)])) {
            continue;
        }
        if (signatures->count == SIGNATURE_KERNELS) {
            checked_fail("a program has more than %d kernels", SIGNATURE_KERNELS);
        }
        read_kernel(at + strlen(keyword), &signatures->kernels[signatures->count]);
        signatures->count++;
    }
}

void signatures_write_calls(const struct signatures *signatures, FILE *file)
{
    for (size_t i = 0; i < signatures->count; i++) {
        const struct kernel_signature *kernel = &signatures->kernels[i];
        (void)fprintf(file, "__constant uint checked_bytes_%s[] = {", kernel->name);
        for (size_t j = 0; j < kernel->count; j++) {
            (void)fprintf(file, "%ssizeof(%s)", j == 0 ? "" : ", ", kernel->parameters[j].type);
        }
        (void)fprintf(file, "};\nvoid checked_call_%s(void **arguments)\n{\n    %s(", kernel->name, kernel->name);
        for (size_t j = 0; j < kernel->count; j++) {
            (void)fprintf(file, "%s*(%s *)arguments[%zu]", j == 0 ? "" : ", ", kernel->parameters[j].type, j);
        }
        (void)fprintf(file, ");\n}\n");
    }
}
