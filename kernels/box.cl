/* SPDX-License-Identifier: Apache-2.0
 *
 * box.cl: averages over small windows that are all alike. One work-item an output element forward, one an input element
 * backward.
 *
 * Reads    x (forward) or dy (backward), from their offsets in elements on.
 * Writes   y (forward) or dx (backward), each element exactly once; with `accumulate`, dx is read first.
 * Launch   as generic.cl.
 * Ranges   as average.cl, without adaptive axes; tensors dense; windows of at most 255 taps.
 * Rules    as average.cl, the same bits, forward too.
 * Options  value.cl's, direct.cl's constants, and
 *   CLPOOL_DIVISOR   what every window is divided by; 0 where that depends on the window
 *
 * A window inside the tensor is a sum of as many terms as it has taps, written out one by one. Backward, the windows
 * that may hold an element are as many for each; those that are not there load from a place moved into the tensor, so
 * that no load waits for a branch.
 */

#if !CLPOOL_DTYPE_I32

#define CLPOOL_BOX_TAPS (CLPOOL_WINDOW_D * CLPOOL_WINDOW_H * CLPOOL_WINDOW_W)
#define CLPOOL_BOX_UNROLLED 64 /* the most loads that are written out one by one */
#if CLPOOL_BOX_TAPS <= CLPOOL_BOX_UNROLLED
#define CLPOOL_BOX_EACH_TAP _Pragma("unroll")
#else
#define CLPOOL_BOX_EACH_TAP
#endif

/* Elements between neighbours of a dense tensor along each axis; w: between images, or where channels come first,
 * planes. */
static inline clpool_index4 clpool_box_pitch(clpool_index4 extent, clpool_index channels)
{
    const clpool_index w = CLPOOL_CHANNELS_LAST ? channels : 1;
    const clpool_index h = w * extent.z;
    const clpool_index d = h * extent.y;
    return (clpool_index4)(d, h, w, d * extent.x);
}

/* The item-th element; where channels come first, images and channels are alike: one axis of planes. */
static inline clpool_place clpool_box_place(clpool_index item, clpool_index4 extent, clpool_index channels)
{
    return clpool_place_of(item, extent, CLPOOL_CHANNELS_LAST ? channels : 1);
}

static inline clpool_average clpool_box_average(clpool_index4 in, clpool_index4 out, clpool_index4 pad,
                                                clpool_index4 edge, uint divisor, int exclude_pad)
{
    const clpool_average average = {
        {in, out, pad, CLPOOL_WINDOW, CLPOOL_STRIDE, CLPOOL_DILATION, 1}, edge, divisor, exclude_pad};
    return average;
}

static inline uint clpool_box_divisor(clpool_index4 output, const clpool_average *average)
{
    return CLPOOL_DIVISOR ? CLPOOL_DIVISOR : clpool_divisor(output, average);
}

/* Adds the window that begins at `start`, inside the tensor. */
static inline void clpool_box_add(clpool_total *total, __global const clpool_value *x, clpool_index4 pitch,
                                  clpool_index4 start, clpool_fusion fusion)
{
    x += start.x * pitch.x + start.y * pitch.y + start.z * pitch.z;
    CLPOOL_BOX_EACH_TAP for (clpool_index d = 0; d < CLPOOL_WINDOW_D; d++)
    {
        CLPOOL_BOX_EACH_TAP for (clpool_index h = 0; h < CLPOOL_WINDOW_H; h++)
        {
            CLPOOL_BOX_EACH_TAP for (clpool_index w = 0; w < CLPOOL_WINDOW_W; w++)
            {
                const clpool_value value = x[d * CLPOOL_DILATION_D * pitch.x + h * CLPOOL_DILATION_H * pitch.y +
                                             w * CLPOOL_DILATION_W * pitch.z];
                clpool_add_value(total, clpool_fuse_load(value, fusion));
            }
        }
    }
}

__kernel void clpool_box_forward(__global const clpool_value *x, ulong x_offset, __global clpool_value *y,
                                 ulong y_offset, clpool_index items, clpool_index4 in, clpool_index4 out,
                                 clpool_index4 pad, clpool_index4 edge, uint divisor, int exclude_pad,
                                 clpool_index channels CLPOOL_FUSION_ARGUMENTS)
{
    const clpool_average average = clpool_box_average(in, out, pad, edge, divisor, exclude_pad);
    const clpool_index item = clpool_item();
    if (item >= items) {
        return;
    }
    const clpool_place place = clpool_box_place(item, out, channels);
    const clpool_index4 pitch = clpool_box_pitch(in, channels);
    const clpool_index4 start = place.spatial * CLPOOL_STRIDE - pad;
    const clpool_index4 stop = start + CLPOOL_EXTENT;
    const clpool_fusion fusion =
        CLPOOL_CHANNELS_LAST ? clpool_at_channel(CLPOOL_FUSION, place.c) : clpool_at_plane(CLPOOL_FUSION, place.n);
    clpool_total total;
    clpool_value mean;
    clpool_clear_total(&total);
    x += x_offset + (ulong)(place.n * pitch.w + place.c);
    if (start.x >= 0 && start.y >= 0 && start.z >= 0 && stop.x <= in.x && stop.y <= in.y && stop.z <= in.z) {
        clpool_box_add(&total, x, pitch, start, fusion);
        mean = clpool_mean(&total, CLPOOL_DIVISOR ? CLPOOL_DIVISOR : CLPOOL_BOX_TAPS);
    } else {
        clpool_add_clipped(&total, x, pitch, in, CLPOOL_WINDOW, CLPOOL_DILATION, start, fusion);
        mean = clpool_mean(&total, clpool_box_divisor(place.spatial, &average));
    }
    y[y_offset + (ulong)item] = clpool_fuse_store(mean, fusion);
}

