/* SPDX-License-Identifier: Apache-2.0 */
#include "native/pairwise.h"

void pairwise_add(struct pairwise *sum, const struct dtype *dtype, double term)
{
    unsigned k = 0;
    while ((sum->count >> k & 1u) != 0) {
        term = dtype->add(sum->partial[k], term);
        k++;
    }
    sum->partial[k] = term;
    sum->count++;
}

double pairwise_total(const struct pairwise *sum, const struct dtype *dtype)
{
    double total = 0;
    for (unsigned k = 0; k < 32; k++) {
        if ((sum->count >> k & 1u) != 0) {
            total = dtype->add(sum->partial[k], total);
        }
    }
    return total;
}
