/* SPDX-License-Identifier: Apache-2.0 */
/* The copy that clpool bench measures a device's memory with: each item copies one float4.
 *
 * Reads from[first] to from[first + items - 1] and writes the same of `to`, for as many items as there are. The buffers
 * hold that many; there is no guard. Any local size. */
__kernel void copy(__global const float4 *restrict from, __global float4 *restrict to, ulong first)
{
    const ulong at = first + get_global_id(0);
    to[at] = from[at];
}
