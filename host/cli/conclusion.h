/* SPDX-License-Identifier: Apache-2.0 */
/* What to conclude from a comparison, in two sentences. */
#ifndef CLI_CONCLUSION_H
#define CLI_CONCLUSION_H

#include "comparison.h"

typedef enum conclusion_verdict {
    CONCLUDED_NOTHING, /**< nothing was compared */
    CONCLUDED_EQUAL,   /**< every result has native's bits, or is within its bound */
    CONCLUDED_FAILED,  /**< some runs failed, and the other results agree */
    CONCLUDED_DIFFERENT
} conclusion_verdict;

typedef struct conclusion {
    conclusion_verdict verdict;
    message result; /**< are the results native's? */
    message advice; /**< what of the times matters; empty where nothing ran on a device */
} conclusion;

void conclusion_make(const comparison *of, conclusion *made);

#endif
