/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "report.h"
#include "temporary_file.h"

int main(int argc, char **argv)
{
    exit_code code;
    temporary_files_watch_signals();
    code = commands_main(argc, argv);
    /* Results that did not reach their reader are no success. */
    if ((fflush(stdout) != 0 || ferror(stdout)) && code == EXIT_DONE) {
        code = report_error(EXIT_BAD_INPUT, "cannot write to standard output: %s", strerror(errno));
    }
    return (int)code;
}
