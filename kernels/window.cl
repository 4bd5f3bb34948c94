/* SPDX-License-Identifier: Apache-2.0
 *
 * window.cl: what the families share about one window. Second part of every program.
 *
 * Vectors hold one spatial axis a component: x = depth, y = height, z = width; w is not used, except by clpool_place.
 * A problem of lower rank has extents and windows of 1 on the leading axes.
 */

/* First tap of a window that lies at or after the tensor's first element. */
static inline clpool_index clpool_first_tap(clpool_index start, clpool_index dilation)
{
    return start < 0 ? (dilation - 1 - start) / dilation : 0;
}

/* One past the last tap that lies before the tensor's end; not above 0 where there is none. */
static inline clpool_index clpool_end_tap(clpool_index start, clpool_index dilation, clpool_index in,
                                          clpool_index window)
{
    return start >= in ? 0 : min(window, (in - 1 - start) / dilation + 1);
}

/* The winner of one window: its bits, and its tap in *winner. Scans the taps first <= t < end, all of them inside
 * the plane x, in row-major order. Without any, the identity and CLPOOL_NO_TAP. */
static inline clpool_value clpool_scan(__global const clpool_value *x, clpool_index4 in, clpool_index4 window,
                                       clpool_index4 dilation, clpool_index4 start, clpool_index4 first,
                                       clpool_index4 end, uint *winner)
{
    clpool_value best = CLPOOL_IDENTITY;
    clpool_key best_key = CLPOOL_KEY_NONE;
    *winner = CLPOOL_NO_TAP;
    for (clpool_index d = first.x; d < end.x; d++) {
        for (clpool_index h = first.y; h < end.y; h++) {
            const clpool_index row = ((start.x + d * dilation.x) * in.y + start.y + h * dilation.y) * in.z + start.z;
            const uint tap = ((uint)d * (uint)window.y + (uint)h) * (uint)window.z;
            for (clpool_index w = first.z; w < end.z; w++) {
                const clpool_value value = x[row + w * dilation.z];
                const clpool_key key = clpool_key_of(value);
                if (clpool_beats(key, best_key)) {
                    best = value;
                    best_key = key;
                    *winner = tap + (uint)w;
                }
            }
        }
    }
    return best;
}

#if CLPOOL_IS_FLOAT

/* Stores the sum of an element's gradients, or adds it to what dx holds. */
static inline void clpool_store_sum(__global clpool_value *dx, clpool_sum sum, int accumulate)
{
    *dx = clpool_narrow(accumulate ? clpool_add(clpool_widen(*dx), sum) : sum);
}

#endif
