/* SPDX-License-Identifier: Apache-2.0 */
/* From what the user said after --device to targets that are open. */
#ifndef CLI_TARGET_CHOICE_H
#define CLI_TARGET_CHOICE_H

#include "target.h"

/** Zeroed, it is a list of none. */
typedef struct target_list {
    size_t count;
    target *targets;
} target_list;

/** Opens one target. `wanted` is NULL or "auto" for the best device there is (and the host where there is none, with a
 * note), "native", "PLATFORM:DEVICE", or a part of a device's or platform's name. */
exit_code target_choose(const char *wanted, target *chosen);

/** Opens several. "all" is the host and every device that can be opened, with a note about the others; NULL is
 * `otherwise`; the rest is as for one. */
exit_code targets_choose(const char *wanted, const char *otherwise, target_list *chosen);

void target_list_close(target_list *closed);

#endif
