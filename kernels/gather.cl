/* SPDX-License-Identifier: Apache-2.0
 *
 * gather.cl: backward of maximum of small windows in planes with channels first, on devices whose work-items have wide
 * vectors of their own (CPUs): each element sums up the gradients of the windows that it won. A work-item takes whole
 * bands of input rows, or batches of small planes. It copies the outputs that reach them to private memory, with cells
 * that name no tap around each row; sums up, for 16 cells at a time, all elements that lie a stride from the next,
 * where windows have a depth one slice of outputs after the other; and stores the rows. Planes of which each row has as
 * many windows as elements need no copy.
 *
 * Reads    dy and mask, from their offsets in elements on; with `accumulate` dx.
 * Writes   dx, each element at least once, at last with its value.
 * Launch   one dimension, groups of one work-item; any number of them, which share the bands or planes.
 * Ranges   dense tensors, channels first; no dilation along H and W; a stride of 1 or 2 along W; what one row of
 *          windows needs fits into the limit below; where axis D has windows of 1 and a stride of 1, as many outputs as
 *          elements and no padding there; masks of 8 bits in the window form, or of indices in planes of less than 2^31
 *          elements, with any values.
 * Rules    as generic.cl, the same bits.
 * Options  value.cl's, and direct.cl's constants. Not for f64; there is none for integer types.
 *   CLPOOL_GATHER_STREAM   elements of dx from which on it is stored past the caches: what does not stay in them anyway
 *                          need not be read before it is written
 */

#if CLPOOL_IS_FLOAT && !CLPOOL_DTYPE_F64

#define CLPOOL_GATHER_MOST 8192 /* elements of a band with what surrounds it */
#define CLPOOL_GATHER_BATCH 256 /* cells of a batch, unless a plane has more */

#define CLPOOL_ALL _Pragma("unroll")

/* What a cell says of its output: the number of the tap that won, or how far its index is from that of the window's
 * first one; all bits set for none. CLPOOL_FIND_TAPS finds those of n outputs of a row, the i-th being the first. */
#if CLPOOL_MASK_WINDOW
typedef uchar clpool_tap;
typedef uchar16 clpool_tap16;
#define CLPOOL_KEEP_TAPS(n, p, taps) CLPOOL_WRITE(uchar, n, p, taps)
#define CLPOOL_READ_TAPS(n, p) CLPOOL_READ(uchar, n, p)
#define CLPOOL_FIND_TAPS(n, mask, i, names) CLPOOL_GET(uchar, n, mask)
#define CLPOOL_BEHIND(n, count) as_uchar##n(convert_uchar##n(CLPOOL_NUMBERS##n) >= (uchar##n)((uchar)(count)))
#else
typedef int clpool_tap;
typedef int16 clpool_tap16;
#define CLPOOL_KEEP_TAPS(n, p, taps) CLPOOL_WRITE(int, n, p, taps)
#define CLPOOL_READ_TAPS(n, p) CLPOOL_READ(int, n, p)
#define CLPOOL_FIND_TAPS(n, mask, i, names) clpool_gather_find##n(mask, i, names)
#define CLPOOL_BEHIND(n, count) (CLPOOL_NUMBERS##n >= (int##n)(count))
#endif
#define CLPOOL_NONE ((clpool_tap)-1)

/* Windows that may have an element, along each axis. */
#define CLPOOL_GATHER_H ((CLPOOL_WINDOW_H + CLPOOL_STRIDE_H - 1) / CLPOOL_STRIDE_H)
#define CLPOOL_GATHER_W ((CLPOOL_WINDOW_W + CLPOOL_STRIDE_W - 1) / CLPOOL_STRIDE_W)
/* Elements from one window to the next: each is summed up from a cell of its own. */
#define CLPOOL_GATHER_STEP (CLPOOL_STRIDE_H * CLPOOL_STRIDE_W)
/* Cells before the first row and behind the last, which windows reach and vectors overshoot. */
#define CLPOOL_GATHER_MARGIN 16

