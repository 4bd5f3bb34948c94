/* SPDX-License-Identifier: Apache-2.0 */
#include "tune_previous.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "report.h"

/* What a tuning file may have. */
#define MOST_BYTES ((size_t)1 << 18)

/* Words of a rule that say which problem it is for. */
enum { PROBLEM_WORDS = 7 };

/* True if the library takes the file. */
static clpool_status check(const char *path, const target *on)
{
    clpool_engine *engine = NULL;
    clpool_engine_options wanted;
    clpool_status status;
    memset(&wanted, 0, sizeof(wanted));
    wanted.struct_size = sizeof(wanted);
    wanted.cache = CLPOOL_CACHE_OFF;
    wanted.tuning_file = path;
    status = clpool_engine_create_with_options(on->context, on->device, &wanted, &engine);
    clpool_engine_destroy(engine);
    return status;
}

static exit_code read_text(const char *path, char **text)
{
    FILE *opened = fopen(path, "rb");
    size_t size = 0;
    *text = opened == NULL ? NULL : malloc(MOST_BYTES + 1);
    if (*text != NULL) {
        size = fread(*text, 1, MOST_BYTES, opened);
        (*text)[size] = '\0';
    }
    if (opened != NULL) {
        (void)fclose(opened);
    }
    return opened != NULL && *text == NULL ? report_no_memory() : EXIT_DONE;
}

exit_code tune_previous_load(const char *path, const target *on, bool may_be_bad, tune_previous *loaded)
{
    struct stat status;
    loaded->text = NULL;
    if (stat(path, &status) != 0 || !S_ISREG(status.st_mode)) {
        return EXIT_DONE;
    }
    if (check(path, on) != CLPOOL_SUCCESS) {
        return may_be_bad ? EXIT_DONE
                          : report_error(EXIT_BAD_INPUT, "%s; it stays as it is, name another or remove it",
                                         clpool_error_detail());
    }
    return read_text(path, &loaded->text);
}

/* Bytes of a line's first words, which say for which problem the rule is; 0 where it is none. */
static size_t problem_length(const char *line)
{
    size_t length = 0, words;
    if (strncmp(line, "forward ", 8) != 0 && strncmp(line, "backward ", 9) != 0 && strncmp(line, "unpool ", 7) != 0) {
        return 0;
    }
    for (words = 0; words < PROBLEM_WORDS; words++) {
        length += strspn(line + length, " \t");
        length += strcspn(line + length, " \t\r\n");
    }
    return length;
}

static const char *next_line(const char *line)
{
    line += strcspn(line, "\n");
    return *line == '\n' ? line + 1 : line;
}

/* True if some line of the rules begins with what this one begins with. */
static bool is_replaced(const char *line, size_t length, const char *rules)
{
    for (; *rules != '\0'; rules = next_line(rules)) {
        if (problem_length(rules) == length && strncmp(rules, line, length) == 0) {
            return true;
        }
    }
    return false;
}

exit_code tune_previous_write(const tune_previous *of, const char *rules, size_t most, output_file *file)
{
    const char *line;
    exit_code code = EXIT_DONE;
    for (line = of->text == NULL ? "" : of->text; *line != '\0' && code == EXIT_DONE; line = next_line(line)) {
        size_t length = problem_length(line);
        if (length > 0 && most > 0 && !is_replaced(line, length, rules)) {
            code = output_file_write(file, line, (size_t)(next_line(line) - line));
            most--;
        }
    }
    return code;
}

void tune_previous_free(tune_previous *freed)
{
    free(freed->text);
    freed->text = NULL;
}
