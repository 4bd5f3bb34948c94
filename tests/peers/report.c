/* SPDX-License-Identifier: Apache-2.0 */
/* Puts results of onednn_pool and of clpool bench side by side.
 *
 *   report DEVICE FILE.json...
 *
 * DEVICE is the index of clpool's device; results on "native" are shown, too. Of several results for one thing the
 * least time counts. A ratio is oneDNN's time by clpool's: above 1 clpool is faster. */
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { ENTRIES_MOST = 256, NAME_BYTES = 48, LARGE_WINDOW = 9 };

/* Whose times they are. */
typedef enum side { ONEDNN, CLPOOL, NATIVE, SIDES } side;

/* One operation on one shape. */
typedef struct entry {
    char name[NAME_BYTES];
    char op[NAME_BYTES];
    char strategy[SIDES][NAME_BYTES]; /* of oneDNN: its implementation */
    double least[SIDES];              /* seconds; 0: none */
    long kernel;                      /* the window's greatest extent */
} entry;

typedef struct results {
    const char *device;
    char version[NAME_BYTES]; /* of oneDNN */
    entry entries[ENTRIES_MOST];
    size_t count;
} results;

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text == NULL ? "" : text;
}

static entry *find_entry(results *in, const char *name, const char *op)
{
    entry *added;
    size_t i;
    for (i = 0; i < in->count; i++) {
        if (strcmp(in->entries[i].name, name) == 0 && strcmp(in->entries[i].op, op) == 0) {
            return &in->entries[i];
        }
    }
    if (in->count == ENTRIES_MOST) {
        return NULL;
    }
    added = &in->entries[in->count++];
    memset(added, 0, sizeof(*added));
    (void)snprintf(added->name, sizeof(added->name), "%s", name);
    (void)snprintf(added->op, sizeof(added->op), "%s", op);
    return added;
}

static side side_of(const results *in, const char *device)
{
    if (strcmp(device, "oneDNN") == 0) {
        return ONEDNN;
    }
    if (strcmp(device, "native") == 0) {
        return NATIVE;
    }
    return strcmp(device, in->device) == 0 ? CLPOOL : SIDES;
}

static void take_row(results *in, const json_t *row)
{
    side on = side_of(in, text_of(row, "device"));
    double least = json_number_value(json_object_get(json_object_get(row, "wall_seconds"), "least"));
    entry *of = find_entry(in, text_of(row, "case"), text_of(row, "op"));
    if (of != NULL && on < SIDES && least > 0 && (of->least[on] == 0 || least < of->least[on])) {
        of->least[on] = least;
        (void)snprintf(of->strategy[on], sizeof(of->strategy[on]), "%s", text_of(row, "strategy"));
    }
}

/* The window of a shape is known to clpool's results alone. */
static void take_case(results *in, const json_t *of)
{
    const json_t *kernel = json_object_get(of, "kernel");
    size_t i, axis;
    for (i = 0; i < in->count; i++) {
        for (axis = 0; strcmp(in->entries[i].name, text_of(of, "name")) == 0 && axis < json_array_size(kernel);
             axis++) {
            long extent = (long)json_integer_value(json_array_get(kernel, axis));
            in->entries[i].kernel = extent > in->entries[i].kernel ? extent : in->entries[i].kernel;
        }
    }
}

static int take_file(results *in, const char *path)
{
    json_error_t error;
    json_t *root = json_load_file(path, 0, &error);
    const json_t *part;
    size_t i;
    if (root == NULL) {
        (void)fprintf(stderr, "report: %s: line %d: %s\n", path, error.line, error.text);
        return 0;
    }
    if (json_object_get(root, "version") != NULL) {
        (void)snprintf(in->version, sizeof(in->version), "%s", text_of(root, "version"));
    }
    json_array_foreach(json_object_get(root, "rows"), i, part)
    {
        take_row(in, part);
    }
    json_array_foreach(json_object_get(root, "cases"), i, part)
    {
        take_case(in, part);
    }
    json_decref(root);
    return 1;
}

static int is_whole(const entry *of)
{
    return of->least[ONEDNN] > 0 && of->least[CLPOOL] > 0;
}

static double ratio(const entry *of)
{
    return of->least[ONEDNN] / of->least[CLPOOL];
}

static int is_jit(const entry *of)
{
    return strncmp(of->strategy[ONEDNN], "jit", 3) == 0;
}

static void print_ms(double seconds)
{
    if (seconds > 0) {
        (void)printf("  %10.4f", seconds * 1e3);
    } else {
        (void)printf("  %10s", "-");
    }
}

static void print_table(const results *of)
{
    size_t i;
    int on;
    (void)printf("%-20s  %-8s  %-16s  %10s  %10s  %10s  %7s  %s\n", "case", "op", "oneDNN's", "oneDNN ms", "clpool ms",
                 "native ms", "ratio", "strategy");
    for (i = 0; i < of->count; i++) {
        const entry *at = &of->entries[i];
        (void)printf("%-20s  %-8s  %-16s", at->name, at->op, at->strategy[ONEDNN]);
        for (on = 0; on < SIDES; on++) {
            print_ms(at->least[on]);
        }
        if (is_whole(at)) {
            (void)printf("  %7.3f  %s\n", ratio(at), at->strategy[CLPOOL]);
        } else {
            (void)printf("  %7s  %s\n", "-", at->strategy[CLPOOL]);
        }
    }
}

/* Which entries a line of the summary is about. */
typedef int (*wanted)(const entry *of);

static int is_simple(const entry *of)
{
    return !is_jit(of);
}

static int is_large(const entry *of)
{
    return of->kernel >= LARGE_WINDOW;
}

/* The geometric mean of the ratios, and the lowest of them. */
static void print_mean(const results *of, const char *title, const char *op, wanted is_wanted)
{
    const entry *lowest = NULL;
    double logarithms = 0;
    size_t count = 0, i;
    for (i = 0; i < of->count; i++) {
        const entry *at = &of->entries[i];
        if (!is_whole(at) || strcmp(at->op, op) != 0 || !is_wanted(at)) {
            continue;
        }
        logarithms += log(ratio(at));
        count++;
        lowest = lowest == NULL || ratio(at) < ratio(lowest) ? at : lowest;
    }
    if (lowest == NULL) {
        (void)printf("%-28s  %-8s  none\n", title, op);
    } else {
        (void)printf("%-28s  %-8s  %2zu shapes, geometric mean %.3f, lowest %.3f (%s)\n", title, op, count,
                     exp(logarithms / (double)count), ratio(lowest), lowest->name);
    }
}

static void print_summary(const results *of)
{
    static const struct {
        const char *title;
        wanted is_wanted;
    } rows[] = {
        {"oneDNN runs its JIT", is_jit},
        {"oneDNN runs simple code", is_simple},
        {"windows of 9x9 and larger", is_large},
    };
    size_t i;
    (void)printf("\nratio: the time of oneDNN %s by clpool's; above 1 clpool is faster\n", of->version);
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        print_mean(of, rows[i].title, "forward", rows[i].is_wanted);
        print_mean(of, rows[i].title, "backward", rows[i].is_wanted);
    }
}

int main(int argc, char **argv)
{
    static results of;
    int i;
    if (argc < 3) {
        (void)fprintf(stderr, "usage: report DEVICE FILE.json...\n");
        return 2;
    }
    of.device = argv[1];
    for (i = 2; i < argc; i++) {
        if (!take_file(&of, argv[i])) {
            return 2;
        }
    }
    print_table(&of);
    print_summary(&of);
    return 0;
}