/* How outputs lie in cells: in rows so far apart, and planes too, that windows which reach beyond the ends of either
 * find cells that name no tap. A row of windows is that which begins in a row of elements, counted with the padding,
 * or less than a stride before it. */
typedef struct {
    int first_row; /* of windows */
    int rows;      /* up to the last that begins in the plane */
    int pitch;     /* of cells */
    int period;    /* rows of cells from one plane to the next */
    int band;      /* rows of windows that are summed at once, unless whole planes are */
    int bands;     /* of a plane */
    int batch;     /* planes that are summed at once */
} clpool_gather_layout;

/* Cells along an axis: the outputs, and what windows of elements at either end reach beyond. */
static inline int clpool_gather_extent(clpool_index in, clpool_index out, clpool_index pad, int windows, int stride)
{
    const int before = windows - 1 - (int)pad / stride;
    const int after = (int)(in - 1 + pad) / stride - (int)(out - 1);
    return (int)out + max(max(before, after), 0);
}

/* Few planes are divided into bands, so that there is work for all. */
static inline void clpool_gather_lay_out(clpool_index planes, clpool_index4 in, clpool_index4 out, clpool_index4 pad,
                                         clpool_gather_layout *layout)
{
    const ulong shares = (get_global_size(0) + 3) / 4;
    layout->first_row = (int)pad.y / CLPOOL_STRIDE_H;
    layout->rows = (int)(in.y - 1 + pad.y) / CLPOOL_STRIDE_H - layout->first_row + 1;
    layout->pitch = clpool_gather_extent(in.z, out.z, pad.z, CLPOOL_GATHER_W, CLPOOL_STRIDE_W);
    layout->period = clpool_gather_extent(in.y, out.y, pad.y, CLPOOL_GATHER_H, CLPOOL_STRIDE_H);
    const int fit = min((CLPOOL_GATHER_MOST / CLPOOL_GATHER_STEP - 15) / layout->pitch,
                        (CLPOOL_GATHER_MOST - 2 * CLPOOL_GATHER_MARGIN) / layout->pitch - CLPOOL_GATHER_H + 1);
    const int least = (layout->rows + fit - 1) / fit;
    const ulong wanted =
        min((shares + (ulong)planes - 1) / (ulong)planes, (ulong)(layout->rows / CLPOOL_GATHER_H + 1) / 2);
    const int bands = max(least, (int)wanted);
    layout->band = (layout->rows + bands - 1) / bands;
    layout->bands = (layout->rows + layout->band - 1) / layout->band;
    layout->batch = CLPOOL_FLAT ? max(min(fit, CLPOOL_GATHER_BATCH / layout->pitch) / layout->period, 1) : 1;
}

/* What is the same for all of a launch. */
typedef struct {
    __global const clpool_value *dy;
    __global const clpool_mask *mask;
    __global clpool_value *dx;
    clpool_index outputs; /* of all planes */
    clpool_index4 in;
    clpool_index4 out;
    clpool_index4 pad;
    clpool_gather_layout layout;
    int accumulate;
    bool is_streamed;
} clpool_gather;

static inline void clpool_gather_fill(clpool_tap *to, int count, clpool_tap value)
{
    if (count >= 16) {
        for (int i = 0; i < count; i += 16) {
            CLPOOL_KEEP_TAPS(16, to + min(i, count - 16), value);
        }
    } else if (count >= 8) {
        CLPOOL_KEEP_TAPS(8, to, value);
        CLPOOL_KEEP_TAPS(8, to + count - 8, value);
    } else {
        for (int i = 0; i < count; i++) {
            to[i] = value;
        }
    }
}

#if CLPOOL_MASK_WINDOW

static inline clpool_tap clpool_gather_find(clpool_mask value, int i, clpool_row_names names)
{
    (void)i;
    (void)names;
    return value;
}

#elif CLPOOL_MASK_BITS == 32

static inline clpool_tap clpool_gather_find(clpool_mask value, int i, clpool_row_names names)
{
    return as_int(as_uint(value) - as_uint(names.first) - (uint)(i * names.step));
}

