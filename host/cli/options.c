/* SPDX-License-Identifier: Apache-2.0 */
#include "options.h"

#include <getopt.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench_op.h"
#include "element.h"
#include "mask_form.h"
#include "report.h"

/* What getopt_long() returns for a long flag: nothing that a character can be. */
enum {
    FLAG_HELP = 256,
    FLAG_OUTPUT,
    FLAG_MASK,
    FLAG_SHAPE,
    FLAG_MODE,
    FLAG_KERNEL,
    FLAG_OUTPUT_SIZE,
    FLAG_STRIDE,
    FLAG_PADDING,
    FLAG_DILATION,
    FLAG_CEIL,
    FLAG_AUTO_PAD,
    FLAG_DIVISOR,
    FLAG_COUNT_INCLUDE_PAD,
    FLAG_P,
    FLAG_INPUT,
    FLAG_Y,
    FLAG_CHECK,
    FLAG_TO,
    FLAG_LAYOUT,
    FLAG_MASK_FORM,
    FLAG_NAN,
    FLAG_DTYPE,
    FLAG_ANY_DTYPE,
    FLAG_STRATEGY,
    FLAG_DEVICE,
    FLAG_JSON,
    FLAG_JSON_FILE,
    FLAG_RUNS,
    FLAG_MASK_IMAGE,
    FLAG_SVG,
    FLAG_CASE,
    FLAG_SUITE,
    FLAG_ONLY,
    FLAG_BATCH,
    FLAG_OP,
    FLAG_COLD,
    FLAG_QUICK,
    FLAG_WITHIN
};

static const struct flag_row {
    const char *name;
    int id;
    unsigned group;
    int has_value;
} flag_table[] = {
    {"help", FLAG_HELP, FLAGS_HELP, no_argument},
    {"output", FLAG_OUTPUT, FLAGS_OUTPUT, required_argument},
    {"mask", FLAG_MASK, FLAGS_MASK, required_argument},
    {"shape", FLAG_SHAPE, FLAGS_SHAPE, required_argument},
    {"mode", FLAG_MODE, FLAGS_POOL, required_argument},
    {"kernel", FLAG_KERNEL, FLAGS_POOL, required_argument},
    {"output-size", FLAG_OUTPUT_SIZE, FLAGS_POOL, required_argument},
    {"stride", FLAG_STRIDE, FLAGS_POOL, required_argument},
    {"padding", FLAG_PADDING, FLAGS_POOL, required_argument},
    {"dilation", FLAG_DILATION, FLAGS_POOL, required_argument},
    {"ceil", FLAG_CEIL, FLAGS_POOL, no_argument},
    {"auto-pad", FLAG_AUTO_PAD, FLAGS_POOL, required_argument},
    {"divisor", FLAG_DIVISOR, FLAGS_POOL, required_argument},
    {"count-include-pad", FLAG_COUNT_INCLUDE_PAD, FLAGS_POOL, no_argument},
    {"p", FLAG_P, FLAGS_POOL, required_argument},
    {"input", FLAG_INPUT, FLAGS_INPUT, required_argument},
    {"y", FLAG_Y, FLAGS_Y, required_argument},
    {"check", FLAG_CHECK, FLAGS_CHECK, no_argument},
    {"to", FLAG_TO, FLAGS_TO, required_argument},
    {"mask-form", FLAG_MASK_FORM, FLAGS_MASK_FORM, required_argument},
    {"layout", FLAG_LAYOUT, FLAGS_LAYOUT, required_argument},
    {"nan", FLAG_NAN, FLAGS_POOL, required_argument},
    {"dtype", FLAG_ANY_DTYPE, FLAGS_ANY_DTYPE, required_argument}, /* of equal names the first is found */
    {"dtype", FLAG_DTYPE, FLAGS_POOL, required_argument},
    {"strategy", FLAG_STRATEGY, FLAGS_POOL, required_argument},
    {"device", FLAG_DEVICE, FLAGS_DEVICE, required_argument},
    {"json", FLAG_JSON, FLAGS_JSON, no_argument},
    {"json", FLAG_JSON_FILE, FLAGS_JSON_FILE, required_argument},
    {"runs", FLAG_RUNS, FLAGS_RUNS, required_argument},
    {"mask-image", FLAG_MASK_IMAGE, FLAGS_MASK_IMAGE, required_argument},
    {"svg", FLAG_SVG, FLAGS_SVG, required_argument},
    {"case", FLAG_CASE, FLAGS_BENCH, required_argument},
    {"suite", FLAG_SUITE, FLAGS_BENCH, required_argument},
    {"only", FLAG_ONLY, FLAGS_BENCH, required_argument},
    {"batch", FLAG_BATCH, FLAGS_BENCH, required_argument},
    {"op", FLAG_OP, FLAGS_BENCH, required_argument},
    {"cold", FLAG_COLD, FLAGS_BENCH, no_argument},
    {"quick", FLAG_QUICK, FLAGS_TUNE, no_argument},
    {"within", FLAG_WITHIN, FLAGS_TUNE, required_argument},
};
#define FLAGS (sizeof(flag_table) / sizeof(flag_table[0]))

