/* SPDX-License-Identifier: Apache-2.0 */
/* The exit statuses of the command. A function that returns one has already said on stderr what went wrong. */
#ifndef CLI_EXIT_CODE_H
#define CLI_EXIT_CODE_H

typedef enum exit_code {
    EXIT_DONE = 0,
    EXIT_DIFFERENCE = 1,   /**< a comparison or a verification found one */
    EXIT_BAD_INPUT = 2,    /**< usage, files, or a problem that is invalid or not supported */
    EXIT_DEVICE_FAILED = 3 /**< no such device, or OpenCL failed */
} exit_code;

#endif
