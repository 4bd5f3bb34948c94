/* SPDX-License-Identifier: Apache-2.0 */
/* A logarithmic axis over whole powers of ten. */
#ifndef CLI_LOG_SCALE_H
#define CLI_LOG_SCALE_H

typedef struct log_scale {
    int low, high;   /**< exponents of ten; low > high: it covers nothing yet */
    double from, to; /**< where they are drawn */
} log_scale;

/** A scale that covers nothing yet. */
log_scale log_scale_empty(double from, double to);

/** Makes the scale span a value, if that is positive and finite. */
void log_scale_cover(log_scale *grown, double value);

/** Gives a scale that has no extent some. */
void log_scale_settle(log_scale *of);

/** Where a positive value is drawn. */
double log_scale_place(const log_scale *on, double value);

#define BYTE_LABEL_BYTES 32

/** Writes a power of ten of bytes, "10 MB", and returns `text`. */
const char *byte_label(int exponent, char text[BYTE_LABEL_BYTES]);

#endif
