/* SPDX-License-Identifier: Apache-2.0 */
/* Masks in .npy files: arrays of the shape of y, or of the bytes of a packed form. */
#ifndef CLI_MASK_FILE_H
#define CLI_MASK_FILE_H

#include "array.h"
#include "clpool.h"

/** Reads a mask of the problem, which must be a checked one of maximum, and checks its dtype and shape. */
exit_code mask_read(const char *path, const clpool_problem *problem, array *read);

/** Makes a mask of zeros for the problem, which must be a checked one of maximum. */
exit_code mask_make(const clpool_problem *problem, array *made);

#endif
