/* SPDX-License-Identifier: Apache-2.0 */
/* Expressions for plans, and by C what they do to the tensors of a test case. Shares no code with the kernels. */
#ifndef CLPOOL_TESTS_FUSING_H
#define CLPOOL_TESTS_FUSING_H

#include "clpool.h"
#include "support/tensors.h"

/** What a plan is to do, and the same as functions of x and its channel's parameters. */
struct fusing {
    const char *load; /* an expression; NULL: none */
    const char *store;
    clpool_activation activation;
    unsigned parameters;
    clpool_parameter_scope scope;
    float (*load_f32)(float x, const float *p);
    float (*store_f32)(float x, const float *p);
    double (*load_f64)(double x, const float *p);
    double (*store_f64)(double x, const float *p);
};

/** The index-th case; NULL past the last. */
const struct fusing *fusing_at(size_t index);

/** A parameter of a channel: a small number that every type holds. */
float fusing_parameter(unsigned parameter, size_t channel);

/** Whether a case is one for the problem. */
int fusing_takes(const struct fusing *fusing, const clpool_problem *problem);

/** Replaces each element of x by what it is pooled as. */
void fusing_load(const struct fusing *fusing, const clpool_problem *problem, unsigned char *x);

/** Replaces each element of y by what is stored, and the mask values of windows that are cut; mask may be NULL. */
void fusing_store(const struct fusing *fusing, const clpool_problem *problem, unsigned char *y, unsigned char *mask);

#endif
