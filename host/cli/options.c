/* SPDX-License-Identifier: Apache-2.0 */
#include "options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench_op.h"
#include "flag_values.h"
#include "mask_form.h"
#include "report.h"

enum { MOST_FLAGS = 64 };

static exit_code usage_error(const command_syntax *syntax, const char *what)
{
    return report_error(EXIT_BAD_INPUT, "%s; see clpool %s --help", what, syntax->name);
}

/* The word that a flag's value must be. */
static bool find_word(flag_id id, const char *text, size_t *index, message *why)
{
    *index = 0;
    return word_find(flag_by_id((int)id)->words, text, strlen(text), index, why);
}

/* Values that are words. */
static bool apply_word(pooling *pool, flag_id id, const char *value, message *why)
{
    size_t index;
    const bool found = find_word(id, value, &index, why);
    switch (id) {
    case FLAG_MODE:
        pool->mode = pool_mode_at(index)->mode;
        pool->windows = pool_mode_at(index)->windows;
        break;
    case FLAG_AUTO_PAD:
        pool->has_auto_pad = found;
        pool->auto_pad = (clpool_auto_pad)index;
        break;
    case FLAG_LAYOUT:
        pool->layout = (clpool_layout)index;
        break;
    case FLAG_NAN:
        pool->has_nan_rule = found;
        pool->nan_rule = (clpool_nan_rule)index;
        break;
    case FLAG_DTYPE:
        pool->is_bf16 = found;
        break;
    default: /* FLAG_ANY_DTYPE; bf16 says what an array of u16 holds, too */
        pool->has_dtype = found;
        pool->dtype = (clpool_dtype)index;
        pool->is_bf16 = found && pool->dtype == CLPOOL_BF16;
        break;
    }
    return found;
}

static bool apply_pool(pooling *pool, int id, const char *value, message *why)
{
    switch (id) {
    case FLAG_MODE:
    case FLAG_AUTO_PAD:
    case FLAG_LAYOUT:
    case FLAG_NAN:
    case FLAG_DTYPE:
    case FLAG_ANY_DTYPE:
        return apply_word(pool, (flag_id)id, value, why);
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
    case FLAG_MASK_FORM:
        pool->has_mask_form = true;
        return mask_form_parse(value, &pool->mask_form, why);
    case FLAG_DIVISOR:
        return value_divisor(value, pool, why);
    case FLAG_P:
        return value_p(value, &pool->p, why);
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
        return value_batch(value, &parsed->batch, why);
    case FLAG_OP:
        return bench_ops_parse(value, &parsed->ops, why);
    case FLAG_QUICK:
        parsed->quick = true;
        return true;
    case FLAG_WITHIN:
        return value_within(value, &parsed->within, why);
    case FLAG_FUSED:
        parsed->fused = true;
        return true;
    default:
        parsed->cold = true;
        return true;
    }
}

static bool apply_fusion(fused_flags *fusion, int id, const char *value)
{
    switch (id) {
    case FLAG_LOAD_EXPRESSION:
        fusion->load_expression = value;
        return true;
    case FLAG_STORE_EXPRESSION:
        fusion->store_expression = value;
        return true;
    case FLAG_PARAMETERS:
        fusion->parameters = value;
        return true;
    default:
        fusion->relu = true;
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
    case FLAG_BACKWARD:
        parsed->backward = true;
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
        return value_runs(value, &parsed->runs, why);
    case FLAG_REPORT:
        parsed->report_file = value;
        return true;
    case FLAG_SVG:
        parsed->svg = value;
        return true;
    case FLAG_CASE:
    case FLAG_SUITE:
    case FLAG_ONLY:
    case FLAG_BATCH:
    case FLAG_OP:
    case FLAG_COLD:
    case FLAG_FUSED:
    case FLAG_QUICK:
    case FLAG_WITHIN:
        return apply_bench(parsed, id, value, why);
    case FLAG_LOAD_EXPRESSION:
    case FLAG_STORE_EXPRESSION:
    case FLAG_PARAMETERS:
    case FLAG_RELU:
        return apply_fusion(&parsed->fusion, id, value);
    default:
        return apply_pool(&parsed->pool, id, value, why);
    }
}

bool command_takes(const command_syntax *syntax, const flag *known)
{
    return (known->group & (syntax->flags | FLAGS_HELP)) != 0;
}

static bool command_takes_named(const command_syntax *syntax, const char *name)
{
    const flag *known;
    size_t i;
    for (i = 0; (known = flag_at(i)) != NULL; i++) {
        if (strcmp(known->name, name) == 0 && command_takes(syntax, known)) {
            return true;
        }
    }
    return false;
}

/* The flags that a command knows, as getopt_long() wants them. */
static void fill_long_options(const command_syntax *syntax, struct option long_options[MOST_FLAGS + 1])
{
    const flag *known;
    size_t i, used = 0;
    memset(long_options, 0, (MOST_FLAGS + 1) * sizeof(*long_options));
    for (i = 0; used < MOST_FLAGS && (known = flag_at(i)) != NULL; i++) {
        if (command_takes(syntax, known)) {
            long_options[used].name = known->name;
            long_options[used].has_arg = known->value == NULL ? no_argument : required_argument;
            long_options[used].val = (int)known->id;
            used++;
        }
    }
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

/* Names the flag that may have been meant, or says that it is one of other commands. */
static void explain_unknown(const command_syntax *syntax, const char *argument, message *what)
{
    const char *name = argument + strspn(argument, "-");
    const char *meant = word_nearest(word_of_flag, name, strcspn(name, "="));
    message_set(what, "unknown flag '%s'", argument);
    if (meant != NULL && command_takes_named(syntax, meant)) {
        message_add(what, " (did you mean '--%s'?)", meant);
    } else if (meant != NULL && strncmp(meant, name, strcspn(name, "=")) == 0 && meant[strcspn(name, "=")] == '\0') {
        message_set(what, "clpool %s does not take '--%s', which other commands have", syntax->name, meant);
    }
}

static exit_code reject(const command_syntax *syntax, int found, char **argv)
{
    message what;
    const char *argument = argv[optind - 1];
    if (found == ':') {
        const flag *known = flag_by_id(long_form(optopt));
        message_set(&what, "flag '%s' needs a value", argument);
        if (known != NULL && known->value != NULL) {
            message_add(&what, ": %s", known->value);
        }
    } else if (optopt == 0) {
        explain_unknown(syntax, argument, &what);
    } else if (optopt < FLAG_HELP) {
        message_set(&what, "unknown flag '-%c'", optopt);
    } else {
        message_set(&what, "flag '--%s' takes no value", flag_by_id(optopt)->name);
    }
    return usage_error(syntax, what.text);
}

static exit_code take_flags(const command_syntax *syntax, int argc, char **argv, options *parsed)
{
    struct option long_options[MOST_FLAGS + 1];
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
            message_set(&what, "--%s: %s", flag_by_id(id)->name, why.text);
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