#endif

#if CLPOOL_IS_FLOAT

/* Windows that may hold an element, along each axis. Loops take them as clpool_index: llvmpipe (Mesa 22.3) makes no
 * round up to a limit of 64 bits. */
#define CLPOOL_BOX_REACH(axis) ((CLPOOL_EXTENT_##axis - 1) / CLPOOL_STRIDE_##axis + 1)
#define CLPOOL_BOX_REACHES ((clpool_index4)(CLPOOL_BOX_REACH(D), CLPOOL_BOX_REACH(H), CLPOOL_BOX_REACH(W), 1))
#if CLPOOL_DIVISOR && CLPOOL_BOX_REACH(D) * CLPOOL_BOX_REACH(H) * CLPOOL_BOX_REACH(W) <= CLPOOL_BOX_UNROLLED
#define CLPOOL_BOX_EACH_WINDOW _Pragma("unroll")
#else
#define CLPOOL_BOX_EACH_WINDOW _Pragma("unroll 1") /* each may divide */
#endif

/* One window that may hold an element, along one axis. */
typedef struct {
    clpool_index output;
    bool holds; /* the window is there, and a tap of it is on the element; else output is just any that is there */
} clpool_holder;

/* `step` lies between the window's first tap and the element. */
static inline clpool_holder clpool_box_holder(clpool_index output, clpool_index out, clpool_index step,
                                              clpool_index extent, clpool_index dilation)
{
    clpool_holder holder;
    holder.output = clamp(output, (clpool_index)0, out - 1);
    holder.holds = holder.output == output && step < extent && step % dilation == 0;
    return holder;
}

__kernel void clpool_box_backward(__global const clpool_value *dy, ulong dy_offset, __global clpool_value *dx,
                                  ulong dx_offset, int accumulate, clpool_index items, clpool_index4 in,
                                  clpool_index4 out, clpool_index4 pad, clpool_index4 edge, uint divisor,
                                  int exclude_pad, clpool_index channels)
{
    const clpool_average average = clpool_box_average(in, out, pad, edge, divisor, exclude_pad);
    const clpool_index item = clpool_item();
    if (item >= items) {
        return;
    }
    const clpool_place place = clpool_box_place(item, in, channels);
    const clpool_index4 pitch = clpool_box_pitch(out, channels);
    const clpool_index4 position = place.spatial + pad;
    const clpool_index4 first = position / CLPOOL_STRIDE - (CLPOOL_BOX_REACHES - 1);
    const clpool_index4 step = position - first * CLPOOL_STRIDE;
    /* Most windows have one divisor, so its reciprocal is kept. */
    uint last_divisor = CLPOOL_DIVISOR ? CLPOOL_DIVISOR : CLPOOL_BOX_TAPS;
    clpool_sum reciprocal = clpool_divide(1, (clpool_sum)last_divisor);
    clpool_sum sum = 0;
    dy += dy_offset + (ulong)(place.n * pitch.w + place.c);
    CLPOOL_BOX_EACH_WINDOW for (clpool_index i = 0; i < (clpool_index)CLPOOL_BOX_REACH(D); i++)
    {
        const clpool_holder d =
            clpool_box_holder(first.x + i, out.x, step.x - i * CLPOOL_STRIDE_D, CLPOOL_EXTENT_D, CLPOOL_DILATION_D);
        CLPOOL_BOX_EACH_WINDOW for (clpool_index j = 0; j < (clpool_index)CLPOOL_BOX_REACH(H); j++)
        {
            const clpool_holder h =
                clpool_box_holder(first.y + j, out.y, step.y - j * CLPOOL_STRIDE_H, CLPOOL_EXTENT_H, CLPOOL_DILATION_H);
            CLPOOL_BOX_EACH_WINDOW for (clpool_index k = 0; k < (clpool_index)CLPOOL_BOX_REACH(W); k++)
            {
                const clpool_holder w = clpool_box_holder(first.z + k, out.z, step.z - k * CLPOOL_STRIDE_W,
                                                          CLPOOL_EXTENT_W, CLPOOL_DILATION_W);
                const clpool_value gradient = dy[d.output * pitch.x + h.output * pitch.y + w.output * pitch.z];
                if (!d.holds || !h.holds || !w.holds) {
                    continue;
                }
                const uint window_divisor =
                    clpool_box_divisor((clpool_index4)(d.output, h.output, w.output, 0), &average);
                if (window_divisor != last_divisor) {
                    last_divisor = window_divisor;
                    reciprocal = clpool_divide(1, (clpool_sum)window_divisor);
                }
                sum = clpool_add(sum, clpool_multiply(clpool_widen(gradient), reciprocal));
            }
        }
    }
    clpool_store_sum(dx + dx_offset + item, sum, accumulate);
}

#endif
