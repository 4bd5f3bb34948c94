/* SPDX-License-Identifier: Apache-2.0 */
/* The tuning of an engine: the file that was named or that lies in its folder, and the tables that the library has
 * (tuning/). Read when the engine is created, constant from there on. */
#ifndef CLPOOL_DEVICE_TUNING_H
#define CLPOOL_DEVICE_TUNING_H

#include "device/tuning_file.h"

/** Zeroed, there is none. */
struct tunings {
    char *path; /* of the file in the folder, whether or not it is there; NULL: there is no folder */
    struct tuning file;
    struct tuning table; /* what the library's tables say of the device */
};

/** Reads what the options, or else the environment, ask for. `folder` is the engine's cache folder, or NULL.
 * Errors: CLPOOL_INVALID_ARGUMENT for a file that was named and cannot be read or is no tuning file,
 * CLPOOL_UNSUPPORTED for one named in the options that is for another device, CLPOOL_OUT_OF_MEMORY; CLPOOL_OPENCL_ERROR
 * where a file was named and the device does not tell its names. */
clpool_status tunings_open(struct tunings *tunings, cl_device_id device, const char *folder,
                           const clpool_engine_options *options);

void tunings_close(struct tunings *tunings);

#endif
