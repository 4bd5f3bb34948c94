/* SPDX-License-Identifier: Apache-2.0 */
/* The loops over places that are made of listed rows and columns; included after grid_loops.h, with the same names. */

/** The sum of each lane, in pairs, pairs of pairs, and so on, as pairwise.h has it. */
struct pairwise_lanes {
    uint32_t count;
    VALUE partial[32][GRID_LANES];
};

MULTIVERSION_PART void pairwise_lanes_add(struct pairwise_lanes *sum, const VALUE *from)
{
    VALUE term[GRID_LANES];
    unsigned k = 0;
    for (size_t lane = 0; lane < GRID_LANES; lane++) {
        term[lane] = from[lane];
    }
    for (; (sum->count >> k & 1u) != 0; k++) {
        for (size_t lane = 0; lane < GRID_LANES; lane++) {
            term[lane] = sum->partial[k][lane] + term[lane];
        }
    }
    for (size_t lane = 0; lane < GRID_LANES; lane++) {
        sum->partial[k][lane] = term[lane];
    }
    sum->count++;
}

/** The total: 0 of no terms. */
MULTIVERSION_PART void pairwise_lanes_total(const struct pairwise_lanes *sum, VALUE *total)
{
    for (size_t lane = 0; lane < GRID_LANES; lane++) {
        total[lane] = 0;
    }
    for (unsigned k = 0; sum->count >> k != 0; k++) {
        if ((sum->count >> k & 1u) != 0) {
            for (size_t lane = 0; lane < GRID_LANES; lane++) {
                total[lane] = sum->partial[k][lane] + total[lane];
            }
        }
    }
}

MULTIVERSION static void average_links(const struct grid_links *links, const void *from, const double *divisor,
                                       void *to)
{
    const VALUE *source = from;
    VALUE *target = to;
    struct pairwise_lanes sum;
    for (size_t place = 0; place < links->places; place++, target += GRID_LANES) {
        VALUE total[GRID_LANES];
        sum.count = 0;
        for (size_t i = 0; i < links->rows; i++) {
            for (size_t j = links->begin[place]; j < links->begin[place + 1]; j++) {
                pairwise_lanes_add(&sum, source + links->row[i] + links->column[j]);
            }
        }
        pairwise_lanes_total(&sum, total);
        for (size_t lane = 0; lane < GRID_LANES; lane++) {
            target[lane] = sum.count == 0 ? 0 : total[lane] / (VALUE)divisor[place];
        }
    }
}

MULTIVERSION static void add_links(const struct grid_links *links, const void *from, void *to)
{
    const VALUE *restrict source = from;
    VALUE *restrict target = to;
    for (size_t place = 0; place < links->places; place++, target += GRID_LANES) {
        VALUE sum[GRID_LANES] = {0};
        for (size_t i = 0; i < links->rows; i++) {
            for (size_t j = links->begin[place]; j < links->begin[place + 1]; j++) {
                const VALUE *term = source + links->row[i] + links->column[j];
                for (size_t lane = 0; lane < GRID_LANES; lane++) {
                    sum[lane] += term[lane];
                }
            }
        }
        for (size_t lane = 0; lane < GRID_LANES; lane++) {
            target[lane] = sum[lane];
        }
    }
}

/** to[i] *= 1 / divisor of its place. */
MULTIVERSION static void divide_places(const double *divisor, size_t places, void *to)
{
    VALUE *value = to;
    for (size_t place = 0; place < places; place++) {
        const VALUE factor = 1 / (VALUE)divisor[place];
        for (size_t lane = 0; lane < GRID_LANES; lane++) {
            value[place * GRID_LANES + lane] *= factor;
        }
    }
}

MULTIVERSION_PART void pool_links_by(enum combine_rule rule, const struct grid_links *links,
                                     const VALUE *restrict source, VALUE *restrict best, int32_t *restrict winner)
{
    for (size_t place = 0; place < links->places; place++) {
        const size_t first = links->begin[place];
        VALUE top[GRID_LANES];
        int32_t number[GRID_LANES];
        for (size_t lane = 0; lane < GRID_LANES; lane++) {
            top[lane] = source[links->row[0] + links->column[first] + lane];
            number[lane] = links->row_label[0] + links->label[first];
        }
        for (size_t i = 0; i < links->rows; i++) {
            for (size_t j = first; j < links->begin[place + 1]; j++) {
                const VALUE *value = source + links->row[i] + links->column[j];
                const int32_t label = links->row_label[i] + links->label[j];
                KEEP_LOOP
                for (size_t lane = 0; lane < GRID_LANES; lane++) {
                    VALUE greatest = top[lane];
                    int32_t winning = number[lane];
                    take(rule, value[lane], label, &greatest, &winning);
                    top[lane] = greatest;
                    number[lane] = winning;
                }
            }
        }
        for (size_t lane = 0; lane < GRID_LANES; lane++) {
            best[place * GRID_LANES + lane] = top[lane];
            winner[place * GRID_LANES + lane] = number[lane];
        }
    }
}

MULTIVERSION static void pool_links(enum combine_rule rule, const struct grid_links *links, const void *from,
                                    void *best, int32_t *winner)
{
    switch (rule) {
    case COMBINE_NUMBERS:
        pool_links_by(COMBINE_NUMBERS, links, from, best, winner);
        break;
    case COMBINE_PROPAGATE:
        pool_links_by(COMBINE_PROPAGATE, links, from, best, winner);
        break;
    case COMBINE_IGNORE:
        pool_links_by(COMBINE_IGNORE, links, from, best, winner);
        break;
    }
}

MULTIVERSION static void gather_links(const struct grid_links *links, const void *dy, const int32_t *winner, void *dx)
{
    const VALUE *restrict source = dy;
    VALUE *restrict target = dx;
    for (size_t place = 0; place < links->places; place++, target += GRID_LANES) {
        VALUE sum[GRID_LANES] = {0};
        for (size_t i = 0; i < links->rows; i++) {
            for (size_t j = links->begin[place]; j < links->begin[place + 1]; j++) {
                const size_t at = links->row[i] + links->column[j];
                const int32_t label = links->row_label[i] + links->label[j];
                KEEP_LOOP
                for (size_t lane = 0; lane < GRID_LANES; lane++) {
                    const VALUE term = source[at + lane];
                    sum[lane] += winner[at + lane] == label ? term : 0;
                }
            }
        }
        for (size_t lane = 0; lane < GRID_LANES; lane++) {
            target[lane] = sum[lane];
        }
    }
}
