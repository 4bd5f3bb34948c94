/* SPDX-License-Identifier: Apache-2.0 */
/* Copies between GRID_LANES planes of a tensor, of any type and layout, and a grid. */
#ifndef CLPOOL_NATIVE_PACK_H
#define CLPOOL_NATIVE_PACK_H

#include "native/labels.h"
#include "native/wide.h"

/** Planes that are worked on together: `count` from number `first` on; of one image where channels come last. */
struct pack {
    const struct geometry *geometry;
    size_t first;
    size_t count;
    void *temporary;      /* PACK_TEMPORARY_BYTES */
    size_t x[GRID_LANES]; /* where the planes begin; lanes without a plane have that of the first */
    size_t y[GRID_LANES];
    size_t mask[GRID_LANES];
};

/** How many packs the planes make. */
size_t pack_count(const struct geometry *geometry);

/** Bands that planes are cut into at least, so that every thread has some. */
size_t pack_bands(const struct geometry *geometry);

void pack_make(struct pack *pack, const struct geometry *geometry, size_t index, void *temporary);

/** Elements of a plane that are copied at a time. */
enum { PACK_CHUNK = 128, PACK_TEMPORARY_BYTES = PACK_CHUNK * GRID_LANES * 8 * 2 };

/** The planes of x or y. */
struct pack_tensor {
    const size_t *planes; /* of struct pack */
    const size_t *stride; /* along the axes */
    size_t height;
    size_t width;
};

/** Copies `rows` rows of a plane, from place (d, h, 0) on, to a grid of values, whose rows are `pitch` places apart.
 * Lanes without a plane get what the first lane has. */
void pack_rows(const struct pack *pack, const struct wide *wide, const struct pack_tensor *tensor, const void *from,
               const size_t place[2], size_t rows, void *to, size_t pitch);

/** The way back. */
void unpack_rows(const struct pack *pack, const struct wide *wide, const struct pack_tensor *tensor, const void *from,
                 size_t pitch, const size_t place[2], size_t rows, void *to);

/** The same for a mask, whose values are winners in the grid. */
void pack_winners(const struct pack *pack, const struct labels *labels, const void *mask, const size_t place[2],
                  size_t rows, int32_t *to, size_t pitch);
void unpack_winners(const struct pack *pack, const struct labels *labels, const int32_t *from, size_t pitch,
                    const size_t place[2], size_t rows, void *mask);

#endif
