/* SPDX-License-Identifier: Apache-2.0 */
/* The comparison as a page that needs nothing else: no network, no script, no file beside it. */
#include "conclusion.h"
#include "html_parts.h"

/* html_style.css, which the build embeds. */
extern const unsigned char cli_html_style[];
extern const size_t cli_html_style_size;

static const struct verdict_row {
    const char *title;
    const char *style; /* of html_style.css */
    const char *sign;
} verdicts[] = {
    [CONCLUDED_NOTHING] = {"nothing compared", "neutral", "\xe2\x80\x93"},
    [CONCLUDED_EQUAL] = {"equal", "good", "\xe2\x9c\x93"},
    [CONCLUDED_FAILED] = {"failed", "bad", "\xe2\x9c\x97"},
    [CONCLUDED_DIFFERENT] = {"different", "bad", "\xe2\x9c\x97"},
};

/* The policy lets nothing run or load, whatever a name might smuggle in. */
static void put_head(markup *to, const struct verdict_row *verdict)
{
    markup_put(to,
               "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
               "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; "
               "style-src 'unsafe-inline'\">\n"
               "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
               "<meta name=\"color-scheme\" content=\"light dark\">\n"
               "<title>clpool compare: %s</title>\n<style>\n",
               verdict->title);
    markup_add(to, (const char *)cli_html_style, cli_html_style_size);
    markup_put(to, "</style>\n</head>\n");
}

static void put_conclusion(markup *to, const conclusion *of, const struct verdict_row *verdict)
{
    markup_put(to,
               "<header>\n<p class=\"kind\">clpool compare</p>\n<h1 class=\"%s\"><span aria-hidden=\"true\">%s</span> ",
               verdict->style, verdict->sign);
    markup_escape(to, of->result.text);
    markup_put(to, "</h1>\n");
    if (of->advice.text[0] != '\0') {
        markup_put(to, "<p class=\"advice\">");
        markup_escape(to, of->advice.text);
        markup_put(to, "</p>\n");
    }
    markup_put(to, "</header>\n");
}

static void put_footer(markup *to)
{
    int version = clpool_version();
    markup_put(to, "<footer>\n<p>Made by clpool %d.%d.%d.</p>\n</footer>\n", version / 10000, version / 100 % 100,
               version % 100);
}

exit_code comparison_write_html(const comparison *of, output_file *file)
{
    markup page = {.text = NULL};
    conclusion concluded;
    const struct verdict_row *verdict;
    exit_code code;
    conclusion_make(of, &concluded);
    verdict = &verdicts[concluded.verdict];
    put_head(&page, verdict);
    markup_put(&page, "<body>\n<main>\n");
    put_conclusion(&page, &concluded, verdict);
    html_devices(&page, of);
    html_results(&page, of);
    html_times(&page, of);
    html_speed(&page, of);
    code = html_pictures(&page, of);
    markup_put(&page, "</main>\n");
    put_footer(&page);
    markup_put(&page, "</body>\n</html>\n");
    if (code != EXIT_DONE) {
        markup_free(&page);
        return code;
    }
    return markup_write(&page, file);
}