#define CLPOOL_GATHER_FIND(n)                                                                                          \
    CLPOOL_INLINE int##n clpool_gather_find##n(__global const clpool_mask *mask, int i, clpool_row_names names)        \
    {                                                                                                                  \
        return CLPOOL_GET(int, n, mask) - (int##n)(names.first) - (CLPOOL_NUMBERS##n + i) * names.step;                \
    }

#else

static inline clpool_tap clpool_gather_find(clpool_mask value, int i, clpool_row_names names)
{
    const ulong far = as_ulong(value) - as_ulong(names.first) - (ulong)(i * names.step);
    return far < (ulong)INT_MAX ? (clpool_tap)far : CLPOOL_NONE;
}

/* The lower halves, where the higher ones are 0; what is negative then names no tap either. */
#define CLPOOL_GATHER_FIND(n)                                                                                          \
    CLPOOL_INLINE int##n clpool_gather_find##n(__global const clpool_mask *mask, int i, clpool_row_names names)        \
    {                                                                                                                  \
        const long##n far =                                                                                            \
            CLPOOL_GET(long, n, mask) - names.first - convert_long##n((CLPOOL_NUMBERS##n + i) * names.step);           \
        return convert_int##n(far) | (convert_int##n(far >> 32) != 0);                                                 \
    }

#endif

#if !CLPOOL_MASK_WINDOW
CLPOOL_GATHER_FIND(8)
CLPOOL_GATHER_FIND(16)
#endif

static inline clpool_row_names clpool_gather_names(const clpool_gather *all, clpool_index plane, int h)
{
    return clpool_names_of_row(plane, h, 0, all->in, all->out, all->pad);
}

/* Copies `count` outputs, and behind them up to 15 that name no tap; `left` are there to be read. */
static inline void clpool_gather_copy(__global const clpool_value *dy, __global const clpool_mask *mask,
                                      clpool_row_names names, int count, clpool_index left, float *gradient,
                                      clpool_tap *tap)
{
    int w = 0;
    for (; w + 16 <= count; w += 16) {
        CLPOOL_WRITE(float, 16, gradient + w, CLPOOL_LOAD(16, dy + w));
        CLPOOL_KEEP_TAPS(16, tap + w, CLPOOL_FIND_TAPS(16, mask + w, w, names));
    }
    if (w + 8 < count && w + 16 <= left) {
        CLPOOL_WRITE(float, 16, gradient + w, CLPOOL_LOAD(16, dy + w));
        CLPOOL_KEEP_TAPS(16, tap + w, CLPOOL_FIND_TAPS(16, mask + w, w, names) | CLPOOL_BEHIND(16, count - w));
    } else if (w < count && w + 8 >= count && w + 8 <= left) {
        CLPOOL_WRITE(float, 8, gradient + w, CLPOOL_LOAD(8, dy + w));
        CLPOOL_KEEP_TAPS(8, tap + w, CLPOOL_FIND_TAPS(8, mask + w, w, names) | CLPOOL_BEHIND(8, count - w));
    } else {
        for (; w < count; w++) {
            gradient[w] = clpool_widen(dy[w]);
            tap[w] = clpool_gather_find(mask[w], w, names);
        }
    }
}

/* Rows of at most n outputs, each by one vector. */
#define CLPOOL_GATHER_COPY_NARROW(n)                                                                                   \
    for (; h < end && at + n <= all->outputs; h++, at += width, to += pitch) {                                         \
        CLPOOL_WRITE(float, n, gradient + to, CLPOOL_LOAD(n, all->dy + at));                                           \
        CLPOOL_KEEP_TAPS(n, tap + to,                                                                                  \
                         CLPOOL_FIND_TAPS(n, all->mask + at, 0, clpool_gather_names(all, plane, h)) |                  \
                             CLPOOL_BEHIND(n, width));                                                                 \
    }

/* Copies the outputs of a plane in `rows` rows of windows and in those before them that reach their elements. Rows of
 * cells without any are filled where they may hold others. */
static inline void clpool_gather_cells(const clpool_gather *all, clpool_index plane, int row, int rows, float *gradient,
                                       clpool_tap *tap)
{
    const int pitch = all->layout.pitch;
    const int width = (int)all->out.z;
    const int begin = row - CLPOOL_GATHER_H + 1;
    const int end = min(row + rows, (int)all->out.y);
    int h = max(begin, 0);
    int to = (h - begin) * pitch;
    clpool_index at = (plane * all->out.y + h) * width;
    if (all->layout.bands > 1) {
        clpool_gather_fill(tap, to, CLPOOL_NONE);
        clpool_gather_fill(tap + (end - begin) * pitch, (row + rows - end) * pitch, CLPOOL_NONE);
    }
    if (width <= 8) {
        CLPOOL_GATHER_COPY_NARROW(8)
    } else if (width <= 16) {
        CLPOOL_GATHER_COPY_NARROW(16)
    }
    for (; h < end; h++, at += width, to += pitch) {
        clpool_gather_copy(all->dy + at, all->mask + at, clpool_gather_names(all, plane, h), width, all->outputs - at,
                           gradient + to, tap + to);
    }
}

/* Adds gradients in the lanes whose outputs name a tap. Adding 0 changes no sum: none is -0. */
CLPOOL_INLINE float16 clpool_gather_add(float16 sum, float16 gradients, clpool_tap16 named, int tap)
{
    const int16 is_here = convert_int16(named == (clpool_tap16)((clpool_tap)tap));
    return sum + as_float16(as_int16(gradients) & is_here);
}

/* The sums of all elements that lie a stride from the next, by cells: at `sums` those of rows where windows begin.
 * Adds to what is there, unless windows have but one slice. Taps count from `first` on. */
static inline void clpool_gather_sum(const float *gradient, const clpool_tap *tap, long pitch, int count, int first,
                                     int4 steps, float *sums, long step)
{
    for (long i = 0; i < count; i += 16) {
        float16 sum[CLPOOL_GATHER_STEP];
        CLPOOL_ALL for (int j = 0; j < CLPOOL_GATHER_STEP; j++)
        {
#if CLPOOL_FLAT
            sum[j] = 0;
#elif CLPOOL_STRIDE_W == 1
            sum[j] = CLPOOL_READ(float, 16, sums + j * step + i);
#else
            const float16 low = CLPOOL_READ(float, 16, sums + j / 2 * step + 2 * i);
            const float16 high = CLPOOL_READ(float, 16, sums + j / 2 * step + 2 * i + 16);
            sum[j] = j % 2 == 0 ? (float16)(low.even, high.even) : (float16)(low.odd, high.odd);
#endif
        }
        CLPOOL_ALL for (int h = CLPOOL_GATHER_H - 1; h >= 0; h--)
        {
            const float *gradients = gradient - h * pitch;
            const clpool_tap *names = tap - h * pitch;
            CLPOOL_ALL for (int w = CLPOOL_GATHER_W - 1; w >= 0; w--)
            {
                const float16 lanes = CLPOOL_READ(float, 16, gradients + i - w);
                const clpool_tap16 named = CLPOOL_READ_TAPS(16, names + i - w);
                CLPOOL_ALL for (int j = 0; j < CLPOOL_GATHER_STEP; j++)
                {
                    const int row = h * CLPOOL_STRIDE_H + j / CLPOOL_STRIDE_W;
                    const int column = w * CLPOOL_STRIDE_W + j % CLPOOL_STRIDE_W;
                    if (row < CLPOOL_WINDOW_H && column < CLPOOL_WINDOW_W) {
                        sum[j] = clpool_gather_add(sum[j], lanes, named, first + row * steps.y + column * steps.z);
                    }
                }
            }
        }
        CLPOOL_ALL for (int j = 0; j < CLPOOL_STRIDE_H; j++)
        {
#if CLPOOL_STRIDE_W == 1
            CLPOOL_WRITE(float, 16, sums + j * step + i, sum[j]);
#else
            float16 low;
            float16 high;
            low.even = sum[2 * j].lo;
            low.odd = sum[2 * j + 1].lo;
            high.even = sum[2 * j].hi;
            high.odd = sum[2 * j + 1].hi;
            CLPOOL_WRITE(float, 16, sums + j * step + 2 * i, low);
            CLPOOL_WRITE(float, 16, sums + j * step + 2 * i + 16, high);
#endif
        }
    }
}

/* Stores `count` sums; `room` elements may be overwritten, since they follow. */
static inline void clpool_gather_store(const float *sums, int count, __global clpool_value *dx, clpool_index room,
                                       int accumulate)
{
    int i = 0;
    while (i + 16 <= count) {
        CLPOOL_FLUSH(16, sums, dx, i, accumulate)
    }
    if (!accumulate && i + 8 < count && i + 16 <= room) {
        CLPOOL_FLUSH(16, sums, dx, i, accumulate)
    } else if (!accumulate && i < count && i + 8 >= count && i + 8 <= room) {
        CLPOOL_FLUSH(8, sums, dx, i, accumulate)
    }
    if (i + 8 <= count) {
        CLPOOL_FLUSH(8, sums, dx, i, accumulate)
    }
    if (i + 4 <= count) {
        CLPOOL_FLUSH(4, sums, dx, i, accumulate)
    }
    for (; i < count; i++) {
        clpool_store_sum(dx + i, sums[i], accumulate);
    }
}

/* Where the sums of rows of elements are. */
typedef struct {
    const float *sums; /* of row `first`, in which windows begin */
    int first;
    int step;  /* to the next row of elements, up to where the next windows begin */
    int pitch; /* to these */
} clpool_gather_rows;

CLPOOL_INLINE const float *clpool_gather_row(const clpool_gather_rows *rows, int h)
{
    const int reach = h - rows->first;
    return rows->sums + reach % CLPOOL_STRIDE_H * rows->step + reach / CLPOOL_STRIDE_H * rows->pitch;
}

/* Rows of at most n elements, each by one vector. What that writes behind a row is written again. */
#define CLPOOL_GATHER_FLUSH_NARROW(n)                                                                                  \
    for (; (bottom - h) * width >= n; h++) {                                                                           \
        float##n lanes = CLPOOL_READ(float, n, clpool_gather_row(rows, h));                                            \
        CLPOOL_SETTLE(n, lanes);                                                                                       \
        CLPOOL_ROUND(n, lanes, dx + (clpool_index)h * width);                                                          \
    }

/* Stores rows `top` to `bottom` of a plane. */
static inline void clpool_gather_flush(const clpool_gather_rows *rows, int top, int bottom, int width,
                                       __global clpool_value *dx, int accumulate)
{
    int h = top;
    if (width <= 8 && !accumulate) {
        CLPOOL_GATHER_FLUSH_NARROW(8)
    } else if (width <= 16 && !accumulate) {
        CLPOOL_GATHER_FLUSH_NARROW(16)
    }
    for (; h < bottom; h++) {
        clpool_gather_store(clpool_gather_row(rows, h), width, dx + (clpool_index)h * width,
                            (clpool_index)(bottom - h) * width, accumulate);
    }
}

#if CLPOOL_DTYPE_F32

/* 16 elements to a line of memory, past the caches where the compiler knows how. Who waits for the launch sees them:
 * they are ordered by the lock that tells of its end. */
#define CLPOOL_STREAM(lanes, dx) CLPOOL_PUT(float, 16, dx, lanes)
#ifdef __has_builtin
#if __has_builtin(__builtin_nontemporal_store)
#undef CLPOOL_STREAM
#define CLPOOL_STREAM(lanes, dx) __builtin_nontemporal_store(lanes, (__global float16 *)(dx))
#endif
#endif

/* Elements up to the next line of memory. */
static inline int clpool_gather_align(__global const clpool_value *dx)
{
    return (int)(-(ulong)dx & 63) / 4;
}

/* Stores rows of at least 16 elements, line by line past the caches. */
static inline void clpool_gather_stream(const clpool_gather_rows *rows, int top, int bottom, int width,
                                        __global clpool_value *dx)
{
    const int16 lane = (int16)(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    const float *from = clpool_gather_row(rows, top);
    dx += (clpool_index)top * width;
    int column = clpool_gather_align(dx);
    clpool_gather_store(from, column, dx, column, 0);
    dx += column;
    for (int h = top;; dx += 16) {
        const int rest = width - column;
        float16 lanes = CLPOOL_READ(float, 16, from + column);
        column += 16;
        if (rest < 16) { /* the line has elements of two rows */
            if (++h == bottom) {
                clpool_gather_store(from + width - rest, rest, dx, rest, 0);
                return;
            }
            from = clpool_gather_row(rows, h);
            column -= width;
            lanes = select(lanes, CLPOOL_READ(float, 16, from - rest), lane >= (int16)(rest));
        }
        CLPOOL_SETTLE(16, lanes);
        CLPOOL_STREAM(lanes, dx);
    }
}

#endif

/* Private memory of a work-item. */
typedef struct {
    float gradient[CLPOOL_GATHER_MOST]; /* by cells */
    clpool_tap tap[CLPOOL_GATHER_MOST];
    float sums[CLPOOL_GATHER_MOST + 16];
} clpool_gather_memory;

/* Sums up what rows of windows in planes of outputs say. */
static inline void clpool_gather_slice(const clpool_gather *all, clpool_index plane, int planes, int row, int rows,
                                       int tap, clpool_gather_memory *memory, int step)
{
    const int pitch = all->layout.pitch;
    const int period = all->layout.period * pitch;
    const int cell = CLPOOL_GATHER_MARGIN + (CLPOOL_GATHER_H - 1) * pitch; /* of the first window */
    const int4 steps = clpool_tap_steps(all->in);
    for (int i = 0; i < planes; i++) {
        const int to = CLPOOL_GATHER_MARGIN + i * period;
        clpool_gather_cells(all, plane + i, row, rows, memory->gradient + to, memory->tap + to);
    }
    clpool_gather_sum(memory->gradient + cell, memory->tap + cell, pitch, (planes - 1) * period + rows * pitch,
                      tap * steps.x, steps, memory->sums, step);
}

#if !CLPOOL_FLAT

/* The same for all slices of outputs whose windows reach a plane of elements, in ascending order. */
static inline void clpool_gather_slices(const clpool_gather *all, clpool_index plane, int row, int rows,
                                        clpool_gather_memory *memory, int step)
{
    const clpool_index volume = plane / all->in.x;
    const clpool_index depth = plane - volume * all->in.x + all->pad.x;
    for (int i = 0; i < CLPOOL_STRIDE_H * step; i += 16) {
        CLPOOL_WRITE(float, 16, memory->sums + i, (float16)(0));
    }
    for (int tap = CLPOOL_WINDOW_D - 1; tap >= 0; tap--) {
        const clpool_index start = depth - tap * CLPOOL_DILATION_D;
        if (start >= 0 && start % CLPOOL_STRIDE_D == 0 && start / CLPOOL_STRIDE_D < all->out.x) {
            clpool_gather_slice(all, volume * all->out.x + start / CLPOOL_STRIDE_D, 1, row, rows, tap, memory, step);
        }
    }
}

#endif

/* `rows` rows of windows, from the begin-th on, of a number of planes; of several, all rows. */
static inline void clpool_gather_band(const clpool_gather *all, clpool_index plane, int planes, int begin, int rows,
                                      clpool_gather_memory *memory)
{
    const int pitch = all->layout.pitch;
    const int period = all->layout.period * pitch;
    const int row = all->layout.first_row + begin;
    const int count = (planes - 1) * period + rows * pitch;
    clpool_gather_rows sums;
    sums.first = row * CLPOOL_STRIDE_H - (int)all->pad.y;
    sums.step = (count + 15) / 16 * 16 * CLPOOL_STRIDE_W;
    sums.pitch = pitch * CLPOOL_STRIDE_W;
    sums.sums = memory->sums + all->pad.z;
#if CLPOOL_FLAT
    clpool_gather_slice(all, plane, planes, row, rows, 0, memory, sums.step);
#else
    clpool_gather_slices(all, plane, row, rows, memory, sums.step);
#endif
    const int top = max(sums.first, 0);
    const int bottom = min(sums.first + rows * CLPOOL_STRIDE_H, (int)all->in.y);
    for (int i = 0; i < planes; i++, sums.sums += period * CLPOOL_STRIDE_W) {
        __global clpool_value *dx = all->dx + (plane + i) * (all->in.y * all->in.z);
#if CLPOOL_DTYPE_F32
        if (all->is_streamed && all->in.z >= 16) {
            clpool_gather_stream(&sums, top, bottom, (int)all->in.z, dx);
            continue;
        }
#endif
        clpool_gather_flush(&sums, top, bottom, (int)all->in.z, dx, all->accumulate);
    }
}

/* Whether there may be planes that need no copy. */
#define CLPOOL_GATHER_DIRECT (CLPOOL_DTYPE_F32 && CLPOOL_GATHER_STEP == 1 && CLPOOL_FLAT && CLPOOL_MASK_WINDOW)

#if CLPOOL_GATHER_DIRECT

/* Planes whose windows begin one element apart, as many in a row as it has elements, can be gathered without a copy,
 * as arrays of one axis: all elements are as far from their window of the same tap. `outside` says, for each column of
 * taps and each element from some rows before the plane on, where that window does not exist: 255, else 0. */
#define CLPOOL_GATHER_FLAT 4096

/* Rows of windows before the first that lies in the plane, that rows of elements may reach. */
static inline int clpool_gather_before(clpool_index4 pad)
{
    return max(CLPOOL_WINDOW_H - 1 - (int)pad.y, 0);
}

static inline bool clpool_gather_is_flat(const clpool_gather *all)
{
    const clpool_index rows = clpool_gather_before(all->pad) + all->in.y + all->pad.y;
    return !all->accumulate && all->layout.bands == 1 && all->in.z == all->out.z && all->in.y * all->in.z >= 16 &&
           rows * all->in.z <= CLPOOL_GATHER_FLAT;
}

static void clpool_gather_find_outside(const clpool_gather *all, uchar *outside)
{
    const int width = (int)all->in.z;
    const int before = clpool_gather_before(all->pad);
    const int behind = (int)(all->in.y + all->pad.y);
    for (int w = 0; w < CLPOOL_WINDOW_W; w++, outside += CLPOOL_GATHER_FLAT) {
        const int begin = max(w - (int)all->pad.z, 0);
        const int end = min(width, (int)(all->out.z - all->pad.z) + w);
        clpool_gather_fill(outside, (before + behind) * width, 255);
        for (int h = 0; h < min((int)all->out.y, behind); h++) {
            clpool_gather_fill(outside + (before + h) * width + begin, end - begin, 0);
        }
    }
}

/* Whether all that the windows of a plane's elements would be lies in the tensor, if in other planes. */
static inline bool clpool_gather_is_inside(const clpool_gather *all, clpool_index plane)
{
    const clpool_index first = plane * (all->out.y * all->out.z);
    const clpool_index before = (CLPOOL_WINDOW_H - 1 - all->pad.y) * all->in.z + CLPOOL_WINDOW_W - 1 - all->pad.z;
    return first >= before && all->outputs - first >= (all->in.y + all->pad.y) * all->in.z + all->pad.z;
}

static inline void clpool_gather_plane(const clpool_gather *all, clpool_index plane, const uchar *outside)
{
    const long width = all->in.z;
    const long count = all->in.y * all->in.z;
    /* The window that has the plane's first element as its first tap. */
    const clpool_index first = plane * (all->out.y * all->out.z) + all->pad.y * all->in.z + all->pad.z;
    __global clpool_value *dx = all->dx + plane * (all->in.y * all->in.z);
    outside += (clpool_gather_before(all->pad) + all->pad.y) * width;
    for (long i = 0; i < count; i += 16) {
        const long at = min(i, count - 16);
        float16 sum = 0;
        CLPOOL_ALL for (int h = CLPOOL_WINDOW_H - 1; h >= 0; h--)
        {
            __global const clpool_value *gradients = all->dy + first + at - h * width;
            __global const clpool_mask *names = all->mask + first + at - h * width;
            const uchar *beyond = outside + at - h * width;
            CLPOOL_ALL for (int w = CLPOOL_WINDOW_W - 1; w >= 0; w--)
            {
                const uchar16 named =
                    CLPOOL_GET(uchar, 16, names - w) | CLPOOL_READ(uchar, 16, beyond + w * CLPOOL_GATHER_FLAT);
                sum = clpool_gather_add(sum, CLPOOL_LOAD(16, gradients - w), named, h * CLPOOL_WINDOW_W + w);
            }
        }
        CLPOOL_SETTLE(16, sum);
        CLPOOL_STORE(16, sum, dx + at);
    }
}

/* The planes that can be gathered so; the others one by one. */
static inline void clpool_gather_planes(const clpool_gather *all, clpool_index begin, clpool_index end,
                                        clpool_gather_memory *memory)
{
    uchar outside[CLPOOL_WINDOW_W * CLPOOL_GATHER_FLAT];
    clpool_gather_find_outside(all, outside);
    for (clpool_index plane = begin; plane < end; plane++) {
        if (clpool_gather_is_inside(all, plane)) {
            clpool_gather_plane(all, plane, outside);
        } else {
            clpool_gather_band(all, plane, 1, 0, all->layout.rows, memory);
        }
    }
}

#endif

__kernel __attribute__((reqd_work_group_size(1, 1, 1))) void
clpool_gather_backward(__global const clpool_value *dy, ulong dy_offset, __global const clpool_mask *mask,
                       ulong mask_offset, __global clpool_value *dx, ulong dx_offset, int accumulate,
                       clpool_index items, clpool_index4 in, clpool_index4 out, clpool_index4 pad)
{
    clpool_gather_memory memory;
    clpool_gather all;
    const clpool_index planes = items / (in.y * in.z); /* those of axis D are planes too */
    all.dy = dy + dy_offset;
    all.mask = mask + mask_offset;
    all.dx = dx + dx_offset;
    all.outputs = planes / in.x * out.x * (out.y * out.z);
    all.in = in;
    all.out = out;
    all.pad = pad;
    clpool_gather_lay_out(planes, in, out, pad, &all.layout);
    all.accumulate = accumulate;
    all.is_streamed = !accumulate && items >= CLPOOL_GATHER_STREAM;
    const clpool_gather_layout *layout = &all.layout;
    const ulong units = (ulong)planes * (ulong)layout->bands;
    const clpool_index begin = (clpool_index)(get_global_id(0) * units / get_global_size(0));
    const clpool_index end = (clpool_index)((get_global_id(0) + 1) * units / get_global_size(0));
    const int cells = 2 * CLPOOL_GATHER_MARGIN + (layout->batch * layout->period + CLPOOL_GATHER_H) * layout->pitch;
    for (int i = 0; i < min(cells, CLPOOL_GATHER_MOST); i += 16) {
        CLPOOL_KEEP_TAPS(16, memory.tap + i, CLPOOL_NONE);
    }
#if CLPOOL_GATHER_DIRECT
    if (clpool_gather_is_flat(&all)) {
        clpool_gather_planes(&all, begin, end, &memory);
        return;
    }
#endif
    if (layout->bands == 1) {
        for (clpool_index plane = begin; plane < end; plane += layout->batch) {
            const int batch = (int)min((clpool_index)layout->batch, end - plane);
            clpool_gather_band(&all, plane, batch, 0, layout->rows, &memory);
        }
        return;
    }
    for (clpool_index unit = begin; unit < end; unit++) {
        const int row = (int)(unit % layout->bands) * layout->band;
        clpool_gather_band(&all, unit / layout->bands, 1, row, min(layout->band, layout->rows - row), &memory);
    }
}

#endif
