/* SPDX-License-Identifier: Apache-2.0 */
/* A case of clpool bench as people write it: "8,64,112,112:3,2,1". */
#ifndef CLI_BENCH_SPEC_H
#define CLI_BENCH_SPEC_H

#include "numbers.h"

#define BENCH_SPEC_BYTES 160

/** What it says. Lists that it leaves out have no numbers. */
typedef struct bench_spec {
    numbers shape; /**< N, C, then the spatial axes, whatever the layout */
    numbers kernel;
    numbers stride;
    numbers padding_lo;
    numbers padding_hi;
} bench_spec;

/** Understands N,C,SPATIAL[:KERNEL[,STRIDE[,PADDING]]], where each of the last three is one number for every axis or
 * one for each with x between them ("1x3x3"), and a padding may be LO:HI. On failure `why` says what is wrong. */
bool bench_spec_parse(const char *text, bench_spec *parsed, message *why);

#endif
