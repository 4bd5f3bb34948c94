/* SPDX-License-Identifier: Apache-2.0 */
/* The Python dict in the header of an .npy file, as numpy writes it:
 *   {'descr': '<f4', 'fortran_order': False, 'shape': (1, 3, 4, 18), }
 * The three keys in any order, each once, and nothing else but white space. */
#ifndef CLI_NPY_DICT_H
#define CLI_NPY_DICT_H

#include "npy.h"

typedef struct npy_dict {
    char descr[32]; /**< printable */
    bool fortran_order;
    unsigned rank;
    size_t shape[NPY_MAX_RANK];
} npy_dict;

bool npy_dict_parse(const char *text, size_t length, npy_dict *dict, message *why);

#endif
