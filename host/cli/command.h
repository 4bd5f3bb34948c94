/* SPDX-License-Identifier: Apache-2.0 */
/* The commands of clpool: one row of a table each, in a file of its own. */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

#include "options.h"

typedef struct command {
    command_syntax syntax;
    const char *summary; /**< one line, for the list of commands */
    const char *help;
    exit_code (*run)(const options *given);
} command;

extern const command command_devices;
extern const command command_forward;
extern const command command_backward;
extern const command command_unpool;
extern const command command_mask;
extern const command command_compare;
extern const command command_bench;
extern const command command_tune;
extern const command command_verify;
extern const command command_image;

/** The index-th of all commands; NULL past the last. */
const command *command_at(size_t index);

/** NULL if there is none of that name. */
const command *command_named(const char *name);

/** The part of a help text about POOL. */
#define HELP_POOL                                                                                                      \
    "\n"                                                                                                               \
    "POOL\n"                                                                                                           \
    "  --mode MODE            max (default), avg or lp; global_max, global_avg or global_lp (one window over each\n"   \
    "                         plane); adaptive_max, adaptive_avg or adaptive_lp (as many windows as --output-size\n"   \
    "                         says); the global and adaptive modes take none of the flags from --kernel to "           \
    "--auto-pad\n"                                                                                                     \
    "  --output-size 7,7      outputs of the adaptive modes\n"                                                         \
    "  --kernel 3,3           window, in taps\n"                                                                       \
    "  --stride 2,2           elements between two windows (default: the kernel)\n"                                    \
    "  --padding 1,1          padding on both sides, or 0:1,0:1 for before:after (default: 0)\n"                       \
    "  --dilation 1,1         elements between two taps (default: 1)\n"                                                \
    "  --ceil                 round the number of outputs up\n"                                                        \
    "  --auto-pad RULE        same_upper, same_lower or valid, in place of --padding and --ceil\n"                     \
    "  --nan RULE             of max: propagate (default: the last NaN of a window wins) or ignore (numbers win)\n"    \
    "  --divisor D            of avg: include (default: the window without what hangs over the padding), exclude\n"    \
    "                         (its elements inside the array) or a number\n"                                           \
    "  --count-include-pad    the same as --divisor include\n"                                                         \
    "  --p P                  of lp, required: (sum |x|^P)^(1/P)\n"                                                    \
    "  --dtype bf16           arrays of u16 hold bf16, for which NumPy has no dtype\n"                                 \
    "  --strategy NAME        run this kernel, and no other\n"                                                         \
    "  One number stands for every spatial axis.\n"

/** The part of a help text about --layout. */
#define HELP_LAYOUT                                                                                                    \
    "\n"                                                                                                               \
    "LAYOUT\n"                                                                                                         \
    "  --layout L             order of the arrays' axes, the mask's too: nchw (default: N, C, spatial) or nhwc\n"      \
    "                         (N, spatial, C)\n"

/** The part of a help text about --mask-form. */
#define HELP_MASK_FORM                                                                                                 \
    "\n"                                                                                                               \
    "MASK\n"                                                                                                           \
    "  --mask-form F          window (default: the tap's number in its window, u8, u16 or u32), plane (index in the\n" \
    "                         plane, i64, as PyTorch has it), plane_i32, tensor (index in the whole array, i64, as\n"  \
    "                         ONNX has it), tensor_colmajor, or window_2bit or window_4bit (as window, for windows "   \
    "of\n"                                                                                                             \
    "                         few taps: the file is a u8 array of one axis, with 4 or 2 values in a byte); indices\n"  \
    "                         count (N, C, spatial)\n"

/** The part of a help text about work besides pooling. */
#define HELP_FUSION                                                                                                    \
    "\n"                                                                                                               \
    "FUSED WORK, on OpenCL devices\n"                                                                                  \
    "  --load-expression E    what is pooled of each element x: OpenCL C with numbers, x, p0 to p7, operators and\n"   \
    "                         functions of one element, such as 'x > 0 ? x : 0.1 * x' or 'fmax(x, p0)'\n"              \
    "  --parameters P.npy     p0, p1, ...: one number each, (P,), or one for each channel, (P, C); f32, for f64 f64\n" \
    "  --relu                 of max: pooled values that are not above 0 become 0, and pass no gradient\n"

/** The part of a help text about --device, for commands that run on one. */
#define HELP_DEVICE                                                                                                    \
    "\n"                                                                                                               \
    "DEVICE\n"                                                                                                         \
    "  --device D             auto (default: the first GPU, else the first device), native (no OpenCL),\n"             \
    "                         PLATFORM:DEVICE as clpool devices lists them, or part of a name;\n"                      \
    "                         CLPOOL_DEVICE in the environment sets the default\n"

/** Runs the command line of the whole program. */
exit_code commands_main(int argc, char **argv);

#endif
