/* SPDX-License-Identifier: Apache-2.0 */
/* The pipeline's own kernels. One work-item makes one element: x along axis 0, y along axis 1. Offsets count elements.
 * Every value is rounded as reference.c rounds it: no contraction to fma, and sums in one order. */
#pragma OPENCL FP_CONTRACT OFF

/* One colour of a picture whose bytes are r,g,b,r,g,b... becomes a plane of values from 0 to 255/256. */
__kernel void split(__global const uchar *picture, __global float *planes, int colour, int offset)
{
    int place = (int)(get_global_id(1) * get_global_size(0) + get_global_id(0));
    planes[offset + place] = convert_float(picture[3 * place + colour]) * (1.0f / 256.0f);
}

/* 3 x 3, with zeros around the plane. */
__kernel void convolve(__global const float *from, __global float *to, __global const float *filter, int offset)
{
    int x = (int)get_global_id(0), y = (int)get_global_id(1);
    int width = (int)get_global_size(0), height = (int)get_global_size(1);
    float sum = 0.0f;
    for (int tap = 0; tap < 9; tap++) {
        int column = x + tap % 3 - 1, row = y + tap / 3 - 1;
        if (column >= 0 && column < width && row >= 0 && row < height) {
            sum += filter[tap] * from[offset + row * width + column];
        }
    }
    to[offset + y * width + x] = sum;
}

__kernel void rectify(__global float *planes, int offset)
{
    int place = offset + (int)(get_global_id(1) * get_global_size(0) + get_global_id(0));
    planes[place] = planes[place] > 0.0f ? planes[place] : 0.0f;
}

/* Three planes become a picture again; values above 255/256 become white. */
__kernel void merge(__global const float *planes, __global uchar *picture)
{
    int pixels = (int)(get_global_size(0) * get_global_size(1));
    int place = (int)(get_global_id(1) * get_global_size(0) + get_global_id(0));
    for (int colour = 0; colour < 3; colour++) {
        picture[3 * place + colour] = convert_uchar_sat_rte(planes[colour * pixels + place] * 256.0f);
    }
}
