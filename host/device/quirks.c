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

/* PoCL makes machine code of a kernel at its first launch, for its local size and for small or large global sizes; what
 * it has made by the time that a program's binary is first asked for goes into the binary, and nothing later. Seen with
 * PoCL 3.1: a binary of before the first launch costs each process 30 ms a kernel again, one of after it 0.1 ms. */
static const char *const late_platforms[] = {"Portable Computing Language"};

bool quirk_compiles_at_launch(const char *platform_name)
{
    for (size_t i = 0; i < sizeof(late_platforms) / sizeof(late_platforms[0]); i++) {
        if (strcmp(platform_name, late_platforms[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* PoCL 6.0 on LLVM 18, as in Debian 13, ends the process while it compiles some kernels: "LLVM ERROR: Instruction
 * Combining did not reach a fixpoint", https://github.com/pocl/pocl/issues/1608. Nothing that a caller does can stop
 * it. Kernels that spell out many small loops meet it the most. Without optimisation it has not been seen; that takes
 * twice the time to run, and is what strategies for any device are compiled with there, so that none is left out. */
bool quirk_compiler_ends_process(const char *device_version, const char *driver_version)
{
    return strstr(device_version, " PoCL ") != NULL && strncmp(driver_version, "6.0", strlen("6.0")) == 0;
}
