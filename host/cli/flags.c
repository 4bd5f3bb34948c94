/* SPDX-License-Identifier: Apache-2.0 */
#include "flags.h"

#include "bench_cases.h"
#include "bench_op.h"
#include "flag_values.h"
#include "mask_form.h"

static const flag flag_table[] = {
    {"help", FLAG_HELP, FLAGS_HELP, NULL, NULL},
    {"output", FLAG_OUTPUT, FLAGS_OUTPUT, "FILE", NULL},
    {"mask", FLAG_MASK, FLAGS_MASK, "FILE", NULL},
    {"shape", FLAG_SHAPE, FLAGS_SHAPE, "N,C,...", NULL},
    {"mode", FLAG_MODE, FLAGS_POOL, "MODE", word_of_mode},
    {"kernel", FLAG_KERNEL, FLAGS_POOL, "3,3", NULL},
    {"output-size", FLAG_OUTPUT_SIZE, FLAGS_POOL, "7,7", NULL},
    {"stride", FLAG_STRIDE, FLAGS_POOL, "2,2", NULL},
    {"padding", FLAG_PADDING, FLAGS_POOL, "1,1", NULL},
    {"dilation", FLAG_DILATION, FLAGS_POOL, "1,1", NULL},
    {"ceil", FLAG_CEIL, FLAGS_POOL, NULL, NULL},
    {"auto-pad", FLAG_AUTO_PAD, FLAGS_POOL, "RULE", word_of_auto_pad},
    {"divisor", FLAG_DIVISOR, FLAGS_POOL, "D", word_of_divisor},
    {"count-include-pad", FLAG_COUNT_INCLUDE_PAD, FLAGS_POOL, NULL, NULL},
    {"p", FLAG_P, FLAGS_POOL, "P", NULL},
    {"input", FLAG_INPUT, FLAGS_INPUT, "FILE", NULL},
    {"y", FLAG_Y, FLAGS_Y, "FILE", NULL},
    {"check", FLAG_CHECK, FLAGS_CHECK, NULL, NULL},
    {"backward", FLAG_BACKWARD, FLAGS_BACKWARD, NULL, NULL},
    {"to", FLAG_TO, FLAGS_TO, "FORM", word_of_mask_form},
    {"mask-form", FLAG_MASK_FORM, FLAGS_MASK_FORM, "FORM", word_of_mask_form},
    {"layout", FLAG_LAYOUT, FLAGS_LAYOUT, "LAYOUT", word_of_layout},
    {"nan", FLAG_NAN, FLAGS_POOL, "RULE", word_of_nan_rule},
    {"dtype", FLAG_ANY_DTYPE, FLAGS_ANY_DTYPE, "DTYPE", word_of_dtype}, /* of equal names the first is found */
    {"dtype", FLAG_DTYPE, FLAGS_POOL, "DTYPE", word_of_bf16},
    {"strategy", FLAG_STRATEGY, FLAGS_POOL, "STRATEGY", word_of_strategy},
    {"device", FLAG_DEVICE, FLAGS_DEVICE, "DEVICE", NULL},
    {"json", FLAG_JSON, FLAGS_JSON, NULL, NULL},
    {"json", FLAG_JSON_FILE, FLAGS_JSON_FILE, "FILE", NULL},
    {"runs", FLAG_RUNS, FLAGS_RUNS, "N", NULL},
    {"mask-image", FLAG_MASK_IMAGE, FLAGS_MASK_IMAGE, "FILE", NULL},
    {"report", FLAG_REPORT, FLAGS_REPORT, "FILE", NULL},
    {"svg", FLAG_SVG, FLAGS_SVG, "FILE", NULL},
    {"case", FLAG_CASE, FLAGS_BENCH, "N,C,...:K,S,P", NULL},
    {"suite", FLAG_SUITE, FLAGS_BENCH, "SUITE", bench_suite_name},
    {"only", FLAG_ONLY, FLAGS_BENCH, "TEXT", NULL},
    {"batch", FLAG_BATCH, FLAGS_BENCH, "N", NULL},
    {"op", FLAG_OP, FLAGS_BENCH, "OPS", word_of_bench_op},
    {"cold", FLAG_COLD, FLAGS_BENCH, NULL, NULL},
    {"load-expression", FLAG_LOAD_EXPRESSION, FLAGS_FUSION, "EXPRESSION", NULL},
    {"store-expression", FLAG_STORE_EXPRESSION, FLAGS_STORE, "EXPRESSION", NULL},
    {"parameters", FLAG_PARAMETERS, FLAGS_FUSION, "FILE", NULL},
    {"relu", FLAG_RELU, FLAGS_FUSION, NULL, NULL},
    {"fused", FLAG_FUSED, FLAGS_FUSED, NULL, NULL},
    {"quick", FLAG_QUICK, FLAGS_TUNE, NULL, NULL},
    {"within", FLAG_WITHIN, FLAGS_TUNE, "X", NULL},
};
#define FLAGS (sizeof(flag_table) / sizeof(flag_table[0]))

const flag *flag_at(size_t index)
{
    return index < FLAGS ? &flag_table[index] : NULL;
}

const flag *flag_by_id(int id)
{
    size_t i;
    for (i = 0; i < FLAGS && (int)flag_table[i].id != id; i++) {
    }
    return flag_at(i);
}

const char *word_of_flag(size_t index)
{
    const flag *known = flag_at(index);
    return known == NULL ? NULL : known->name;
}
