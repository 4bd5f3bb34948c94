/* SPDX-License-Identifier: Apache-2.0 */
/* The flags and operands of a command line. */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "exit_code.h"
#include "flags.h"
#include "fused.h"
#include "pooling.h"

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
    bool backward;
    bool has_to;
    clpool_mask_form to; /**< a form to convert a mask to */
    numbers shape;
    const char *device; /**< from CLPOOL_DEVICE where the flag was not given; NULL if neither was */
    bool json;
    const char *json_file;
    const char *report_file;
    const char *svg;
    size_t runs;          /**< 0: not given */
    const char *one_case; /**< bench and tune only, like what follows */
    const char *suite;    /**< one or more, with commas between them */
    const char *only;     /**< a part of the names of the suite's cases that are wanted */
    size_t batch;         /**< 0: not given */
    unsigned ops;         /**< bits 1 << bench_op; 0: not given */
    bool cold;
    bool fused;
    bool quick;    /**< tune only, like what follows */
    double within; /**< 0: not given */
    fused_flags fusion;
    pooling pool;
} options;

/** True if the command takes the flag. */
bool command_takes(const command_syntax *syntax, const flag *known);

/** Understands the arguments after the command's name: argv[0] is that name. With --help nothing else is checked. */
exit_code options_parse(const command_syntax *syntax, int argc, char **argv, options *parsed);

#endif
