/* SPDX-License-Identifier: Apache-2.0 */
#include "device/quirks.h"

#include <stdint.h>
#include <string.h>

/* Mesa's llvmpipe counts the iterations of all loops of a kernel together and leaves the loops when the count is used
 * up (LP_MAX_TGSI_LOOP_ITERATIONS in src/gallium/auxiliary/gallivm/lp_bld_limits.h). Seen with Mesa 22.3: a kernel of
 * for (int i = 0; i < n; i++) count++; counts to 65535 at most. */
static const struct {
    const char *device_prefix;
    size_t loop_limit;
} quirks[] = {
    {"llvmpipe", 65535},
};

size_t quirk_loop_limit(const char *device_name)
{
    for (size_t i = 0; i < sizeof(quirks) / sizeof(quirks[0]); i++) {
        if (strncmp(device_name, quirks[i].device_prefix, strlen(quirks[i].device_prefix)) == 0) {
            return quirks[i].loop_limit;
        }
    }
    return SIZE_MAX;
}