static const char *flag_name(int id)
{
    size_t i;
    for (i = 0; i < FLAGS && flag_table[i].id != id; i++) {
    }
    return i < FLAGS ? flag_table[i].name : "?";
}

static exit_code usage_error(const command_syntax *syntax, const char *what)
{
    return report_error(EXIT_BAD_INPUT, "%s; see clpool %s --help", what, syntax->name);
}

static bool parse_mode(const char *text, pooling *pool, message *why)
{
    const pool_mode *known;
    size_t i;
    for (i = 0; (known = pool_mode_at(i)) != NULL; i++) {
        if (strcmp(text, known->name) == 0) {
            pool->mode = known->mode;
            pool->windows = known->windows;
            return true;
        }
    }
    message_set(why, "'%s' is not one of", text);
    for (i = 0; (known = pool_mode_at(i)) != NULL; i++) {
        message_add(why, "%s %s", i == 0 ? "" : ",", known->name);
    }
    return false;
}

static bool parse_auto_pad(const char *text, pooling *pool, message *why)
{
    static const char *const names[] = {
        [CLPOOL_VALID] = "valid", [CLPOOL_SAME_UPPER] = "same_upper", [CLPOOL_SAME_LOWER] = "same_lower"};
    size_t i;
    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (strcmp(text, names[i]) == 0) {
            pool->has_auto_pad = true;
            pool->auto_pad = (clpool_auto_pad)i;
            return true;
        }
    }
    message_set(why, "'%s' is not one of same_upper, same_lower and valid", text);
    return false;
}

static bool parse_layout(const char *text, clpool_layout *layout, message *why)
{
    if (strcmp(text, "nchw") != 0 && strcmp(text, "nhwc") != 0) {
        message_set(why, "'%s' is not one of nchw (channels first) and nhwc (channels last)", text);
        return false;
    }
    *layout = strcmp(text, "nhwc") == 0 ? CLPOOL_CHANNELS_LAST : CLPOOL_CHANNELS_FIRST;
    return true;
}

static bool parse_nan(const char *text, clpool_nan_rule *rule, message *why)
{
    if (strcmp(text, "propagate") != 0 && strcmp(text, "ignore") != 0) {
        message_set(why, "'%s' is not one of propagate and ignore", text);
        return false;
    }
    *rule = strcmp(text, "ignore") == 0 ? CLPOOL_NAN_IGNORE : CLPOOL_NAN_PROPAGATE;
    return true;
}

static bool parse_dtype(const char *text, bool *is_bf16, message *why)
{
    *is_bf16 = strcmp(text, "bf16") == 0;
    if (!*is_bf16) {
        message_set(why, "'%s' is not bf16; every other dtype is the array's own", text);
    }
    return *is_bf16;
}

/* bf16 says what an array of u16 holds, too. */
static bool parse_any_dtype(const char *text, pooling *pool, message *why)
{
    pool->has_dtype = element_parse(text, &pool->dtype);
    pool->is_bf16 = pool->has_dtype && pool->dtype == CLPOOL_BF16;
    if (!pool->has_dtype) {
        message_set(why, "'%s' is not one of f32, f64, f16, bf16, i8, u8 and i32", text);
    }
    return pool->has_dtype;
}

static bool parse_runs(const char *text, size_t *runs, message *why)
{
    if (!number_parse(text, runs, why)) {
        return false;
    }
    if (*runs < 1 || *runs > 1000) {
        message_set(why, "'%s' is outside of 1 to 1000", text);
        return false;
    }
    return true;
}

static bool parse_batch(const char *text, size_t *batch, message *why)
{
    if (!number_parse(text, batch, why)) {
        return false;
    }
    if (*batch < 1) {
        message_set(why, "'%s' is not at least 1", text);
        return false;
    }
    return true;
}

/* Digits, and a point among them. */
static bool parse_within(const char *text, double *within, message *why)
{
    size_t whole = strspn(text, "0123456789");
    size_t part = text[whole] == '.' ? strspn(text + whole + 1, "0123456789") : 0;
    size_t length = whole + (part > 0 ? 1 + part : 0);
    *within = length < sizeof("1000000.000000") ? strtod(text, NULL) : 0;
    if (whole == 0 || text[length] != '\0' || *within < 1) {
        message_set(why, "'%s' is not a number of at least 1, as in 1.3", text);
        return false;
    }
    return true;
}

