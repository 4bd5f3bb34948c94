/* SPDX-License-Identifier: Apache-2.0 */
/* What a shell offers for a command line that is not whole yet. */
#ifndef CLI_COMPLETION_H
#define CLI_COMPLETION_H

#include "command.h"

/** `words` are those behind "clpool", the last one as far as it was typed. Prints a line for each word that may stand
 * in its place: the word, a tab, and what it is; and COMPLETION_FILES where the name of a file may. Runs nothing but a
 * list of the devices. */
exit_code completion_print(int count, char *const *words);

/** The first word of a command line that asks for this; the scripts in completions/ do. */
#define COMPLETION_COMMAND "complete"
#define COMPLETION_FILES ":files"

#endif
