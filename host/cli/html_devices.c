/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>

#include "device_facts.h"
#include "html_parts.h"

/* A name in the list's left column; what is said of it follows. */
static void open_fact(markup *to, const char *name)
{
    markup_put(to, "<div><dt>%s</dt><dd>", name);
}

static void close_fact(markup *to)
{
    markup_put(to, "</dd></div>\n");
}

static void put_text(markup *to, const char *name, const char *text)
{
    open_fact(to, name);
    markup_escape(to, text);
    close_fact(to);
}

static double gibibytes(cl_ulong bytes)
{
    return (double)bytes / (1024.0 * 1024 * 1024);
}

static void put_facts(markup *to, cl_device_id device)
{
    device_facts facts;
    device_facts_learn(device, &facts);
    put_text(to, "Type", device_type_name(facts.type));
    put_text(to, "Version", facts.version);
    put_text(to, "Driver", facts.driver);
    open_fact(to, "Compute units");
    markup_put(to, "%" PRIu32, (uint32_t)facts.compute_units);
    close_fact(to);
    open_fact(to, "Memory");
    markup_put(to, "%.1f GiB, at most %.1f GiB in one buffer", gibibytes(facts.memory),
               gibibytes(facts.max_allocation));
    close_fact(to);
    open_fact(to, "Work-group");
    markup_put(to, "at most %zu items", facts.max_work_group);
    close_fact(to);
}

void html_devices(markup *to, const comparison *of)
{
    size_t i;
    html_section(to, "devices", "Devices");
    markup_put(to, "<div class=\"cards\">\n");
    for (i = 0; i < comparison_targets(of); i++) {
        const target *at = comparison_target(of, i);
        if (i > 0 && at->context == NULL) {
            continue;
        }
        markup_put(to, "<article class=\"card\">\n<h3><span class=\"index\">");
        markup_escape(to, at->index);
        markup_put(to, "</span> ");
        markup_escape(to, at->name);
        markup_put(to, "</h3>\n<dl>\n");
        if (i == 0) {
            put_text(to, "Role", "the reference that every result is compared with");
        } else {
            put_facts(to, at->device);
        }
        markup_put(to, "</dl>\n</article>\n");
    }
    markup_put(to, "</div>\n</section>\n");
}
