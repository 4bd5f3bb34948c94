/* SPDX-License-Identifier: Apache-2.0 */
/* Where macOS has the header; its contents are Khronos's. */
#include <CL/cl.h>
