/* SPDX-License-Identifier: Apache-2.0 */
/* The tuning file that is there before another takes its place: its rules for other poolings stay. */
#ifndef CLI_TUNE_PREVIOUS_H
#define CLI_TUNE_PREVIOUS_H

#include "output_file.h"
#include "target.h"

/** Zeroed, there is none. */
typedef struct tune_previous {
    char *text; /**< NULL: there is no such file */
} tune_previous;

/** Reads the file, if there is one and it is a regular one. One that the library does not take for the target's device
 * is an error, or if `may_be_bad` as if it were not there. */
exit_code tune_previous_load(const char *path, const target *on, bool may_be_bad, tune_previous *loaded);

/** Writes its rules, as they are, but for those whose problem is that of a line of `rules`; at most `most` of them. */
exit_code tune_previous_write(const tune_previous *of, const char *rules, size_t most, output_file *file);

void tune_previous_free(tune_previous *freed);

#endif
