/* SPDX-License-Identifier: Apache-2.0 */
/* What the command says on stderr: errors, notes, and progress where somebody watches. */
#ifndef CLI_REPORT_H
#define CLI_REPORT_H

#include "clpool.h"
#include "exit_code.h"
#include "message.h"

/** Prints "clpool: " and the sentence, and returns `code`. */
exit_code report_error(exit_code code, const char *format, ...) CLI_PRINTF(2, 3);

/** Prints "clpool: " and the sentence, about something that does not stop the command. */
void report_note(const char *format, ...) CLI_PRINTF(1, 2);

/** Reports that memory ran out. */
exit_code report_no_memory(void);

/** Reports the last failure of the library on this thread, said to have happened in `where`. */
exit_code report_status(clpool_status status, const char *where);

/** Reports an OpenCL call of the command's own. */
exit_code report_cl(cl_int code, const char *call, const char *where);

/** Shows what is being done, in place of what it showed before; nothing where stderr is not a terminal. */
void report_progress(const char *format, ...) CLI_PRINTF(1, 2);

/** Removes the progress that is shown. */
void report_progress_end(void);

/** The same for a signal handler that ends the process. */
void report_progress_abandon(void);

#endif
