/* SPDX-License-Identifier: Apache-2.0 */
/* The pass that clpool bench measures fused work beside: to = max(from * p[c] + p[channels + c], 0), c the channel.
 *
 * Launch two dimensions, as many work-items as elements. Channels first: the first is a plane's elements, the other all
 * planes. Channels last: the channels, and all pixels. Both tensors begin at their offsets. */
#pragma OPENCL FP_CONTRACT OFF

__kernel void channels_first(__global const float *restrict from, ulong from_offset, __global float *restrict to,
                             ulong to_offset, __global const float *restrict p, uint channels)
{
    const ulong plane = get_global_id(1);
    const ulong at = plane * get_global_size(0) + get_global_id(0);
    const uint c = (uint)(plane % channels);
    to[to_offset + at] = fmax(from[from_offset + at] * p[c] + p[channels + c], 0.0f);
}

__kernel void channels_last(__global const float *restrict from, ulong from_offset, __global float *restrict to,
                            ulong to_offset, __global const float *restrict p, uint channels)
{
    const ulong c = get_global_id(0);
    const ulong at = get_global_id(1) * channels + c;
    to[to_offset + at] = fmax(from[from_offset + at] * p[c] + p[channels + c], 0.0f);
}
