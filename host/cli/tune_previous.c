/* SPDX-License-Identifier: Apache-2.0 */
#include "tune_previous.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "input_file.h"
#include "report.h"

/* Words of a rule that say which problem it is for. */
enum { PROBLEM_WORDS = 7 };

/* Whether the library takes the file. */
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
    unsigned char *bytes = NULL;
    size_t size = 0;
    exit_code code = input_file_read(path, &bytes, &size);
    *text = code == EXIT_DONE ? malloc(size + 1) : NULL;
    if (*text != NULL) {
        memcpy(*text, bytes, size);
        (*text)[size] = '\0';
    } else if (code == EXIT_DONE) {
        code = report_no_memory();
    }
    free(bytes);
    return code;
}

exit_code tune_previous_load(const char *path, const target *on, bool may_be_bad, tune_previous *loaded)
{
    struct stat status;
    clpool_status taken;
    loaded->text = NULL;
    if (stat(path, &status) != 0 || !S_ISREG(status.st_mode)) {
        return EXIT_DONE;
    }
    taken = check(path, on);
    if (taken == CLPOOL_SUCCESS) {
        return read_text(path, &loaded->text);
    }
    if (taken != CLPOOL_INVALID_ARGUMENT && taken != CLPOOL_UNSUPPORTED) {
        return report_status(taken, on->index); /* which says nothing of the file */
    }
    return may_be_bad ? EXIT_DONE
                      : report_error(EXIT_BAD_INPUT, "%s; it stays as it is, name another or remove it",
                                     clpool_error_detail());
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
