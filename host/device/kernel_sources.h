/* SPDX-License-Identifier: Apache-2.0 */
/* The texts of kernels/, NUL-terminated; embedded by CMake (cmake/ClpoolEmbed.cmake). */
#ifndef CLPOOL_DEVICE_KERNEL_SOURCES_H
#define CLPOOL_DEVICE_KERNEL_SOURCES_H

extern const unsigned char kernel_value[];
extern const unsigned char kernel_sum[];
extern const unsigned char kernel_window[];
extern const unsigned char kernel_lanes[];
extern const unsigned char kernel_fused[];
extern const unsigned char kernel_cells[];
extern const unsigned char kernel_generic[];
extern const unsigned char kernel_direct[];
extern const unsigned char kernel_blocks[];
extern const unsigned char kernel_tile[];
extern const unsigned char kernel_large[];
extern const unsigned char kernel_rows[];
extern const unsigned char kernel_whole[];
extern const unsigned char kernel_strips[];
extern const unsigned char kernel_sweeps[];
extern const unsigned char kernel_channels[];
extern const unsigned char kernel_gather[];
extern const unsigned char kernel_scatter[];
extern const unsigned char kernel_winners[];
extern const unsigned char kernel_nhwc[];
extern const unsigned char kernel_reduce[];
extern const unsigned char kernel_average[];
extern const unsigned char kernel_box[];
extern const unsigned char kernel_lp[];
extern const unsigned char kernel_unpool[];
extern const unsigned char kernel_mask[];

#endif
