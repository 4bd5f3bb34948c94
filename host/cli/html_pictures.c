/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "html_parts.h"
#include "picture.h"
#include "pooled_pictures.h"

/* What is drawn enlarged: the middle, of this width and height or less. */
enum { DETAIL_WIDTH = 72, DETAIL_HEIGHT = 48 };

/* The part of an extent in the middle. */
typedef struct middle {
    size_t from, size;
} middle;

static middle middle_of(size_t extent, size_t most)
{
    const middle made = {.from = extent > most ? (extent - most) / 2 : 0, .size = extent < most ? extent : most};
    return made;
}

static exit_code put_image(markup *to, const picture *of, const char *alternative)
{
    unsigned char *bytes = NULL;
    size_t size = 0;
    exit_code code = picture_encode("the report's picture", of, &bytes, &size);
    if (code == EXIT_DONE) {
        markup_put(to, "<img width=\"%zu\" height=\"%zu\" alt=\"%s\" src=\"data:image/png;base64,", of->width,
                   of->height, alternative);
        markup_base64(to, bytes, size);
        markup_put(to, "\">");
    }
    free(bytes);
    return code;
}

static exit_code put_detail(markup *to, const picture *of, const char *alternative)
{
    const middle across = middle_of(of->width, DETAIL_WIDTH), down = middle_of(of->height, DETAIL_HEIGHT);
    picture detail;
    exit_code code = picture_cut(of, across.from, down.from, across.size, down.size, &detail);
    if (code == EXIT_DONE) {
        code = put_image(to, &detail, alternative);
        picture_free(&detail);
    }
    return code;
}

/* A frame over what is drawn enlarged. */
static void put_frame(markup *to, const picture *of)
{
    const middle across = middle_of(of->width, DETAIL_WIDTH), down = middle_of(of->height, DETAIL_HEIGHT);
    markup_put(to, "<span class=\"frame\" style=\"left:%.3f%%;top:%.3f%%;width:%.3f%%;height:%.3f%%\"></span>",
               100 * (double)across.from / (double)of->width, 100 * (double)down.from / (double)of->height,
               100 * (double)across.size / (double)of->width, 100 * (double)down.size / (double)of->height);
}

static exit_code put_x(markup *to, const compare_case *of, const pooled_pictures *drawn)
{
    const picture *x = &drawn->x;
    const bool has_details = drawn->winners.data != NULL || drawn->gradients.data != NULL;
    const bool is_part = x->width < of->problem.in[1] || x->height < of->problem.in[0];
    exit_code code;
    markup_put(to, "<figure>\n<div class=\"framed\">");
    code = put_image(to, x, "The input");
    if (has_details) {
        put_frame(to, x);
    }
    markup_put(to, "</div>\n<figcaption><b>Input</b>, %zu \xc3\x97 %zu", x->width, x->height);
    if (is_part) {
        markup_put(to, " in the middle of %zu \xc3\x97 %zu", of->problem.in[1], of->problem.in[0]);
    }
    markup_put(to, has_details ? ". What is in the frame is enlarged below.</figcaption>\n</figure>\n"
                               : ".</figcaption>\n</figure>\n");
    return code;
}

static exit_code put_y(markup *to, const pooled_pictures *drawn)
{
    exit_code code;
    markup_put(to, "<figure>\n");
    code = put_image(to, &drawn->y, "The pooled output");
    markup_put(to, "\n<figcaption><b>Pooled</b> to %zu \xc3\x97 %zu.</figcaption>\n</figure>\n", drawn->y.width,
               drawn->y.height);
    return code;
}

static exit_code put_winners(markup *to, const pooled_pictures *drawn)
{
    exit_code code;
    markup_put(to, "<figure>\n");
    code = put_detail(to, &drawn->winners, "The samples that the mask names, enlarged");
    markup_put(to,
               "\n<figcaption><b>Mask</b>: the samples that won a window are bright, %.0f%% of all.</figcaption>\n"
               "</figure>\n",
               100 * drawn->share_won);
    return code;
}

static exit_code put_gradients(markup *to, const pooled_pictures *drawn)
{
    exit_code code;
    markup_put(to, "<figure>\n");
    code = put_detail(to, &drawn->gradients, "Where the gradients went, enlarged");
    markup_put(to,
               "\n<figcaption><b>Gradients</b>: dx where each output sends back 1, from black (0) to the brightest "
               "(%.3g).</figcaption>\n</figure>\n",
               drawn->most);
    return code;
}

static exit_code put_section(markup *to, const compare_case *of, const pooled_pictures *drawn)
{
    char text[CASE_TEXT_BYTES];
    exit_code code;
    html_section(to, "pictures", "What pooling did");
    markup_put(to, "<p class=\"note\">");
    markup_escape(to, of->name);
    markup_put(to, ": ");
    markup_escape(to, compare_case_text(of, text));
    markup_put(to, "; native's results.</p>\n<div class=\"pictures\">\n");
    code = put_x(to, of, drawn);
    code = code == EXIT_DONE ? put_y(to, drawn) : code;
    code = code == EXIT_DONE && drawn->winners.data != NULL ? put_winners(to, drawn) : code;
    code = code == EXIT_DONE && drawn->gradients.data != NULL ? put_gradients(to, drawn) : code;
    markup_put(to, "</div>\n</section>\n");
    return code;
}

exit_code html_pictures(markup *to, const comparison *of)
{
    pooled_pictures drawn = {.most = 0};
    exit_code code = EXIT_DONE;
    size_t i;
    for (i = 0; i < of->cases.count && code == EXIT_DONE && drawn.x.data == NULL; i++) {
        code = pooled_pictures_make(&of->cases.list[i], &drawn);
        if (drawn.x.data != NULL) {
            code = put_section(to, &of->cases.list[i], &drawn);
        }
    }
    pooled_pictures_free(&drawn);
    return code;
}
