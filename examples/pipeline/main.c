/* SPDX-License-Identifier: Apache-2.0 */
/* pipeline IN.png OUT.png [--device NAME]: the outlines in a picture, made smaller by pooling twice, by an OpenCL
 * program that has kernels, queues and memory of its own and puts clpool between them. README.md says what to look
 * at. */
#include "device.h"
#include "failure.h"
#include "memory.h"
#include "png_file.h"
#include "reference.h"
#include "stages.h"

#include <getopt.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const program_name = EXAMPLE_NAME;
static const char usage[] = "usage: " EXAMPLE_NAME " IN.png OUT.png [--device NAME]";

struct options {
    const char *input;
    const char *output;
    const char *device;
};

static struct options parse_options(int argc, char **argv)
{
    static const struct option known[] = {
        {"device", required_argument, NULL, 'd'}, {"help", no_argument, NULL, 'h'}, {NULL, 0, NULL, 0}};
    struct options parsed = {NULL, NULL, NULL};
    int letter = 0;
    while ((letter = getopt_long(argc, argv, "d:h", known, NULL)) != -1) {
        if (letter == 'h') {
            puts(usage);
            exit(EXIT_DONE);
        }
        if (letter != 'd') {
            fail(EXIT_BAD_INPUT, "%s", usage);
        }
        parsed.device = optarg;
    }
    if (argc - optind != 2) {
        fail(EXIT_BAD_INPUT, "%d files are named; there must be 2\n%s", argc - optind, usage);
    }
    parsed.input = argv[optind];
    parsed.output = argv[optind + 1];
    return parsed;
}

static uint32_t bits_of(float value)
{
    uint32_t bits = 0;
    memcpy(&bits, &value, sizeof(bits));
    return bits;
}

static void check_result(stages_result result, const unsigned char *picture, extent size)
{
    reference_result expected = reference_compute(picture, size);
    size_t values = COLOURS * pixels_of(expected.size);
    for (size_t i = 0; i < values; i++) {
        if (bits_of(result.planes[i]) != bits_of(expected.planes[i]) || result.picture[i] != expected.picture[i]) {
            fail(EXIT_DIFFERENCE,
                 "value %zu of the pooled planes is %a, byte %zu of the picture %u; plain C has %a and %u", i,
                 (double)result.planes[i], i, result.picture[i], (double)expected.planes[i], expected.picture[i]);
        }
    }
    printf("check: %zu values and as many bytes equal those of plain C\n", values);
    free(expected.planes);
    free(expected.picture);
}

int main(int argc, char **argv)
{
    struct options options = parse_options(argc, argv);
    extent size;
    unsigned char *picture = png_read(options.input, &size);
    cl_device_id device = choose_device(options.device);
    print_device(device);
    cl_context context = make_context(device);
    struct stages stages = stages_create(context, device, size);
    struct arena arena = arena_create(stages.transfer_queue, size);
    printf("memory: %s, %zu bytes in %d regions\n", memory_name, arena.bytes, REGIONS);

    stages_result result = stages_run(&stages, &arena, picture);
    check_result(result, picture, size);
    png_write(options.output, result.picture, stages.pooled_twice);
    printf("picture: %zu x %zu became %zu x %zu\n", size.width, size.height, stages.pooled_twice.width,
           stages.pooled_twice.height);

    arena_destroy(&arena);
    stages_destroy(&stages);
    clReleaseContext(context);
    free(picture);
    return EXIT_DONE;
}
