/* SPDX-License-Identifier: Apache-2.0 */
/* Where a path leads through symbolic links, also when nothing is there yet. */
#ifndef CLI_LINK_TARGET_H
#define CLI_LINK_TARGET_H

/** Returns the absolute path, free of links, that writing to `path` would create or replace; NULL with errno if its
 * folder is not there, or memory ran out. The caller frees it. */
char *link_target(const char *path);

#endif
