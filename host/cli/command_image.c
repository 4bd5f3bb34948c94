/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "command.h"
#include "input_file.h"
#include "picture.h"
#include "report.h"
#include "runner.h"
#include "target_choice.h"
#include "winners_picture.h"

enum { FILE_PICTURE, FILE_WINNERS, FILES };

/* What the command holds from its start to its end. */
typedef struct image_work {
    picture in, out, winners;
    array x, y, mask;
    int64_t *plane;
    clpool_problem problem;
    output_file files[FILES];
} image_work;

static exit_code read_picture(const char *path, picture *in)
{
    unsigned char *bytes;
    size_t size;
    exit_code code = input_file_read(path, &bytes, &size);
    if (code == EXIT_DONE) {
        code = picture_decode(path, bytes, size, in);
        free(bytes);
    }
    return code;
}

static exit_code prepare(const options *given, image_work *work)
{
    const char *const paths[FILES] = {[FILE_PICTURE] = given->output, [FILE_WINNERS] = given->mask_image};
    size_t shape[CLPOOL_MAX_RANK + 2];
    exit_code code = read_picture(given->operand, &work->in);
    if (code == EXIT_DONE) {
        code = picture_to_tensor(&work->in, &work->x);
    }
    if (code == EXIT_DONE) {
        code = pooling_problem(&given->pool, given->operand, CLPOOL_F32, work->x.rank, work->x.shape, &work->problem);
    }
    if (code == EXIT_DONE) {
        code = output_files_open(work->files, paths, FILES);
    }
    if (code == EXIT_DONE) {
        (void)problem_y_shape(&work->problem, shape);
        code = array_make(NPY_F32, 4, shape, &work->y);
    }
    if (code == EXIT_DONE && given->mask_image != NULL) {
        code = array_make(problem_mask_dtype(&work->problem), 4, shape, &work->mask);
    }
    return code;
}

static exit_code compute(const options *given, image_work *work)
{
    const host_tensors tensors = {.x = work->x.data, .y = work->y.data, .mask = work->mask.data};
    target on;
    exit_code code = target_choose(given->device, &on);
    if (code == EXIT_DONE) {
        code = runner_run_once(&on, &work->problem, RUN_FORWARD, given->pool.strategy, &tensors);
        target_close(&on);
    }
    return code;
}

static exit_code write_winners(image_work *work)
{
    exit_code code;
    work->plane = calloc(work->mask.elements, sizeof(*work->plane));
    if (work->plane == NULL) {
        return report_no_memory();
    }
    if (clpool_mask_to_plane(&work->problem, work->mask.data, work->plane) != CLPOOL_SUCCESS) {
        return report_error(EXIT_BAD_INPUT, "%s", clpool_error_detail());
    }
    code = winners_picture_make(&work->in, work->plane, work->mask.shape[2] * work->mask.shape[3], &work->winners);
    return code == EXIT_DONE ? picture_write(&work->winners, &work->files[FILE_WINNERS]) : code;
}

static exit_code write_pictures(const options *given, image_work *work)
{
    exit_code code = picture_make(work->y.shape[3], work->y.shape[2], work->in.channels, &work->out);
    if (code == EXIT_DONE) {
        picture_from_tensor(work->y.data, &work->out);
        code = picture_write(&work->out, &work->files[FILE_PICTURE]);
    }
    if (code == EXIT_DONE && given->mask_image != NULL) {
        code = write_winners(work);
    }
    if (code == EXIT_DONE) {
        code = output_files_commit(work->files, FILES);
    }
    return code;
}

static exit_code check_flags(const options *given)
{
    exit_code code = pooling_check(&given->pool);
    if (code == EXIT_DONE) {
        code = pooling_check_mask(&given->pool, "--mask-image", given->mask_image != NULL);
    }
    return code == EXIT_DONE ? pooling_check_strategy(&given->pool, RUNS_FORWARD) : code;
}

static exit_code run_image(const options *given)
{
    image_work work;
    exit_code code = check_flags(given);
    memset(&work, 0, sizeof(work));
    if (code == EXIT_DONE) {
        code = prepare(given, &work);
    }
    if (code == EXIT_DONE) {
        code = compute(given, &work);
    }
    if (code == EXIT_DONE) {
        code = write_pictures(given, &work);
    }
    output_files_discard(work.files, FILES);
    free(work.plane);
    array_free(&work.mask);
    array_free(&work.y);
    array_free(&work.x);
    picture_free(&work.winners);
    picture_free(&work.out);
    picture_free(&work.in);
    return code;
}

const command command_image = {
    .syntax = {.name = "image",
               .flags = FLAGS_OUTPUT | FLAGS_MASK_IMAGE | FLAGS_POOL | FLAGS_DEVICE,
               .needed = FLAGS_OUTPUT | FLAGS_POOL,
               .operand = "IN.png"},
    .summary = "pools a picture; of maximum also draws which pixels won",
    .help = "usage: clpool image IN.png -o OUT.png POOL [--mask-image M.png] [--device D]\n"
            "\n"
            "Pools each channel of an 8-bit PNG; what lies between two samples is rounded, and what is brighter than "
            "white\n"
            "is white. M, for the modes max, is a picture of IN's size: the samples that won a window are raised by "
            "half of\n"
            "the brightness that all lose. Windows that see only padding are black.\n"
            "\n"
            "  clpool image in.png -o out.png --kernel 4\n"
            "  clpool image in.png -o out.png --kernel 4 --mask-image winners.png\n"
            "  clpool image in.png -o out.png --mode avg --kernel 4\n" HELP_POOL HELP_DEVICE,
    .run = run_image,
};