static bool parse_divisor(const char *text, pooling *pool, message *why)
{
    message ignored;
    pool->divisor = 0;
    if (strcmp(text, "include") == 0 || strcmp(text, "exclude") == 0) {
        pool->divisor_rule = strcmp(text, "include") == 0 ? CLPOOL_INCLUDE_PAD : CLPOOL_EXCLUDE_PAD;
    } else if (number_parse(text, &pool->divisor, &ignored) && pool->divisor >= 1 && pool->divisor <= UINT32_MAX) {
        pool->divisor_rule = CLPOOL_FIXED_DIVISOR;
    } else {
        message_set(why, "'%s' is not include, exclude or a number from 1 to %u", text, UINT32_MAX);
        return false;
    }
    pool->has_divisor = true;
    return true;
}

static bool parse_p(const char *text, unsigned *p, message *why)
{
    size_t value = 0;
    if (!number_parse(text, &value, why)) {
        return false;
    }
    if (value < 1 || value > UINT_MAX) {
        message_set(why, "'%s' is outside of 1 to %u", text, UINT_MAX);
        return false;
    }
    *p = (unsigned)value;
    return true;
}

static bool apply_pool(pooling *pool, int id, const char *value, message *why)
{
    switch (id) {
    case FLAG_MODE:
        return parse_mode(value, pool, why);
    case FLAG_KERNEL:
        return numbers_parse(value, &pool->kernel, why);
    case FLAG_OUTPUT_SIZE:
        return numbers_parse(value, &pool->output_size, why);
    case FLAG_STRIDE:
        return numbers_parse(value, &pool->stride, why);
    case FLAG_PADDING:
        return numbers_parse_pairs(value, &pool->padding_lo, &pool->padding_hi, why);
    case FLAG_DILATION:
        return numbers_parse(value, &pool->dilation, why);
    case FLAG_AUTO_PAD:
        return parse_auto_pad(value, pool, why);
    case FLAG_MASK_FORM:
        pool->has_mask_form = true;
        return mask_form_parse(value, &pool->mask_form, why);
    case FLAG_LAYOUT:
        return parse_layout(value, &pool->layout, why);
    case FLAG_NAN:
        pool->has_nan_rule = true;
        return parse_nan(value, &pool->nan_rule, why);
    case FLAG_DIVISOR:
        return parse_divisor(value, pool, why);
    case FLAG_P:
        return parse_p(value, &pool->p, why);
    case FLAG_DTYPE:
        return parse_dtype(value, &pool->is_bf16, why);
    case FLAG_ANY_DTYPE:
        return parse_any_dtype(value, pool, why);
    case FLAG_STRATEGY:
        pool->strategy = value;
        return true;
    case FLAG_COUNT_INCLUDE_PAD:
        pool->count_include_pad = true;
        return true;
    default:
        pool->ceil = true;
        return true;
    }
}

static bool apply_bench(options *parsed, int id, const char *value, message *why)
{
    switch (id) {
    case FLAG_CASE:
        parsed->one_case = value;
        return true;
    case FLAG_SUITE:
        parsed->suite = value;
        return true;
    case FLAG_ONLY:
        parsed->only = value;
        return true;
    case FLAG_BATCH:
        return parse_batch(value, &parsed->batch, why);
    case FLAG_OP:
        return bench_ops_parse(value, &parsed->ops, why);
    case FLAG_QUICK:
        parsed->quick = true;
        return true;
    case FLAG_WITHIN:
        return parse_within(value, &parsed->within, why);
    default:
        parsed->cold = true;
        return true;
    }
}

static bool apply(options *parsed, int id, const char *value, message *why)
{
    switch (id) {
    case FLAG_HELP:
        parsed->help = true;
        return true;
    case FLAG_OUTPUT:
        parsed->output = value;
        return true;
    case FLAG_MASK:
        parsed->mask = value;
        return true;
    case FLAG_MASK_IMAGE:
        parsed->mask_image = value;
        return true;
    case FLAG_INPUT:
        parsed->input = value;
        return true;
    case FLAG_Y:
        parsed->y = value;
        return true;
    case FLAG_CHECK:
        parsed->check = true;
        return true;
    case FLAG_TO:
        parsed->has_to = true;
        return mask_form_parse(value, &parsed->to, why);
    case FLAG_SHAPE:
        return numbers_parse(value, &parsed->shape, why);
    case FLAG_DEVICE:
        parsed->device = value;
        return true;
    case FLAG_JSON:
        parsed->json = true;
        return true;
    case FLAG_JSON_FILE:
        parsed->json_file = value;
        return true;
    case FLAG_RUNS:
        return parse_runs(value, &parsed->runs, why);
    case FLAG_SVG:
        parsed->svg = value;
        return true;
    case FLAG_CASE:
    case FLAG_SUITE:
    case FLAG_ONLY:
    case FLAG_BATCH:
    case FLAG_OP:
    case FLAG_COLD:
    case FLAG_QUICK:
    case FLAG_WITHIN:
        return apply_bench(parsed, id, value, why);
    default:
        return apply_pool(&parsed->pool, id, value, why);
    }
}

