/* SPDX-License-Identifier: Apache-2.0 */
/* The flags and operands of a command line. */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "exit_code.h"
#include "pooling.h"

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
    FLAGS_TUNE = 1u << 19       /**< --quick, --within */
} flag_group;

/** What a command takes. */
typedef struct command_syntax {
    const char *name;
    unsigned flags;      /**< flag groups that it knows */
    unsigned needed;     /**< of them, those it cannot do without; of FLAGS_POOL it is --kernel, if the mode has one */
    const char *operand; /**< as the usage names it: "X.npy"; NULL if it takes none */
    bool operand_optional; /**< if not, the operand must be there */
} command_syntax;

/** What was given. Strings are those of the command line. */
typedef struct options {
    bool help;
    const char *operand;
    const char *output;
    const char *mask;
    const char *mask_image;
    const char *input;
    const char *y;
    bool check;
    bool has_to;
    clpool_mask_form to; /**< a form to convert a mask to */
    numbers shape;
    const char *device; /**< from CLPOOL_DEVICE where the flag was not given; NULL if neither was */
    bool json;
    const char *json_file;
    const char *svg;
    size_t runs;          /**< 0: not given */
    const char *one_case; /**< bench and tune only, like what follows */
    const char *suite;    /**< one or more, with commas between them */
    const char *only;     /**< a part of the names of the suite's cases that are wanted */
    size_t batch;         /**< 0: not given */
    unsigned ops;         /**< bits 1 << bench_op; 0: not given */
    bool cold;
    bool quick;    /**< tune only, like what follows */
    double within; /**< 0: not given */
    pooling pool;
} options;

/** Understands the arguments after the command's name: argv[0] is that name. With --help nothing else is checked. */
exit_code options_parse(const command_syntax *syntax, int argc, char **argv, options *parsed);

#endif
