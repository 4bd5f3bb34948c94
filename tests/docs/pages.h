/* SPDX-License-Identifier: Apache-2.0 */
/* The names that the C of docs/'s pages has, for check_pages.py to compile it. */
#ifndef CLPOOL_TESTS_PAGES_H
#define CLPOOL_TESTS_PAGES_H

#define CL_TARGET_OPENCL_VERSION 120
#include <clpool.h>

#include <stdio.h>
#include <stdlib.h>

static inline void check(clpool_status status)
{
    if (status != CLPOOL_SUCCESS) {
        exit(EXIT_FAILURE);
    }
}

/* What a program has that pools. A part may declare some of it by itself. */
extern cl_context context;
extern cl_device_id device;
extern cl_command_queue queue;
extern cl_kernel convolution;
extern size_t size[2];
extern clpool_engine *engine;
extern clpool_plan *plan;
extern clpool_problem problem;
extern cl_mem x, y, mask, dy, dx, arena, activations, masks;

#define PART_BEGIN                                                                                                     \
    void part(void);                                                                                                   \
    void part(void)                                                                                                    \
    {
#define PART_END }

#endif
