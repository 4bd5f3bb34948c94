/* SPDX-License-Identifier: Apache-2.0 */
/* The library's dtypes: their names, the arrays that hold them, and their elements as numbers. */
#ifndef CLI_ELEMENT_H
#define CLI_ELEMENT_H

#include <stdbool.h>
#include <stddef.h>

#include "clpool.h"
#include "npy.h"

/** As people write it: "bf16". */
const char *element_name(clpool_dtype dtype);

/** Understands a dtype's name. */
bool element_parse(const char *name, clpool_dtype *dtype);

/** The dtype of arrays that hold such elements. */
npy_dtype element_npy(clpool_dtype dtype);

bool element_is_float(clpool_dtype dtype);

double element_get(clpool_dtype dtype, const void *data, size_t index);

/** Stores a value that f32 holds exactly, or f64 where that is the dtype: rounded to nearest even in f16 and bf16. Of
 * integer types it must be a value. */
void element_set(clpool_dtype dtype, void *data, size_t index, double value);

#endif
