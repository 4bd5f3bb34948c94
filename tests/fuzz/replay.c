/* SPDX-License-Identifier: Apache-2.0 */
/* replay FOLDER: gives a target each file of a folder, without libFuzzer. */
#include "target.h"

#include <dirent.h>

enum { PATH_BYTES = 4096 };

/** The bytes of a file, which the caller frees. */
static uint8_t *read_file(const char *path, size_t *size)
{
    FILE *opened = fopen(path, "rb");
    REQUIRE(opened != NULL && fseek(opened, 0, SEEK_END) == 0);
    const long end = ftell(opened);
    REQUIRE(end >= 0 && fseek(opened, 0, SEEK_SET) == 0);
    uint8_t *bytes = malloc((size_t)end + 1);
    *size = (size_t)end;
    REQUIRE(bytes != NULL && fread(bytes, 1, *size, opened) == *size);
    (void)fclose(opened);
    return bytes;
}

static void replay(const char *path)
{
    size_t size = 0;
    uint8_t *bytes = read_file(path, &size);
    uint8_t *input = copy_of(bytes, size);
    free(bytes);
    (void)fprintf(stderr, "%s\n", path); /* the last one is the one that failed */
    (void)LLVMFuzzerTestOneInput(input, size);
    free(input);
}

int main(int argc, char **argv)
{
    size_t count = 0;
    if (argc != 2) {
        (void)fprintf(stderr, "usage: %s FOLDER\n", argv[0]);
        return 2;
    }
    DIR *folder = opendir(argv[1]);
    REQUIRE(folder != NULL);
    for (const struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        char path[PATH_BYTES];
        if (entry->d_name[0] != '.') {
            (void)snprintf(path, sizeof(path), "%s/%s", argv[1], entry->d_name);
            replay(path);
            count++;
        }
    }
    (void)closedir(folder);
    (void)printf("%zu inputs\n", count);
    return count > 0 ? 0 : 1; /* a folder that is empty tests nothing */
}
