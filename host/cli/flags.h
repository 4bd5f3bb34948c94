/* SPDX-License-Identifier: Apache-2.0 */
/* The flags that commands take: one row of a table each. */
#ifndef CLI_FLAGS_H
#define CLI_FLAGS_H

#include <stddef.h>

#include "words.h"

/** Groups of flags that a command may take. */
typedef enum flag_group {
    FLAGS_OUTPUT = 1u << 0,     /**< -o FILE */
    FLAGS_MASK = 1u << 1,       /**< --mask FILE */
    FLAGS_SHAPE = 1u << 2,      /**< --shape N,C,... */
    FLAGS_POOL = 1u << 3,       /**< --kernel and its like */
    FLAGS_DEVICE = 1u << 4,     /**< --device NAME */
    FLAGS_JSON = 1u << 5,       /**< --json, to stdout */
    FLAGS_JSON_FILE = 1u << 6,  /**< --json FILE */
    FLAGS_RUNS = 1u << 7,       /**< --runs N */
    FLAGS_MASK_IMAGE = 1u << 8, /**< --mask-image FILE */
    FLAGS_HELP = 1u << 9,       /**< --help; every command takes it */
    FLAGS_LAYOUT = 1u << 10,    /**< --layout NAME */
    FLAGS_INPUT = 1u << 11,     /**< --input FILE */
    FLAGS_MASK_FORM = 1u << 12, /**< --mask-form NAME */
    FLAGS_Y = 1u << 13,         /**< --y FILE */
    FLAGS_CHECK = 1u << 14,     /**< --check */
    FLAGS_TO = 1u << 15,        /**< --to NAME */
    FLAGS_ANY_DTYPE = 1u << 16, /**< --dtype NAME of every dtype, where FLAGS_POOL has bf16 alone */
    FLAGS_BENCH = 1u << 17,     /**< --case, --suite, --only, --batch, --op, --cold */
    FLAGS_SVG = 1u << 18,       /**< --svg FILE */
    FLAGS_TUNE = 1u << 19,      /**< --quick, --within */
    FLAGS_REPORT = 1u << 20,    /**< --report FILE */
    FLAGS_FUSED = 1u << 21,     /**< --fused */
    FLAGS_FUSION = 1u << 22,    /**< --load-expression, --parameters, --relu */
    FLAGS_STORE = 1u << 23,     /**< --store-expression */
    FLAGS_BACKWARD = 1u << 24   /**< --backward */
} flag_group;

/** What getopt_long() returns for a long flag: nothing that a character can be. */
typedef enum flag_id {
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
    FLAG_BACKWARD,
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
    FLAG_REPORT,
    FLAG_SVG,
    FLAG_CASE,
    FLAG_SUITE,
    FLAG_ONLY,
    FLAG_BATCH,
    FLAG_OP,
    FLAG_COLD,
    FLAG_FUSED,
    FLAG_LOAD_EXPRESSION,
    FLAG_STORE_EXPRESSION,
    FLAG_PARAMETERS,
    FLAG_RELU,
    FLAG_QUICK,
    FLAG_WITHIN
} flag_id;

typedef struct flag {
    const char *name; /**< without its dashes */
    flag_id id;
    unsigned group;    /**< the flag_group that it belongs to */
    const char *value; /**< what the value is, in a word or by example; "FILE" where it names one; NULL: it has none */
    word_at words;     /**< those that the value may be, or some of them; NULL: there are none */
} flag;

/** The index-th of all flags; NULL past the last. Of equal names the first that a command takes is meant. */
const flag *flag_at(size_t index);

/** NULL if none has it. */
const flag *flag_by_id(int id);

/** The name of the index-th; NULL past the last. */
const char *word_of_flag(size_t index);

#endif