/* The flags that a command knows, as getopt_long() wants them. */
static void fill_long_options(const command_syntax *syntax, struct option long_options[FLAGS + 1])
{
    size_t i, used = 0;
    memset(long_options, 0, (FLAGS + 1) * sizeof(*long_options));
    for (i = 0; i < FLAGS; i++) {
        if ((flag_table[i].group & (syntax->flags | FLAGS_HELP)) != 0) {
            long_options[used].name = flag_table[i].name;
            long_options[used].has_arg = flag_table[i].has_value;
            long_options[used].val = flag_table[i].id;
            used++;
        }
    }
}

static exit_code reject(const command_syntax *syntax, int found, char **argv)
{
    message what;
    const char *argument = argv[optind - 1];
    if (found == ':') {
        message_set(&what, "flag '%s' needs a value", argument);
    } else if (optopt == 0) {
        message_set(&what, "unknown flag '%s'", argument);
    } else if (optopt < FLAG_HELP) {
        message_set(&what, "unknown flag '-%c'", optopt);
    } else {
        message_set(&what, "flag '--%s' takes no value", flag_name(optopt));
    }
    return usage_error(syntax, what.text);
}

static int long_form(int found)
{
    switch (found) {
    case 'h':
        return FLAG_HELP;
    case 'o':
        return FLAG_OUTPUT;
    default:
        return found;
    }
}

static exit_code take_flags(const command_syntax *syntax, int argc, char **argv, options *parsed)
{
    struct option long_options[FLAGS + 1];
    const char *short_options = (syntax->flags & FLAGS_OUTPUT) != 0 ? ":ho:" : ":h";
    int found;
    fill_long_options(syntax, long_options);
    opterr = 0;
    optind = 0;
    while ((found = getopt_long(argc, argv, short_options, long_options, NULL)) != -1) {
        message why;
        int id = long_form(found);
        if (found == '?' || found == ':') {
            return reject(syntax, found, argv);
        }
        if (!apply(parsed, id, optarg, &why)) {
            message what;
            message_set(&what, "--%s: %s", flag_name(id), why.text);
            return usage_error(syntax, what.text);
        }
    }
    return EXIT_DONE;
}

static exit_code take_operand(const command_syntax *syntax, int argc, char **argv, options *parsed)
{
    int most = syntax->operand != NULL ? 1 : 0;
    message what;
    if (argc - optind > most) {
        message_set(&what, "'%s' is one operand too many", argv[optind + most]);
        return usage_error(syntax, what.text);
    }
    if (argc > optind) {
        parsed->operand = argv[optind];
    } else if (most == 1 && !syntax->operand_optional) {
        message_set(&what, "operand %s is missing", syntax->operand);
        return usage_error(syntax, what.text);
    }
    return EXIT_DONE;
}

static exit_code check_needed(const command_syntax *syntax, const options *parsed)
{
    const struct {
        unsigned group;
        bool given;
        const char *flag;
    } rows[] = {
        {FLAGS_OUTPUT, parsed->output != NULL, "-o"},
        {FLAGS_MASK, parsed->mask != NULL, "--mask"},
        {FLAGS_SHAPE, parsed->shape.count > 0, "--shape"},
        {FLAGS_POOL, parsed->pool.kernel.count > 0 || parsed->pool.windows != POOL_SLIDING, "--kernel"},
    };
    size_t i;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if ((syntax->needed & rows[i].group) != 0 && !rows[i].given) {
            message what;
            message_set(&what, "flag '%s' is missing", rows[i].flag);
            return usage_error(syntax, what.text);
        }
    }
    return EXIT_DONE;
}

exit_code options_parse(const command_syntax *syntax, int argc, char **argv, options *parsed)
{
    exit_code code;
    memset(parsed, 0, sizeof(*parsed));
    code = take_flags(syntax, argc, argv, parsed);
    if (code == EXIT_DONE && !parsed->help) {
        code = take_operand(syntax, argc, argv, parsed);
    }
    if (code == EXIT_DONE && !parsed->help) {
        code = check_needed(syntax, parsed);
    }
    if (parsed->device == NULL) {
        parsed->device = getenv("CLPOOL_DEVICE");
    }
    if (parsed->device != NULL && parsed->device[0] == '\0') {
        parsed->device = NULL;
    }
    return code;
}
