/* SPDX-License-Identifier: Apache-2.0 */
/* What a tuning file says: for which devices it is, and which strategy is the fastest for which profile. The strategy
 * is a text here, whose meaning plan/ knows. docs/tuning.md describes the format. */
#ifndef CLPOOL_DEVICE_TUNING_FILE_H
#define CLPOOL_DEVICE_TUNING_FILE_H

#include "device/identity.h"
#include "problem/profile.h"

/** Raised whenever a line changes its meaning. */
enum { TUNING_FORMAT = 1 };

enum { TUNING_BYTES_MOST = 1 << 18, TUNING_RULES_MOST = 1024, TUNING_STRATEGY_BYTES = 128, TUNING_WHY_BYTES = 256 };

/** In place of a strategy: what the library chooses without this file. */
#define TUNING_DEFAULT "default"

struct tuning_rule {
    struct profile profile;
    char strategy[TUNING_STRATEGY_BYTES];
};

/** Zeroed, it has no rule. */
struct tuning {
    struct tuning_rule *rules;
    size_t count;
};

/** Understands the text of a file for a device.
 * Errors, with nothing to free and a sentence in `why`, and not in the thread's last error: CLPOOL_INVALID_ARGUMENT for
 * a text that is no tuning file, CLPOOL_UNSUPPORTED for one that is for another device, CLPOOL_OUT_OF_MEMORY. */
clpool_status tuning_parse(const char *text, size_t size, const struct identity *identity, struct tuning *tuning,
                           char why[TUNING_WHY_BYTES]);

void tuning_free(struct tuning *tuning);

/** Writes the lines with which a file for exactly this device begins, cut to `size` bytes; returns how many bytes they
 * take without a NUL. */
size_t tuning_write_head(const struct identity *identity, char *text, size_t size);

/** Whether a text is one that a pattern stands for, where * is any text. */
bool tuning_matches(const char *pattern, const char *text);

#endif
