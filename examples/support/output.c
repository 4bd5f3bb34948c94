/* SPDX-License-Identifier: Apache-2.0 */
#include "output.h"
#include "failure.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

output output_open(const char *path)
{
    static const char suffix[] = ".part";
    size_t length = strlen(path);
    output opened = {path, allocate(length + sizeof(suffix), 1), NULL};
    memcpy(opened.temporary_path, path, length);
    memcpy(opened.temporary_path + length, suffix, sizeof(suffix));
    opened.stream = fopen(opened.temporary_path, "wb");
    if (opened.stream == NULL) {
        fail(EXIT_BAD_INPUT, "%s cannot be written: %s", path, strerror(errno));
    }
    return opened;
}

void output_close(output *finished)
{
    int broken = ferror(finished->stream);
    FILE *stream = finished->stream;
    finished->stream = NULL;
    if (fclose(stream) != 0 || broken || rename(finished->temporary_path, finished->path) != 0) {
        output_fail(finished, strerror(errno));
    }
    free(finished->temporary_path);
}

_Noreturn void output_fail(output *abandoned, const char *reason)
{
    if (abandoned->stream != NULL) {
        (void)fclose(abandoned->stream);
    }
    (void)remove(abandoned->temporary_path);
    fail(EXIT_BAD_INPUT, "%s cannot be written: %s", abandoned->path, reason);
}
